"""Delivery risk: what blockers add to their pitfalls, and how five pitfalls become one number."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import NamedTuple

from projects.rules.coefficients import BlockerWeights, RiskWeights
from projects.rules.pitfalls import Section

SEVERITIES = ("low", "medium", "high", "critical")
# Where the blockers of a pitfall that is left out count instead.
FALLBACK = "P5"


class OpenBlocker(NamedTuple):
    """A blocker that is open, or was accepted and is not yet named by a gate."""

    severity: str
    pitfall: str  # what its category feeds
    age_days: int = 0
    is_past_sla: bool = False
    is_accepted: bool = False
    ref: str = ""  # how the caller knows it


def blocker_share(weights: BlockerWeights, blocker: OpenBlocker) -> float:
    """The share of its pitfall that one blocker takes, 0 to 1."""
    share: float = getattr(weights, blocker.severity)
    if blocker.is_past_sla and not blocker.is_accepted:
        share *= weights.past_sla_factor
    return min(share, weights.most)


def blocker_score(weights: BlockerWeights, blockers: Iterable[OpenBlocker]) -> float:
    """What blockers make of a pitfall together, 0 to 100 (noisy-or)."""
    return 100 * (1 - prod(1 - blocker_share(weights, blocker) for blocker in blockers))


def by_pitfall(sections: Iterable[Section], blockers: Iterable[OpenBlocker]) -> dict[str, list[OpenBlocker]]:
    """The blockers of each pitfall; those of one that is left out count elsewhere."""
    left_out = {section.pitfall.code for section in sections if section.score is None}
    fed: dict[str, list[OpenBlocker]] = {}
    for blocker in blockers:
        code = FALLBACK if blocker.pitfall in left_out else blocker.pitfall
        fed.setdefault(code, []).append(blocker)
    return fed


def with_blockers(
    weights: BlockerWeights, sections: Sequence[Section], blockers: Iterable[OpenBlocker]
) -> dict[str, float | None]:
    """The score of each pitfall, open blockers included; None where it is left out."""
    scores = {section.pitfall.code: section.score for section in sections}
    for code, members in by_pitfall(sections, blockers).items():
        scores[code] = max(scores[code] or 0.0, blocker_score(weights, members))
    return scores


def risk(weights: RiskWeights, pitfalls: Mapping[str, float | None]) -> float:
    """The risk score, 0 to 100: a broad middling picture counts, and so does one bad pitfall."""
    scores = [score for score in pitfalls.values() if score is not None]
    return weights.mean_weight * sum(scores) / len(scores) + weights.worst_weight * max(scores)


def shares(weights: RiskWeights, pitfalls: Mapping[str, float | None]) -> dict[str, float]:
    """The part of the risk that each pitfall makes; level ones share the part of the worst."""
    scores = {code: score for code, score in pitfalls.items() if score is not None}
    worst = [code for code, score in scores.items() if score == max(scores.values())]
    return {
        code: weights.mean_weight * score / len(scores)
        + (weights.worst_weight * score / len(worst) if code in worst else 0.0)
        for code, score in scores.items()
    }
