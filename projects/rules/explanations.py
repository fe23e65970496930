"""Why a project has its scores, and what would lower its risk most: recomputed, never guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from projects.rules import odds, risks, scores
from projects.rules.answers import UNKNOWABLE, YES, Answer
from projects.rules.pitfalls import Mark, Section
from projects.rules.quadrants import DIGITS
from projects.rules.risks import SEVERITIES
from projects.rules.scores import Inputs, Score, Weighed

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one question brings to its pitfall: `points` of the pitfall's score, aged ones included."""

    question: str
    letter: str
    age_days: int
    points: float
    age_points: float  # the part of the points that only age has added
    is_unknown: bool  # nobody knows it: to be drawn hatched
    confidence: float  # 0 to 1
    is_due: bool
    is_open: bool  # critical and open


@dataclass(frozen=True, slots=True)
class PitfallReasons:
    """Why a pitfall has its score: what its questions bring, and what lifts it beyond that."""

    code: str
    score: float | None  # None: left out
    answers: float | None  # by its answers alone; None: no question applies
    floor_lift: float  # added by an open critical question
    blockers: float  # the score that its blockers make on their own
    blocker_lift: float  # added by them
    risk_points: float  # its part of the risk
    unknown_points: float  # how much lower it would be if all that is unknown turned out well
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Lever:
    """One change that would lower the risk: a question answered with yes, or a blocker closed, today."""

    kind: str  # question, blocker
    ref: str  # the question's id, or how the caller knows the blocker
    drop: float  # points of risk
    p_production: float  # the probability afterwards


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons for one project's scores."""

    score: Score
    pitfalls: tuple[PitfallReasons, ...]
    levers: tuple[Lever, ...]  # the largest drop first
    open_critical: tuple[str, ...]  # questions; named without a figure where no single change helps
    unknown_points: float  # how much lower the risk would be if all that is unknown turned out well
    age_points: float  # and if all that has been answered were confirmed today
    odds: Mapping[str, float]  # what moves the probability, in log-odds; empty in production
    impact: Mapping[str, float]  # what value, strategic and reach bring before the metric's quality

    @property
    def top(self) -> tuple[Lever, ...]:
        """What would lower this most."""
        return self.levers[:SHOWN]


def explain(card: "Scorecard", inputs: Inputs) -> Explanation:
    """Why one project has its scores today."""
    weighed = scores.weigh(card, inputs)
    known = scores.weigh(card, _with_unknowns_answered(card, inputs))
    fresh = {key: Answer(answer.letter) for key, answer in inputs.answers.items()}
    young = scores.weigh(card, replace(inputs, answers=fresh))
    score = scores.score(card, inputs)
    return Explanation(
        score=score,
        pitfalls=_pitfalls(card, inputs, weighed, known),
        levers=levers(card, inputs),
        open_critical=tuple(gap for gap in score.gaps if card.has(gap)),
        unknown_points=round(weighed.risk - known.risk, DIGITS),
        age_points=round(weighed.risk - young.risk, DIGITS),
        odds=_odds(card, inputs, weighed.risk),
        impact=scores.worth_of(card, inputs).points,
    )


def unknown_points(card: "Scorecard", inputs: Inputs) -> float:
    """How much lower the risk would be if all that is unknown turned out well; nothing else is weighed."""
    known = scores.weigh(card, _with_unknowns_answered(card, inputs))
    return round(scores.weigh(card, inputs).risk - known.risk, DIGITS)


def levers(card: "Scorecard", inputs: Inputs) -> tuple[Lever, ...]:
    """Every single change that lowers the risk, the largest drop first; ties as the scorecard is ordered."""
    before = scores.weigh(card, inputs)
    letters = {mark.question.id: mark.letter for mark in _marks(before.sections)}
    found: list[tuple[tuple[float, ...], Lever]] = []
    for order, question in enumerate(card.asked(inputs.is_llm)):
        if letters[question.id] not in ("Y", "X"):
            changed = replace(inputs, answers={**inputs.answers, question.id: YES})
            lever = _lever(card, before, changed, "question", question.id)
            found.append(((-lever.drop, 0, -question.weight, order), lever))
    for order, blocker in enumerate(inputs.blockers):
        if not blocker.is_accepted:
            rest = inputs.blockers[:order] + inputs.blockers[order + 1 :]
            lever = _lever(card, before, replace(inputs, blockers=rest), "blocker", blocker.ref)
            severity = SEVERITIES.index(blocker.severity)
            found.append(((-lever.drop, 1, -severity, -blocker.age_days, order), lever))
    found.sort(key=lambda pair: pair[0])
    return tuple(lever for _, lever in found if lever.drop > 0)


def _lever(card: "Scorecard", before: Weighed, changed: Inputs, kind: str, ref: str) -> Lever:
    """Drops are compared as they are shown, so that equal ones keep their order on any machine."""
    risk = scores.weigh(card, changed).risk
    p = scores.odds_of(card, changed, risk)
    return Lever(kind, ref, round(before.risk - risk, DIGITS), round(p, DIGITS))


def _with_unknowns_answered(card: "Scorecard", inputs: Inputs) -> Inputs:
    well = {
        question.id: YES
        for question in card.asked(inputs.is_llm)
        if question.id not in inputs.answers or inputs.answers[question.id].letter in UNKNOWABLE
    }
    return replace(inputs, answers={**inputs.answers, **well})


def _odds(card: "Scorecard", inputs: Inputs, risk: float) -> dict[str, float]:
    if inputs.stage == odds.PRODUCTION:
        return {}
    return odds.terms(
        card.odds,
        inputs.stage,
        risk,
        kind=inputs.kind,
        is_on_hold=inputs.is_on_hold,
        blockers=inputs.blockers,
    )


def _pitfalls(
    card: "Scorecard", inputs: Inputs, weighed: Weighed, known: Weighed
) -> tuple[PitfallReasons, ...]:
    parts = risks.shares(card.risk, weighed.pitfalls)
    fed = risks.by_pitfall(weighed.sections, inputs.blockers)
    found = []
    for section in weighed.sections:
        code = section.pitfall.code
        score, alone = weighed.pitfalls[code], section.score
        blockers = risks.blocker_score(card.blockers, fed.get(code, ()))
        found.append(
            PitfallReasons(
                code=code,
                score=_rounded(score),
                answers=_rounded(section.raw),
                floor_lift=round((alone or 0) - section.raw, DIGITS) if section.raw is not None else 0.0,
                blockers=round(blockers, DIGITS),
                blocker_lift=round((score or 0) - (alone or 0), DIGITS),
                risk_points=round(parts.get(code, 0.0), DIGITS),
                unknown_points=round((score or 0) - (known.pitfalls[code] or 0), DIGITS),
                contributions=_contributions(section),
            )
        )
    return tuple(found)


def _contributions(section: Section) -> tuple[Contribution, ...]:
    total = sum(mark.question.weight for mark in section.marks if mark.letter != "X")
    per_weight = 100 / total if total else 0.0
    return tuple(
        Contribution(
            question=mark.question.id,
            letter=mark.letter,
            age_days=mark.age_days,
            points=round(per_weight * mark.question.weight * mark.value, DIGITS),
            age_points=round(per_weight * mark.question.weight * mark.drift, DIGITS),
            is_unknown=mark.letter in UNKNOWABLE,
            confidence=round(mark.confidence, DIGITS),
            is_due=mark.is_due,
            is_open=mark.is_open,
        )
        for mark in section.marks
    )


def _marks(sections: tuple[Section, ...]) -> Iterator[Mark]:
    return chain.from_iterable(section.marks for section in sections)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
