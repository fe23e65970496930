"""The score of each pitfall: what its answers are worth today, open critical questions, open blockers."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from projects.rules import ageing
from projects.rules.answers import UNKNOWABLE, UNKNOWN, Answer
from projects.rules.questions import Pitfall, Question
from projects.rules.stages import STANDARD_STAGES

if TYPE_CHECKING:
    from projects.rules.scorecards import Scorecard


class Progress(NamedTuple):
    """How far a project has come in this attempt, in standard stages."""

    furthest_stage: str
    active_days: int | None = None  # without hold, in the furthest stage


class Mark(NamedTuple):
    """What one answer is worth today."""

    question: Question
    letter: str
    age_days: int
    value: float  # 0 nothing to fear, 1 as bad as no
    drift: float  # the part of the value that age has added
    confidence: float
    is_due: bool
    is_open: bool  # critical, and no or still unknown when it had to be known


class Section(NamedTuple):
    """One pitfall: its marks, and its score 0 to 100 before blockers (None: left out)."""

    pitfall: Pitfall
    marks: tuple[Mark, ...]
    raw: float | None  # None: no question applies
    score: float | None
    has_open: bool


def sections(
    card: "Scorecard", answers: Mapping[str, Answer], progress: Progress, *, is_llm: bool
) -> tuple[Section, ...]:
    """Every pitfall with its score before blockers; the first that does not apply at all is left out."""
    unknowns = ageing.unknown_by_order(card, *progress)
    here = STANDARD_STAGES.index(progress.furthest_stage)
    found, may_leave_out = [], True
    for pitfall, questions in card.sections(is_llm):
        marks = tuple(
            _mark(card, question, answers.get(question.id, UNKNOWN), unknowns, here) for question in questions
        )
        section = _section(card, pitfall, marks, may_leave_out)
        may_leave_out = may_leave_out and section.score is not None
        found.append(section)
    return tuple(found)


def _mark(
    card: "Scorecard", question: Question, answer: Answer, unknowns: tuple[float, ...], here: int
) -> Mark:
    letter, age_days = answer
    weights = card.answers
    unknown = unknowns[question.due_order]
    is_due = question.due_order <= here
    if letter == "X":
        return Mark(question, letter, age_days, 0.0, 0.0, 0.0, is_due, False)
    decay = ageing.decay(card.ageing, STANDARD_STAGES[here], age_days)
    if letter in UNKNOWABLE:
        sure = weights.confidence["planned"] if letter == "T" and not is_due else 0.0
        is_open = question.critical and is_due and unknown >= weights.after_due
        return Mark(question, letter, age_days, unknown, 0.0, sure * (1 - decay), is_due, is_open)
    value = weights.values[letter]
    drift = (unknown - value) * decay if value < unknown else 0.0
    sure = weights.confidence[letter] * (1 - decay)
    is_open = question.critical and letter == "N"
    return Mark(question, letter, age_days, value + drift, drift, sure, is_due, is_open)


def _section(card: "Scorecard", pitfall: Pitfall, marks: tuple[Mark, ...], may_leave_out: bool) -> Section:
    applying = [mark for mark in marks if mark.letter != "X"]
    if not applying:
        score = None if pitfall.may_be_left_out and may_leave_out else 100.0
        return Section(pitfall, marks, None, score, False)
    total = sum(mark.question.weight for mark in applying)
    raw = 100 * sum(mark.question.weight * mark.value for mark in applying) / total
    has_open = any(mark.is_open for mark in applying)
    score = max(raw, card.risk.critical_floor) if has_open else raw
    return Section(pitfall, marks, raw, score, has_open)


def confidence(marks: Iterable[Mark]) -> float:
    """How much of the weight is known, 0 to 1; nothing applicable is no confidence."""
    applying = [mark for mark in marks if mark.letter != "X"]
    total = sum(mark.question.weight for mark in applying)
    return sum(mark.question.weight * mark.confidence for mark in applying) / total if total else 0.0


def assessed_share(marks: Iterable[Mark]) -> float:
    """The share of the weight that has any answer, 0 to 1; nothing asked is all answered."""
    marks = tuple(marks)
    total = sum(mark.question.weight for mark in marks)
    answered = sum(mark.question.weight for mark in marks if mark.letter != "U")
    return answered / total if total else 1.0
