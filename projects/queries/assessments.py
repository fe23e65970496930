"""The assessment of one project: what is asked of it, what was answered, and what its scores are made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from projects.models import Answer, Assessment, Project, Todo, TodoSource
from projects.queries import comparisons, facts, scoring
from projects.rules import answers as rules
from projects.rules import explanations
from projects.rules.answers import UNKNOWN
from projects.rules.explanations import Contribution, Explanation, PitfallReasons
from projects.rules.questions import Pitfall, Question
from projects.rules.scorecards import Scorecard


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its present answer; `letter` is how the answer counts today."""

    question: Question
    answer: Answer | None
    letter: str
    age_days: int
    is_due: bool
    offered: tuple[str, ...]
    contribution: Contribution | None  # None: not part of the stored score
    todos: tuple[Todo, ...] = ()  # made of its mitigations

    @property
    def waits_for_agreement(self) -> bool:
        """Whether somebody said that it does not apply and nobody has agreed yet."""
        return self.answer is not None and self.answer.letter == "X" and self.answer.agreed_at is None

    @property
    def is_answered(self) -> bool:
        return self.letter != "U"


@dataclass(frozen=True, slots=True)
class Section:
    """One pitfall with its questions."""

    pitfall: Pitfall
    reasons: PitfallReasons
    rows: tuple[Row, ...]

    @property
    def known(self) -> int:
        """How many questions have an answer."""
        return sum(row.is_answered for row in self.rows)

    @property
    def total(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A project's whole assessment."""

    card: Scorecard
    sections: tuple[Section, ...]
    explanation: Explanation
    answered_at: datetime | None

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every question asked, section by section."""
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(section.known for section in self.sections)

    @property
    def asked(self) -> int:
        return sum(section.total for section in self.sections)


def sheet(project: Project, *, now: datetime | None = None) -> Sheet:
    """What is asked of a project and what is known; three queries, five before the first score."""
    card, found = scoring.card(project), explanation(project)
    furthest = scoring.furthest_standard(project)
    letters, given, todos = counted(project, now=now), _current(project), _todos(project)
    parts = {part.question: part for each in found.pitfalls for part in each.contributions}

    def row(question: Question) -> Row:
        letter, age_days = letters.get(question.id, UNKNOWN)
        is_due = question.is_due(furthest)
        return Row(
            question=question,
            answer=given.get(question.id),
            letter=letter,
            age_days=age_days,
            is_due=is_due,
            offered=rules.offered(is_due=is_due),
            contribution=parts.get(question.id),
            todos=tuple(todos.get(question.id, ())),
        )

    reasons = {each.code: each for each in found.pitfalls}
    sections = tuple(
        Section(pitfall, reasons[pitfall.code], tuple(map(row, questions)))
        for pitfall, questions in card.sections(bool(project.llm))
    )
    stored = _stored(project)
    return Sheet(card, sections, found, stored.answered_at if stored else None)


def counted(project: Project, *, now: datetime | None = None) -> dict[str, rules.Answer]:
    """Every present answer as it counts today, by question; also those that are not asked any more."""
    days = scoring.card(project).evidence_days(scoring.furthest_standard(project))
    return scoring.answers(scoring.held(project), facts.today(project, now), days)


def explanation(project: Project) -> Explanation:
    """Why a project has its stored scores; before the first, why it would have those of this moment."""
    stored = _stored(project)
    if stored is not None and stored.scorecard_id is not None and stored.record:
        return explanations.explain(*comparisons.made_of(stored.scorecard_id, stored.record))
    (inputs,) = scoring.inputs([project], now=timezone.now())
    return explanations.explain(scoring.card(project), inputs)


def history(project: Project, question: str) -> list[Answer]:
    """Every answer ever given to a question, the newest first; one query."""
    rows = Answer.objects.filter(project=project, question=question)
    return list(_with_people(rows).order_by("-given_at", "-pk"))


def _current(project: Project) -> dict[str, Answer]:
    rows = _with_people(Answer.objects.filter(project=project, replaced_at=None))
    return {row.question: row for row in rows.order_by()}


def _with_people(rows: Any) -> Any:
    return rows.select_related("given_by", "confirmed_by", "agreed_by")


def _todos(project: Project) -> dict[str, list[Todo]]:
    """The to-dos made of mitigations, by question; one query."""
    found: dict[str, list[Todo]] = {}
    rows = Todo.objects.filter(project=project, source=TodoSource.MITIGATION).select_related("owner")
    for todo in rows:
        found.setdefault(todo.ref, []).append(todo)
    return found


def _stored(project: Project) -> Assessment | None:
    try:
        return project.assessment
    except Assessment.DoesNotExist:
        return None
