"""All scores of a project, by one function: the same for one project and for a hundred thousand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from projects.rules import impact, odds, pitfalls, quadrants, risks
from projects.rules.answers import Answer
from projects.rules.impact import Impact, Money
from projects.rules.pitfalls import Mark, Progress, Section
from projects.rules.quadrants import DIGITS, NO_SIDES, Place, Sides
from projects.rules.risks import OpenBlocker

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that scores depend on; stages are standard codes, days are active days."""

    stage: str
    furthest_stage: str
    active_days: int | None = None  # in the furthest stage of this attempt; None: not known
    kind: str = ""  # existing, new, revolutionary
    is_on_hold: bool = False
    is_llm: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)  # by question id; absent: unknown
    blockers: tuple[OpenBlocker, ...] = ()
    annual_value: Money | None = None
    strategic: int | None = None
    reach: int | None = None
    metric_quality: float = 0.0
    last: Sides = NO_SIDES


class Weighed(NamedTuple):
    """The risk as it is before it is rounded, with what it was made of."""

    sections: tuple[Section, ...]
    pitfalls: Mapping[str, float | None]  # open blockers included; None: left out
    risk: float


@dataclass(frozen=True, slots=True)
class Score:
    """What is stored with a project, rounded to six decimals."""

    model_version: str
    pitfalls: Mapping[str, float | None]  # None: left out
    risk: float
    impact: float
    gross_impact: float
    impact_missing: tuple[str, ...]  # what has to be entered to complete the impact
    p_production: float
    confidence: float
    confidence_band: str  # high, medium, low
    due_confidence: float
    assessed_share: float  # of the weight that is due
    state: str  # intake, unassessed, placed
    quadrant: str  # the four, or the state where there is none
    sides: Sides  # to be handed in again as `last`
    is_borderline: bool
    is_metric_pending: bool
    is_unproven: bool
    gaps: tuple[str, ...]  # open critical questions, and "blocker"

    @property
    def has_critical_gap(self) -> bool:
        """Whether one hole is fatal on its own."""
        return bool(self.gaps)

    @property
    def worst_pitfalls(self) -> tuple[str, ...]:
        """The pitfalls with the highest score; several when they are level, none when all are 0."""
        highest = max(score or 0.0 for score in self.pitfalls.values())
        return tuple(code for code, score in self.pitfalls.items() if score == highest and highest)


def weigh(card: "Scorecard", inputs: Inputs) -> Weighed:
    """The risk of one project today, exactly."""
    progress = Progress(inputs.furthest_stage, inputs.active_days)
    sections = pitfalls.sections(card, inputs.answers, progress, is_llm=inputs.is_llm)
    by_pitfall = risks.with_blockers(card.blockers, sections, inputs.blockers)
    return Weighed(sections, by_pitfall, risks.risk(card.risk, by_pitfall))


def score(card: "Scorecard", inputs: Inputs) -> Score:
    """The scores of one project today."""
    sections, by_pitfall, risk = weigh(card, inputs)
    worth = worth_of(card, inputs)
    marks = tuple(chain.from_iterable(section.marks for section in sections))
    due = [mark for mark in marks if mark.is_due]
    confidence = round(pitfalls.confidence(marks), DIGITS)
    due_confidence = round(pitfalls.confidence(due), DIGITS)
    assessed = pitfalls.assessed_share(due)
    state = _state(card, inputs.stage, assessed)
    # Before the framing gate nobody can have agreed on a metric yet, so its quality is not held against it.
    is_pending = state == "placed" and inputs.stage == "framing"
    place = _place(card, state, risk, worth.gross if is_pending else worth.score, inputs.last)
    return Score(
        model_version=card.model_version,
        pitfalls={code: _rounded(value) for code, value in by_pitfall.items()},
        risk=round(risk, DIGITS),
        impact=round(worth.score, DIGITS),
        gross_impact=round(worth.gross, DIGITS),
        impact_missing=worth.missing,
        p_production=round(odds_of(card, inputs, risk), DIGITS),
        confidence=confidence,
        confidence_band=_band(card, confidence),
        due_confidence=due_confidence,
        assessed_share=round(assessed, DIGITS),
        state=state,
        quadrant=place.quadrant,
        sides=place.sides,
        is_borderline=place.is_borderline,
        is_metric_pending=is_pending,
        is_unproven=state == "placed" and due_confidence < card.certainty.unproven_below,
        gaps=_gaps(card, marks, inputs.blockers),
    )


def every(card: "Scorecard", many: Iterable[Inputs]) -> Iterator[Score]:
    """The scores of many projects, one after the other, so that memory does not grow with them."""
    return (score(card, inputs) for inputs in many)


def worth_of(card: "Scorecard", inputs: Inputs) -> Impact:
    """The impact of one project, exactly."""
    return impact.impact(
        card.impact, inputs.annual_value, inputs.strategic, inputs.reach, inputs.metric_quality
    )


def odds_of(card: "Scorecard", inputs: Inputs, risk: float) -> float:
    """The probability of production of one project at some risk, exactly."""
    return odds.p_production(
        card.odds,
        inputs.stage,
        risk,
        kind=inputs.kind,
        is_on_hold=inputs.is_on_hold,
        blockers=inputs.blockers,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _state(card: "Scorecard", stage: str, assessed: float) -> str:
    """Ideas have no quadrant yet, and what is hardly answered has none either."""
    if stage == "idea":
        return "intake"
    return "placed" if assessed >= card.certainty.assessed_from else "unassessed"


def _place(card: "Scorecard", state: str, risk: float, axis: float, last: Sides) -> Place:
    """Without a quadrant there are no sides to remember either."""
    if state != "placed":
        return Place(state, NO_SIDES, False)
    return quadrants.place(card.quadrants, risk, axis, last)


def _band(card: "Scorecard", confidence: float) -> str:
    if confidence >= card.certainty.high:
        return "high"
    return "medium" if confidence >= card.certainty.medium else "low"


def _gaps(card: "Scorecard", marks: Iterable[Mark], blockers: Iterable[OpenBlocker]) -> tuple[str, ...]:
    """Open critical questions in the scorecard's order, then critical blockers."""
    open_ids = {mark.question.id for mark in marks if mark.is_open}
    found = [question.id for question in card.questions if question.id in open_ids] if open_ids else []
    if any(blocker.severity == "critical" for blocker in blockers):
        found.append("blocker")
    return tuple(found)
