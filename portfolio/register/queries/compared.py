"""The rows of the register beside what they were on a past day, and the projects that are gone since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from projects import permissions
from projects.actors import Actor
from projects.models import Health, Outcome, ProjectDay, Status
from projects.models.workflows import parsed
from projects.queries import days, departures, portfolios
from projects.queries.departures import Departure
from projects.queries.filters import Filters
from projects.rules import differences

# Above the list only the first of them stand; all are on the portfolio's page of changes.
MOST_GONE = 20


@dataclass(frozen=True, slots=True)
class Gone:
    """A project that was there and is not any more."""

    row: ProjectDay
    departure: Departure
    stage: str


@dataclass(frozen=True, slots=True)
class Since:
    """What the day beside the list brings: where it was stored, and who is gone."""

    day: date
    is_stored: bool  # False: before the first stored day of every portfolio of the list
    first: date | None
    gone: tuple[Gone, ...] = ()
    more: int = 0
    has_generated: bool = False


def beside(actor: Actor, filters: Filters, rows: Sequence[dict[str, Any]]) -> Since:
    """Put on each row what changed since the day (`changes`) or that it is new (`is_new`).

    Five queries at most. What is gone is only told to members, and where nothing is filtered.
    """
    day = date.fromisoformat(filters.compare)
    seen = [one.pk for one in portfolios.visible(actor) if filters.portfolio in ("", one.slug)]
    whole = [pk for pk in seen if actor.sees_all or permissions.portfolio_role(actor, pk)]
    first = days.first_days(seen)
    before = days.on([row["pk"] for row in rows], day)
    for row in rows:
        _mark(row, before.get(row["pk"]), first.get(row["portfolio_id"]), day)
    known = [pk for pk in whole if pk in first and first[pk] <= day]
    gone = list(days.gone_since(known, day)[: MOST_GONE + 1]) if _shows_gone(filters) and known else []
    return Since(
        day,
        is_stored=any(each <= day for each in first.values()),
        first=min(first.values(), default=None),
        gone=tuple(_with_reasons(gone[:MOST_GONE], day)),
        more=len(gone) > MOST_GONE,
        has_generated=any(row.is_generated for row in [*before.values(), *gone]),
    )


def _shows_gone(filters: Filters) -> bool:
    return filters.page == 1 and not filters.is_narrowed


def _mark(row: dict[str, Any], before: ProjectDay | None, first: date | None, day: date) -> None:
    is_stored = first is not None and first <= day
    row["is_new"] = is_stored and before is None and row["outcome"] in (Outcome.OPEN, Outcome.IN_PRODUCTION)
    row["changes"] = list(differences.changes(_then(before), _now(row))) if before else []


def _then(before: ProjectDay) -> Mapping[str, Any]:
    return {
        "name": before.name,
        "stage": parsed(before.workflow_id).stage(before.stage).label,
        "status": Status(before.status).label,
        "outcome": Outcome(before.outcome).label,
        "health": Health(before.health).label,
        "quadrant": before.quadrant,
        "risk": before.risk,
        "impact": before.impact,
        "p": before.p_production,
        "has_gap": before.has_critical_gap,
        "owner": before.owner.name if before.owner else "",
        "committed_on": before.committed_on,
    }


def _now(row: dict[str, Any]) -> Mapping[str, Any]:
    return {
        "name": row["name"],
        "stage": row["stage_label"],
        "status": Status(row["status"]).label,
        "outcome": Outcome(row["outcome"]).label,
        "health": Health(row["health"]).label,
        "quadrant": row["quadrant"],
        "risk": row["risk"],
        "impact": row["impact"],
        "p": row["p_production"],
        "has_gap": row["has_critical_gap"],
        "owner": row["owner_name"] or "",
        "committed_on": row["committed_on"],
    }


def _with_reasons(rows: Sequence[ProjectDay], day: date) -> list[Gone]:
    zone = timezone.get_current_timezone()
    since, until = datetime.combine(day, time(), zone), timezone.now() + timedelta(minutes=1)
    why = departures.of({row.project_id: row.portfolio_id for row in rows}, since=since, until=until)
    return [
        Gone(
            row,
            why.get(row.project_id, Departure("unknown")),
            parsed(row.workflow_id).stage(row.stage).label,
        )
        for row in rows
    ]
