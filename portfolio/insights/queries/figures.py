"""The figures of a portfolio as they are now: a fixed number of grouped queries, whatever its size."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from projects.models import Flag, Health, Move, MoveKind, Outcome, Portfolio, Project, Status
from projects.models.workflows import parsed
from projects.queries import clocks
from projects.rules.flags import OF_PROJECTS

# Changes when a figure is added or means something else.
MODEL_VERSION = 1
QUIETEST, NEWEST_MOVES = 10, 10
# What a week brought is what people remember of it.
PERIOD = timedelta(days=7)
# Moves that nobody made on that day: what a file reported, and changes of the workflow itself.
NOT_MADE = (MoveKind.REPORT, MoveKind.MIGRATE)


def figures(portfolio: Portfolio, now: datetime) -> dict[str, Any]:
    """The body of a snapshot: plain values only; running projects unless a key says otherwise."""
    running = Project.objects.running().filter(portfolio=portfolio)
    today = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    return {
        "counts": _counts(portfolio),
        "stages": _stages(portfolio, running, now),
        "units": _units(running),
        "health": _health(running),
        "flags": _flags(running),
        "flagged": _flagged(running),
        "quietest": _quietest(running, portfolio, today),
        "moves": _moves(portfolio, now),
    }


def _counts(portfolio: Portfolio) -> dict[str, int]:
    listed = Q(archived_at=None)
    running = listed & Q(outcome__in=[Outcome.OPEN, Outcome.IN_PRODUCTION])
    return (
        Project.objects.real()
        .filter(portfolio=portfolio, deleted_at=None)
        .aggregate(
            running=Count("pk", filter=running),
            active=Count("pk", filter=running & Q(status=Status.ACTIVE)),
            on_hold=Count("pk", filter=running & Q(status=Status.ON_HOLD)),
            in_production=Count("pk", filter=listed & Q(outcome=Outcome.IN_PRODUCTION)),
            retired=Count("pk", filter=listed & Q(outcome=Outcome.RETIRED)),
            stopped=Count("pk", filter=listed & Q(outcome=Outcome.STOPPED)),
            archived=Count("pk", filter=~listed),
        )
    )


def _stages(portfolio: Portfolio, running: QuerySet[Project], now: datetime) -> list[dict[str, Any]]:
    """Every stage of the portfolio's present workflow, in order, with the median of the active days in it.

    A project on an older version counts under the present stage of the same standard code.
    """
    if portfolio.workflow_id is None:
        return []
    workflow = parsed(portfolio.workflow_id)
    days: dict[str, list[int]] = defaultdict(list)
    held: dict[str, int] = defaultdict(int)
    for version_id, code, standard, number, is_held in _stays(running, portfolio, now):
        known = version_id == portfolio.workflow_id or workflow.has(code)
        stage = code if known else workflow.nearest_stage(standard).code
        days[stage].append(number)
        held[stage] += is_held
    return [
        {
            "code": stage.code,
            "standard": stage.standard,
            "label": stage.label,
            "projects": len(days[stage.code]),
            "on_hold": held[stage.code],
            "median_days": _median(days[stage.code]),
            "typical_days": stage.typical_days.p50 if stage.typical_days else None,
        }
        for stage in workflow.stages
    ]


def _median(days: list[int]) -> int | float | None:
    """The middle value, whole where it is whole; None for no project."""
    if not days:
        return None
    middle = median(days)
    return int(middle) if middle == int(middle) else middle


def _stays(running: QuerySet[Project], portfolio: Portfolio, now: datetime) -> Any:
    """Workflow, stage, standard code, active days and whether on hold, of each project; one query."""
    zone = ZoneInfo(portfolio.time_zone)
    rows = running.order_by().values_list(
        "workflow_id", "stage", "standard_stage", "stage_since", "stage_shift", "hold_since"
    )
    for version_id, code, standard, since, shift, hold in rows.iterator(chunk_size=2_000):
        number = clocks.active_days(since, shift, hold, now, zone)
        yield version_id, code, standard, number, hold is not None


def _units(running: QuerySet[Project]) -> list[dict[str, Any]]:
    """Units of the first level by name, each with the units below it; the flagged count once per project."""
    rows = running.values("unit_id", "unit__name", "unit__parent_id", "unit__parent__name").annotate(
        projects=Count("pk", distinct=True),
        flagged=Count("pk", distinct=True, filter=Q(flags__isnull=False, flags__cleared_at=None)),
    )
    tops: dict[int | None, dict[str, Any]] = {}
    for row in rows.order_by("unit__parent__name", "unit__name"):
        own: dict[str, Any] = {"id": row["unit_id"], "name": row["unit__name"]}
        above: dict[str, Any] = {"id": row["unit__parent_id"], "name": row["unit__parent__name"]}
        first = above if above["id"] else own
        top = tops.setdefault(first["id"], {**first, "projects": 0, "flagged": 0, "units": []})
        top["projects"] += row["projects"]
        top["flagged"] += row["flagged"]
        if above["id"]:
            top["units"].append({**own, "projects": row["projects"], "flagged": row["flagged"]})
    # Those without a unit come last: they are what somebody has to sort.
    return sorted(tops.values(), key=lambda top: (top["id"] is None, -top["projects"], top["name"] or ""))


def _health(running: QuerySet[Project]) -> list[dict[str, Any]]:
    found = dict(running.order_by().values_list("health").annotate(Count("pk")))
    return [{"code": code, "label": label, "projects": found.get(code, 0)} for code, label in Health.choices]


def _flags(running: QuerySet[Project]) -> list[dict[str, Any]]:
    """Every rule, with its open flags by severity."""
    rows = Flag.objects.filter(cleared_at=None, project__in=running).order_by()
    found = {
        (rule, severity): number
        for rule, severity, number in rows.values_list("rule", "severity").annotate(Count("pk"))
    }
    return [
        {
            "rule": rule.code,
            "title": rule.title,
            "warn": found.get((rule.code, "warn"), 0),
            "critical": found.get((rule.code, "critical"), 0),
        }
        for rule in OF_PROJECTS.values()
    ]


def _flagged(running: QuerySet[Project]) -> dict[str, int]:
    return Flag.objects.filter(cleared_at=None, project__in=running).aggregate(
        projects=Count("project", distinct=True),
        critical=Count("project", distinct=True, filter=Q(severity="critical")),
        quiet=Count("project", distinct=True, filter=Q(rule="NO_UPDATE")),
    )


def _quietest(running: QuerySet[Project], portfolio: Portfolio, today: date) -> list[dict[str, Any]]:
    """Who has gone quiet longest."""
    zone = ZoneInfo(portfolio.time_zone)
    rows = running.annotate(spoke_at=Coalesce("last_update_at", "created_at")).order_by("spoke_at", "key")
    chosen = rows.values("key", "name", "owner__name", "status", "workflow_id", "stage", "spoke_at")[
        :QUIETEST
    ]
    return [
        {
            "key": row["key"],
            "name": row["name"],
            "owner": row["owner__name"],
            "on_hold": row["status"] == Status.ON_HOLD,
            "stage": parsed(row["workflow_id"]).stage(row["stage"]).label,
            "days": (today - row["spoke_at"].astimezone(zone).date()).days,
        }
        for row in chosen[:QUIETEST]
    ]


def _moves(portfolio: Portfolio, now: datetime) -> dict[str, Any]:
    """What moved in the last days, newest first; reported moves are only counted."""
    since = now - PERIOD
    here = Q(project__portfolio=portfolio, project__deleted_at=None, project__is_generated=False)
    rows = Move.objects.filter(here, at__gte=since, at__lte=now)
    counts = rows.aggregate(
        made=Count("pk", filter=~Q(kind__in=NOT_MADE)), reported=Count("pk", filter=Q(kind=MoveKind.REPORT))
    )
    chosen = (
        rows.exclude(kind__in=NOT_MADE)
        .order_by("-at", "-pk")
        .values(
            "at", "kind", "from_stage", "to_stage", "project__key", "project__name", "project__workflow_id"
        )
    )
    newest = [
        {
            "at": row["at"].isoformat(),
            "key": row["project__key"],
            "name": row["project__name"],
            "kind": row["kind"],
            "kind_label": MoveKind(row["kind"]).label,
            "from": _label(row["project__workflow_id"], row["from_stage"]),
            "to": _label(row["project__workflow_id"], row["to_stage"]),
        }
        for row in chosen[:NEWEST_MOVES]
    ]
    return {"since": since.isoformat(), **counts, "newest": newest}


def _label(workflow_id: int, stage: str) -> str:
    """A stage's label; a move made under an older version may name one that is gone."""
    workflow = parsed(workflow_id)
    return workflow.stage(stage).label if workflow.has(stage) else stage
