"""What would have to change for a project to stand elsewhere on the matrix: a place is never set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log10
from typing import TYPE_CHECKING

from projects.rules import explanations, impact, scores
from projects.rules.answers import YES
from projects.rules.scores import Inputs

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard

# More steps than this are no plan.
MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the way: a question answered with yes, a blocker closed, a mark, a field."""

    kind: str  # question, blocker, mark, field
    ref: str
    by: float  # points of risk less, or of impact more
    after: float  # what it makes together with the steps before


@dataclass(frozen=True, slots=True)
class Way:
    """The steps from where a project stands to where it should."""

    start: float
    target: float
    steps: tuple[Step, ...]

    @property
    def end(self) -> float:
        return self.steps[-1].after if self.steps else self.start


def lower_risk(card: "Scorecard", inputs: Inputs, target: float) -> Way:
    """The single changes that lower the risk most, one after the other, until the target is reached."""
    start = scores.score(card, inputs).risk
    steps: list[Step] = []
    now = inputs
    while len(steps) < MOST_STEPS and _risk(steps, start) > target:
        levers = explanations.levers(card, now)
        if not levers:
            together = _gaps_closed(card, now)
            if together is None:
                break
            now, closed = together
            after = scores.score(card, now).risk
            steps += [Step("question", gap, 0, _risk(steps, start)) for gap in closed[:-1]]
            steps.append(Step("question", closed[-1], _risk(steps, start) - after, after))
            continue
        best = levers[0]
        now = _changed(now, best.kind, best.ref)
        after = scores.score(card, now).risk
        steps.append(Step(best.kind, best.ref, _risk(steps, start) - after, after))
    return Way(start, target, tuple(steps))


def raise_impact(card: "Scorecard", inputs: Inputs, marks: Mapping[str, bool], target: float) -> Way:
    """Marks of the metric first, since they cost a conversation; then what has to be entered."""
    held = dict(marks)
    start = _impact(card, inputs, held)
    steps: list[Step] = []
    for code in (code for code, holds in marks.items() if not holds):
        if _end(steps, start) >= target:
            break
        held[code] = True
        after = _impact(card, inputs, held)
        steps.append(Step("mark", code, after - _end(steps, start), after))
    missing = scores.worth_of(card, inputs).missing
    if _end(steps, start) < target:
        # What nobody has entered adds as much as it turns out to be: no figure can be promised.
        steps += [Step("field", name, 0, _end(steps, start)) for name in missing]
    return Way(start, target, tuple(steps))


def value_for(card: "Scorecard", inputs: Inputs, quality: float, target: float) -> float | None:
    """The value a year at which the impact is the target, all else as it is; None where no value does it."""
    scale, worth = card.impact, scores.worth_of(card, inputs)
    kept = scale.unmeasured_share + (1 - scale.unmeasured_share) * quality
    rest = worth.points["strategic"] + worth.points["reach"]
    share = (target / kept - rest) / (100 * scale.value_weight)
    if not 0 <= share <= 1:
        return None
    low, high = log10(scale.low_value), log10(scale.high_value)
    return float(10 ** (low + share * (high - low)))


def _risk(steps: list[Step], start: float) -> float:
    return steps[-1].after if steps else start


_end = _risk


def _impact(card: "Scorecard", inputs: Inputs, held: Mapping[str, bool]) -> float:
    quality = impact.metric_quality(held.values())
    return scores.worth_of(card, replace(inputs, metric_quality=quality)).score


def _changed(inputs: Inputs, kind: str, ref: str) -> Inputs:
    if kind == "question":
        return replace(inputs, answers={**inputs.answers, ref: YES})
    return replace(inputs, blockers=tuple(each for each in inputs.blockers if each.ref != ref))


def _gaps_closed(card: "Scorecard", inputs: Inputs) -> tuple[Inputs, list[str]] | None:
    """All open critical questions answered at once: where none of them lowers the risk on its own."""
    gaps = [gap for gap in scores.score(card, inputs).gaps if card.has(gap)]
    if not gaps:
        return None
    answers = {**inputs.answers, **dict.fromkeys(gaps, YES)}
    return replace(inputs, answers=answers), gaps
