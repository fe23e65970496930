"""A question of the assessment as pages show it: the answer in words, its evidence, and what it brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from projects.models import Project, Todo
from projects.queries import assessments, facts, scoring
from projects.rules import answers as rules
from projects.rules import evidence
from projects.rules.answers import UNKNOWABLE
from projects.rules.questions import Question
from projects.rules.scorecards import Scorecard

# What an answer is called where it is chosen and read.
WORDS = {
    "Y": "Yes, shown",
    "C": "Yes, claimed",
    "P": "Partly",
    "T": "Not yet",
    "N": "No",
    "U": "Not known",
    "X": "Does not apply",
}
# The icon of an answer and its colour; the word always stands beside it.
MARKS = {
    "Y": ("met", "i-met"),
    "C": ("cond", "i-wait"),
    "P": ("cond", "i-wait"),
    "T": ("wait", "i-wait"),
    "N": ("miss", "i-miss"),
    "U": ("open", "i-unk"),
    "X": ("info", ""),
}
# These take a word more: evidence for a yes, a reason for what does not apply.
ASKS_MORE = ("Y", "X")
MEANINGS = {letter.code: letter.meaning for letter in rules.LETTERS}
# Workflows that leave a standard stage out still have questions that are due there.
STAGE_NAMES = {
    "idea": "Idea",
    "framing": "Framing",
    "data": "Data",
    "poc": "Proof of concept",
    "mvp": "MVP",
    "validation": "Validation",
    "pilot": "Pilot",
    "production": "Production",
}


@dataclass(frozen=True, slots=True)
class Mitigation:
    """Something that helps: an offer, or a to-do that somebody has made of it."""

    text: str
    todo: Todo | None
    url: str  # the dialog that makes it one


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer, ready to be shown."""

    project_url: str
    row: assessments.Row
    due: str  # the stage, as the project's workflow calls it
    grace_days: float

    @property
    def id(self) -> str:
        return self.row.question.id

    @property
    def url(self) -> str:
        """The sheet with its history."""
        return f"{self.project_url}assessment/{self.id}/"

    @property
    def letter(self) -> str:
        """What was answered, however it counts."""
        return self.row.answer.letter if self.row.answer else "U"

    @property
    def words(self) -> str:
        return WORDS[self.letter]

    @property
    def mark(self) -> tuple[str, str]:
        return MARKS[self.row.letter]

    @property
    def counts_as(self) -> str:
        """How it counts, where that is not what was answered."""
        return WORDS[self.row.letter] if self.row.letter != self.letter else ""

    @property
    def link(self) -> str:
        """Evidence that a browser may open."""
        return evidence.link(self.row.answer.evidence) if self.row.answer else ""

    @property
    def is_open(self) -> bool:
        """Nobody knows it yet."""
        return self.row.letter in UNKNOWABLE

    @property
    def is_due_now(self) -> bool:
        """It had to be known by now, and is not."""
        return self.row.is_due and self.is_open

    @property
    def is_old(self) -> bool:
        """Only "still true" keeps it from drifting towards not known."""
        return self.letter in rules.RENEWABLE and self.row.age_days > self.grace_days

    @property
    def takes_note(self) -> bool:
        """A claim, a part, a plan and a no may have a word beside them; a yes has its evidence."""
        return self.letter in ("C", "P", "T", "N")

    @property
    def is_gap(self) -> bool:
        part = self.row.contribution
        return part is not None and part.is_open

    @property
    def was_confirmed_later(self) -> bool:
        answer = self.row.answer
        return answer is not None and answer.confirmed_on > answer.given_at.date()

    @property
    def points(self) -> str:
        part = self.row.contribution
        return added(part.points if part else 0)

    @property
    def age_points(self) -> str:
        """What age alone has added, where it is worth a word."""
        part = self.row.contribution
        return added(part.age_points) if part and part.age_points >= 0.5 else ""

    @property
    def actions(self) -> list[Mitigation]:
        """What helps, as the scorecard says, with what became a to-do already."""
        made = {todo.text: todo for todo in self.row.todos}
        return [
            Mitigation(text, made.get(text), f"{self.project_url}todos/add/?{self._as_todo(text)}")
            for text in self.row.question.actions
        ]

    def _as_todo(self, text: str) -> str:
        return urlencode({"source": "mitigation", "ref": self.id, "text": text})

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """The answers that are offered, with the present one marked."""
        return [(letter, WORDS[letter], letter == self.letter) for letter in self.row.offered]


def added(points: float) -> str:
    """Points of a score as people read them: "+34", "under 1", "0"."""
    if points < 0.05:
        return "0"
    return f"+{points:.0f}" if points >= 0.95 else "under 1"


def asker(project: Project, card: Scorecard) -> Any:
    """Makes rows of the sheet fit to be shown."""
    names = stage_names(project)
    grace, home = card.ageing.grace_days, reverse("project", args=[project.key])
    return lambda row: Asked(home, row, names[row.question.due], grace)


def questions(project: Project) -> tuple[Question, ...]:
    """What is asked of a project, in order."""
    return scoring.card(project).asked(bool(project.llm))


def stage_names(project: Project) -> Mapping[str, str]:
    """Standard stages as the project's workflow calls them."""
    names = dict(STAGE_NAMES)
    for stage in reversed(facts.workflow(project).stages):
        names[stage.standard] = stage.label
    return names
