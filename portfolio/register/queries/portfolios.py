"""All portfolios beside each other: how much is in them, how it stands, and what has gone quiet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from projects import permissions
from projects.actors import Actor
from projects.models import Flag, Health, Portfolio, Project
from projects.queries import portfolios

# The worst at the left, where the eye begins.
ORDER = (Health.OFF_TRACK, Health.AT_RISK, Health.UNKNOWN, Health.ON_TRACK)


@dataclass(frozen=True, slots=True)
class Part:
    """One health in a bar: where it begins and how wide it is, in percent."""

    health: str
    label: str
    number: int
    begin: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """One portfolio of the table."""

    portfolio: Portfolio
    projects: int
    parts: list[Part]
    flagged: int
    quiet: int
    summed_up_at: datetime | None
    may_edit: bool

    @property
    def health_words(self) -> str:
        return ", ".join(f"{part.number} {part.label.lower()}" for part in self.parts) or "No projects"


def lines(actor: Actor) -> list[Line]:
    """Every portfolio that the actor may know of, with figures of the projects seen; four queries at most."""
    found = portfolios.visible(actor)
    counted = _projects(actor)
    raised = _flags(actor)
    summed_up = _summaries(found)
    return [
        Line(
            portfolio=one,
            projects=sum(counted.get(one.pk, {}).values()),
            parts=parts(counted.get(one.pk, {})),
            flagged=raised.get(one.pk, (0, 0))[0],
            quiet=raised.get(one.pk, (0, 0))[1],
            summed_up_at=summed_up.get(one.pk),
            may_edit=permissions.granted(actor, "portfolio.edit", one),
        )
        for one in found
    ]


def parts(counted: dict[str, int]) -> list[Part]:
    """The bar of a portfolio: a part for each health that occurs."""
    total = sum(counted.values())
    found: list[Part] = []
    begin = 0.0
    for health in ORDER:
        if number := counted.get(health, 0):
            width = 100 * number / total
            found.append(Part(health, Health(health).label, number, round(begin, 2), round(width, 2)))
            begin += width
    return found


def _projects(actor: Actor) -> dict[int, dict[str, int]]:
    """How many running projects of each portfolio have each health."""
    rows = Project.objects.visible_to(actor).running().order_by().values("portfolio_id", "health")
    found: dict[int, dict[str, int]] = {}
    for row in rows.annotate(number=Count("pk")):
        found.setdefault(row["portfolio_id"], {})[row["health"]] = row["number"]
    return found


def _flags(actor: Actor) -> dict[int, tuple[int, int]]:
    """How many running projects of each portfolio carry a flag, and how many have gone quiet."""
    running = Project.objects.visible_to(actor).running()
    rows = (
        Flag.objects.filter(cleared_at=None, project__in=running).order_by().values("project__portfolio_id")
    )
    counted = rows.annotate(
        flagged=Count("project", distinct=True),
        quiet=Count("project", filter=Q(rule="NO_UPDATE"), distinct=True),
    )
    return {row["project__portfolio_id"]: (row["flagged"], row["quiet"]) for row in counted}


def _summaries(found: list[Portfolio]) -> dict[int, Any]:
    """When each portfolio was last summed up. The rows belong to insights, which may not be imported here."""
    rows = Portfolio.objects.filter(pk__in=[one.pk for one in found]).order_by()
    return dict(rows.annotate(at=Max("snapshots__taken_at")).values_list("pk", "at"))
