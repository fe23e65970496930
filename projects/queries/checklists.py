"""A checklist of a project as pages and callers see it: items, score, and who filled it in last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from projects.models import Event, Project
from projects.rules import checklists as rules
from projects.rules.checklists import Checklist, Item


@dataclass(frozen=True, slots=True)
class Filled:
    """A checklist with a project's points; a score that nobody has begun is None, not 0."""

    checklist: Checklist
    points: Mapping[str, Decimal]

    @property
    def score(self) -> Decimal | None:
        return self.checklist.score(self.points)

    @property
    def band(self) -> str:
        """The name of the score; empty where there is none."""
        return "" if self.score is None else self.checklist.band(self.score)

    @property
    def totals(self) -> dict[str, Decimal]:
        """Section -> its points."""
        return self.checklist.totals(self.points)

    @property
    def unfilled(self) -> tuple[Item, ...]:
        return self.checklist.unfilled(self.points)


@dataclass(frozen=True, slots=True)
class LastFilled:
    """Who gave points last, and when."""

    person: Any
    by_machine: bool
    at: datetime


def of(project: Project, name: str) -> Filled | None:
    """The checklist of this name with the project's points; None where there is no such list. No query."""
    checklist = rules.shipped().get(name)
    return Filled(checklist, rules.read(project.checklists).get(name, {})) if checklist else None


def every(project: Project) -> list[Filled]:
    """All checklists that there are, with the project's points; no query."""
    return [found for name in rules.shipped() if (found := of(project, name))]


def last_filled(project: Project, name: str) -> LastFilled | None:
    """Who filled it in last; one query."""
    rows = Event.objects.filter(project=project, kind="checklist.filled", payload__checklist=name)
    event = rows.select_related("actor").order_by("-at", "-pk").first()
    return LastFilled(event.actor, event.by_machine, event.at) if event else None
