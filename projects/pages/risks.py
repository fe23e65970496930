"""The card "Risk by pitfall" and what would lower the risk most: every number with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from projects.models import Blocker, Project
from projects.pages import asked
from projects.pages.asked import Asked
from projects.queries import comparisons, reasons
from projects.queries.assessments import Section, Sheet
from projects.queries.comparisons import Point
from projects.rules.explanations import Lever
from projects.rules.risks import FALLBACK

# Bands of a score: from here amber, from here red.
AMBER, RED = 45, 65
# A change of a pitfall by less is no direction.
STEADY = 2


@dataclass(frozen=True, slots=True)
class PitfallRow:
    """One pitfall: its score, what unknowns add to it, its course, and what it is made of."""

    code: str
    label: str
    meaning: str
    score: int | None  # None: left out
    exact: float
    unknown: float
    tone: str
    course: tuple[float, ...]
    course_tone: str
    known: int
    total: int
    questions: tuple[Asked, ...]  # what brings most comes first
    blockers: tuple[Blocker, ...]
    floor_lift: str
    blocker_score: int
    blocker_lift: str


@dataclass(frozen=True, slots=True)
class Help:
    """One change that would lower the risk, as it was recomputed."""

    title: str
    question: Asked | None
    blocker: Blocker | None
    drop: str
    risk: int  # afterwards
    chance: int | None  # percent, afterwards; None where it is reached already


@dataclass(frozen=True, slots=True)
class Card:
    """The whole card."""

    risk: int
    sentence: str
    has_unknowns: bool
    sentence_of_age: str
    gaps: tuple[Asked, ...]
    has_critical_blocker: bool
    pitfalls: tuple[PitfallRow, ...]
    helps: tuple[Help, ...]


def card(project: Project, sheet: Sheet) -> Card:
    """Made of the sheet; two queries, for the course of the scores and the blockers they count."""
    trend, blockers = comparisons.trend(project), reasons.blockers(project)
    make = asked.asker(project, sheet.card)
    shown = {row.question.id: make(row) for row in sheet.rows}
    found = sheet.explanation
    rows = [_pitfall(section, shown, trend, _feeding(sheet, section, blockers)) for section in sheet.sections]
    return Card(
        risk=round(found.score.risk),
        sentence=_sentence(sheet),
        has_unknowns=reasons.open_questions(found) > 0,
        sentence_of_age=_sentence_of_age(found.age_points),
        gaps=tuple(shown[question] for question in found.open_critical if question in shown),
        has_critical_blocker="blocker" in found.score.gaps,
        pitfalls=tuple(sorted(rows, key=lambda row: -row.exact)),
        helps=tuple(_help(sheet, lever, shown, blockers) for lever in found.top),
    )


def tone(score: float | None) -> str:
    """The tone of a meter."""
    if score is None or score < AMBER:
        return ""
    return "hi" if score >= RED else "mid"


def course_tone(values: Sequence[float]) -> str:
    """Whether a course is good or bad news: more risk is bad."""
    change = values[-1] - values[0] if len(values) > 1 else 0.0
    if abs(change) <= STEADY:
        return ""
    return "bad" if change > 0 else "good"


def _pitfall(
    section: Section,
    shown: Mapping[str, Asked],
    trend: Mapping[str, list[Point]],
    feeding: tuple[Blocker, ...],
) -> PitfallRow:
    why = section.reasons
    course = tuple(point.value for point in trend.get(why.code, ()) if point.value is not None)
    questions = [shown[row.question.id] for row in section.rows]
    heaviest = sorted(
        questions, key=lambda each: -(each.row.contribution.points if each.row.contribution else 0)
    )
    return PitfallRow(
        code=why.code,
        label=section.pitfall.label,
        meaning=section.pitfall.meaning,
        score=None if why.score is None else round(why.score),
        exact=-1.0 if why.score is None else why.score,
        unknown=round(why.unknown_points, 1),
        tone=tone(why.score),
        course=course,
        course_tone=course_tone(course),
        known=sum(not each.is_open for each in questions),
        total=section.total,
        questions=tuple(heaviest),
        blockers=feeding,
        floor_lift=asked.added(why.floor_lift) if why.floor_lift >= 0.05 else "",
        blocker_score=round(why.blockers),
        blocker_lift=asked.added(why.blocker_lift),
    )


def _feeding(sheet: Sheet, section: Section, blockers: Mapping[str, Blocker]) -> tuple[Blocker, ...]:
    """The blockers that count in a pitfall; where theirs is left out they count elsewhere."""
    left_out = {each.code for each in sheet.explanation.pitfalls if each.score is None}
    found = []
    for row in blockers.values():
        fed = reasons.pitfall_of(row)
        if section.pitfall.code == (FALLBACK if fed in left_out else fed):
            found.append(row)
    return tuple(sorted(found, key=lambda row: row.raised_on))


def _sentence(sheet: Sheet) -> str:
    found = sheet.explanation
    number = reasons.open_questions(found)
    best = round(found.score.risk - found.unknown_points)
    if not number:
        return "All that is asked is known." if sheet.asked else ""
    if best >= round(found.score.risk):
        return "Not known counts as risk."
    questions = "1 open question" if number == 1 else f"{number} open questions"
    start = "" if sheet.answered else "Nothing is answered yet. "
    return f"{start}Not known counts as risk: answering {questions} could take it to {best}."


def _sentence_of_age(points: float) -> str:
    if points < 0.5:
        return ""
    amount = "1 point" if round(points) == 1 else f"{points:.0f} points"
    return f"Answers that have grown old add {amount}: confirm those that are still true."


def _help(sheet: Sheet, lever: Lever, shown: Mapping[str, Asked], blockers: Mapping[str, Blocker]) -> Help:
    question = shown.get(lever.ref) if lever.kind == "question" else None
    blocker = blockers.get(lever.ref) if lever.kind == "blocker" else None
    is_live = sheet.explanation.score.p_production >= 1
    return Help(
        title=question.row.question.text if question else blocker.title if blocker else "An open blocker",
        question=question,
        blocker=blocker,
        drop=asked.added(lever.drop).replace("+", "−"),
        risk=round(sheet.explanation.score.risk - lever.drop),
        chance=None if is_live else round(100 * lever.p_production),
    )
