"""The assessment as its tab shows it: groups of questions, what is still to do, and what is looked at."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from projects.models import Answer, Project
from projects.pages import asked, risks
from projects.pages.asked import Asked
from projects.queries import facts
from projects.queries.assessments import Section, Sheet
from projects.rules.answers import RENEWABLE

FILTERS: dict[str, tuple[str, Callable[[Asked], bool]]] = {
    "all": ("All", lambda each: True),
    "due": ("Due now", lambda each: each.is_due_now),
    "open": ("Not known", lambda each: each.is_open),
    "critical": ("Critical", lambda each: each.row.question.critical),
    "old": ("Grown old", lambda each: each.is_old),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of a pitfall, or of a panel that counts in one."""

    code: str
    label: str
    meaning: str
    counts_in: str  # the pitfall of a panel
    score: int | None  # None: left out, or a panel, which has no score of its own
    exact: float
    unknown: float
    tone: str
    is_panel: bool
    questions: tuple[Asked, ...]
    shown: tuple[Asked, ...]
    last: Answer | None  # the answer confirmed last
    to_confirm: int  # answers that "still true" would renew

    @property
    def known(self) -> int:
        return sum(not each.is_open for each in self.questions)

    @property
    def total(self) -> int:
        return len(self.questions)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the assessment is."""

    answered: int
    asked: int
    due: int
    confidence: int
    confidence_band: str
    is_unproven: bool

    @property
    def percent(self) -> float:
        return 100 * self.answered / self.asked if self.asked else 100


def context(project: Project, sheet: Sheet, show: str = "all") -> dict[str, Any]:
    """What the tab and its parts show."""
    show = show if show in FILTERS else "all"
    groups = list(_groups(project, sheet, FILTERS[show][1]))
    everything = [each for group in groups for each in group.questions]
    score = sheet.explanation.score
    return {
        "groups": groups,
        "show": show,
        "is_empty": not any(group.shown for group in groups),
        "filters": [(name, label, sum(map(fits, everything))) for name, (label, fits) in FILTERS.items()],
        "progress": Progress(
            answered=sheet.answered,
            asked=sheet.asked,
            due=sum(each.is_due_now for each in everything),
            confidence=round(100 * score.confidence),
            confidence_band=score.confidence_band,
            is_unproven=score.is_unproven,
        ),
    }


def group_of(groups: Iterable[Group], question: str) -> tuple[Group, Asked]:
    """A question with the group in which it stands; KeyError when it is not asked."""
    for group in groups:
        for each in group.questions:
            if each.id == question:
                return group, each
    raise KeyError(question)


def _groups(project: Project, sheet: Sheet, fits: Callable[[Asked], bool]) -> Iterable[Group]:
    make, today = asked.asker(project, sheet.card), facts.today(project)
    for section in sheet.sections:
        questions = [make(row) for row in section.rows]
        own = tuple(each for each in questions if not each.row.question.panel)
        yield _group(section, own, today, fits)
        for panel in sheet.card.panels:
            more = tuple(each for each in questions if each.row.question.panel == panel.code)
            if more:
                whole = _group(section, more, today, fits)
                yield replace(
                    whole,
                    code=panel.code,
                    label=panel.label,
                    meaning="",
                    counts_in=section.pitfall.label,
                    score=None,
                    is_panel=True,
                )


def _group(
    section: Section, questions: tuple[Asked, ...], today: Any, fits: Callable[[Asked], bool]
) -> Group:
    why = section.reasons
    renewable = [each.row.answer for each in questions if each.row.answer and each.letter in RENEWABLE]
    return Group(
        code=why.code,
        label=section.pitfall.label,
        meaning=section.pitfall.meaning,
        counts_in="",
        score=None if why.score is None else round(why.score),
        exact=why.score or 0.0,
        unknown=round(why.unknown_points, 1),
        tone=risks.tone(why.score),
        is_panel=False,
        questions=questions,
        shown=tuple(filter(fits, questions)),
        last=max(renewable, key=lambda answer: (answer.confirmed_on, answer.given_at), default=None),
        to_confirm=sum(answer.confirmed_on < today for answer in renewable),
    )
