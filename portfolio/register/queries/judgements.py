"""Answers and open blockers of projects, as files write them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from portfolio.register.imports.profiles import ANSWERS, QUESTION
from projects.models import Blocker, Portfolio
from projects.rules import letters
from projects.rules.answers import Answer
from projects.rules.scorecards import Scorecard

Held = Mapping[str, Sequence[Any]]


def columns(card: Scorecard, held: Held, *, is_llm: bool) -> dict[str, str]:
    """The columns of letters of a project's present answers; empty where nobody has answered."""
    given = {question: Answer(short[0], 0) for question, short in held.items()}
    written = letters.write(card, given, is_llm=is_llm)
    return {column: said if said.strip("U") else "" for column, said in written.items()}


def assessed_on(held: Held) -> str:
    """The day on which all answers were known to be true: the oldest confirmation; empty without any."""
    return min((short[1] for short in held.values() if short[0] != "U"), default="")


def values(card: Scorecard, held: Held, *, is_llm: bool) -> dict[str, str]:
    """The same in the form in which a profile reads them from a file."""
    written = columns(card, held, is_llm=is_llm).items()
    return {
        **{f"{ANSWERS}{column}": said for column, said in written},
        **{f"{QUESTION}{question}": short[0] for question, short in held.items() if short[0] != "U"},
        f"{ANSWERS}assessed_on": assessed_on(held),
    }


def blockers(portfolio: Portfolio) -> dict[int, str]:
    """The open blockers of each project as severity:category, with semicolons between them; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Blocker.objects.open().filter(portfolio=portfolio).order_by("pk")
    for project_id, severity, category in rows.values_list("project_id", "severity", "category"):
        found[project_id].append(f"{severity}:{category}")
    return {project_id: ";".join(entries) for project_id, entries in found.items()}


def standing(project_ids: Sequence[int]) -> dict[int, str]:
    """The open blockers of these projects as severity:category:age:overdue:owner; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    today = timezone.localdate()
    rows = Blocker.objects.open().filter(project__in=project_ids).order_by("pk")
    columns = ("project_id", "severity", "category", "raised_on", "due_on", "owner_id")
    for project_id, severity, category, raised_on, due_on, owner_id in rows.values_list(*columns):
        age, marks = (today - raised_on).days, (today > due_on, owner_id is not None)
        found[project_id].append(
            ":".join([severity, category, str(max(age, 0)), *(str(int(mark)) for mark in marks)])
        )
    return {project_id: ";".join(entries) for project_id, entries in found.items()}
