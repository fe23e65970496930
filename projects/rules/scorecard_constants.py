"""The numbers of a scorecard in words: what each one means, and where it stands in the document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projects.rules import answers, blockers, scorecards_writing

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


@dataclass(frozen=True, slots=True)
class Constant:
    """One number (or list) of a scorecard."""

    path: str
    meaning: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers that belong together, and what they do."""

    code: str
    label: str
    says: str
    constants: tuple[Constant, ...]


GROUPS = (
    ("answers", "Answers", "What an answer adds of its question's weight, and how sure it makes us; 0 to 1."),
    (
        "unknown",
        "Not known",
        "What a missing answer adds before its stage and after it; in its stage it grows.",
    ),
    ("ramp_days", "Days in a stage", "Active days after which what is due in the stage counts in full."),
    ("ageing", "Ageing", "How good answers fade towards not known; bad ones stay."),
    ("risk", "Risk", "How the five pitfalls make up the risk."),
    (
        "blockers",
        "Open blockers",
        "The share of its pitfall that an open blocker takes, by its severity; 0 to 1.",
    ),
    ("impact", "Impact", "How value, strategic fit and reach make up the impact."),
    ("odds", "Chance of production", "Where a stage starts, and what moves the chance, in log-odds."),
    (
        "quadrants",
        "Quadrants",
        "Where low turns into high. The lines in force are those of the general settings.",
    ),
    ("certainty", "Confidence", "When confidence is called high or medium, and what that decides; 0 to 1."),
)
WORDS = {
    "unknown.before_due": "Before it is due",
    "unknown.after_due": "After its stage",
    "ageing.grace_days": "Days for which an answer is fresh",
    "ageing.half_life_days": "Days for half of the way to not known",
    "ageing.late_half_life_days": "The same in late stages",
    "ageing.late_stages": "Late stages",
    "risk.mean_weight": "Share of the mean of the pitfalls",
    "risk.worst_weight": "Share of the worst pitfall",
    "risk.critical_floor": "Least score of a pitfall with an open critical question",
    "blockers.past_sla_factor": "Times so much when past its deadline",
    "blockers.most": "At most, for one blocker",
    "impact.value_weight": "Share of the annual value",
    "impact.strategic_weight": "Share of strategic fit",
    "impact.reach_weight": "Share of reach",
    "impact.low_value": "Annual value that counts nothing",
    "impact.high_value": "Annual value that counts in full",
    "impact.unmeasured_share": "Share that a claim without any measurable metric keeps",
    "odds.per_risk_point": "For each point of risk below what is usual",
    "odds.kinds.existing": "Refresh of a live model",
    "odds.kinds.new": "First model for an existing process",
    "odds.kinds.revolutionary": "New process",
    "odds.on_hold": "Taken away on hold",
    "odds.critical_past_sla": "Taken away for a critical blocker past its deadline",
    "odds.high_past_sla": "Taken away for a high blocker past its deadline",
    "odds.most_past_sla": "Taken away for blockers at most",
    "odds.least": "Least chance",
    "odds.most": "Greatest chance before production",
    "quadrants.risk_line": "Line of risk, where the settings name none",
    "quadrants.impact_line": "Line of impact, where the settings name none",
    "quadrants.band": "Points from a line within which a project keeps its side",
    "certainty.high": "High from",
    "certainty.medium": "Medium from",
    "certainty.unproven_below": "Unproven below, of what is due",
    "certainty.assessed_from": "Share of what is due that has to be answered for a quadrant",
    **{f"blockers.{one.code}": one.label for one in blockers.shipped().severities},
    **{f"answers.values.{one.code}": f"{one.label}: adds" for one in answers.LETTERS},
    **{f"answers.confidence.{one.code}": f"{one.label}: certainty" for one in answers.LETTERS},
    "answers.confidence.planned": "Not yet, planned: certainty before it is due",
}


def groups(card: "Scorecard", stages: Mapping[str, str]) -> tuple[Group, ...]:
    """Every number of a scorecard in groups; `stages` gives the standard stages their labels."""
    found = values(card)
    return tuple(
        Group(
            code,
            label,
            says,
            tuple(
                Constant(path, meaning(path, stages), value)
                for path, value in found.items()
                if path.startswith(f"{code}.")
            ),
        )
        for code, label, says in GROUPS
    )


def values(card: "Scorecard") -> dict[str, str]:
    """Every number of a scorecard as it is written, by its path in the document."""
    document = scorecards_writing.write(card)
    return dict(pair for code, _, _ in GROUPS for pair in _flat(code, document[code]))


def meaning(path: str, stages: Mapping[str, str]) -> str:
    """What a number means."""
    if path in WORDS:
        return WORDS[path]
    head, _, rest = path.partition(".")
    stage = rest.removeprefix("stages.").partition(".")[0]
    label = stages.get(stage, stage)
    if head == "ramp_days":
        return label
    return f"{label}: usual risk" if path.endswith(".risk") else f"{label}: starting chance"


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _flat(f"{path}.{key}", member)
    elif isinstance(value, list | tuple):
        yield path, ", ".join(map(str, value))
    else:
        yield path, f"{value:g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.10g}"
