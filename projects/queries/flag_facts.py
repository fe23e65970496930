"""What the flag rules look at, gathered by one statement for one project or for a chunk of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Min, OuterRef, Subquery
from django.db.models.functions import JSONArray

from projects.models import Blocker, Condition, Outcome, Project, Role, SignOff, StayLimits, TeamRole
from projects.queries import clocks, flag_signoffs
from projects.queries.json_rows import Rows, day
from projects.rules import metric_pairs, signals, trends
from projects.rules.checklists import points, shipped
from projects.rules.flag_facts import QUESTIONS, FlagFacts, Pair, Signal
from projects.rules.metric_pairs import Compared

Row = Mapping[str, Any]

# Columns of the project's own row; of a locked one they are taken as they stand in memory.
OWN = (
    *("pk", "portfolio_id", "workflow_id", "flag_level", "flags_due_at"),
    *("deleted_at", "archived_at", "outcome", "is_generated", "ever_in_production"),
    *("stage", "stage_since", "stage_shift", "hold_since", "resume_on", "gate_planned_on"),
    *("created_at", "last_update_at", "owner_id", "pivoted_on", "pivot_stage"),
    *("metric_name", "metric_baseline", "metric_target", "metric_direction", "metric_realised"),
    *("committed_on", "p05_on", "p50_on", "p80_on", "p95_on", "stated_on", "stated_value"),
    *("value_low", "value_high", "recertify_on", "monitoring_seen_on", "checklists"),
    *("metric_pairs", "measurements", "signals", "leakage_reviewed_on", "audited_on"),
)
# They are handed on as they are.
SAME = (
    *("stage", "gate_planned_on", "resume_on", "pivoted_on", "pivot_stage", "committed_on"),
    *("p05_on", "p50_on", "p80_on", "p95_on", "stated_on", "stated_value", "value_low", "value_high"),
    *("recertify_on", "monitoring_seen_on", "leakage_reviewed_on", "audited_on"),
)
# Items of the list for production without which nobody watches over a model: dashboards, and the fallback.
WATCHED_BY = ("production", ("C5", "C7"))
GRAVE = ("high", "critical")
ENDED = (Outcome.RETIRED, Outcome.STOPPED)


def of_many(project_ids: Iterable[int]) -> list[dict[str, Any]]:
    """The rows of these projects by id; one query."""
    found = Project.objects.filter(pk__in=project_ids).order_by("pk")
    return list(found.values(*OWN, **beside()))


def of_locked(project: Project, related: dict[str, Any]) -> dict[str, Any]:
    """The row of one project as it stands in memory, with what was just read beside it; no query."""
    return {name: getattr(project, name) for name in OWN} | related


def carries_flags(row: Row) -> bool:
    """Neither ended nor put away, and no invented history."""
    is_there = row["deleted_at"] is None and row["archived_at"] is None and not row["is_generated"]
    return is_there and row["outcome"] not in ENDED


def facts(row: Row, now: datetime, zone: ZoneInfo) -> FlagFacts:
    """A row as the rules read it, in days of its portfolio."""
    held, spoke_at, created_on = row["hold_since"], row["last_update_at"], _on(row["created_at"], zone)
    return FlagFacts(
        **{name: row[name] for name in SAME},
        created_on=created_on,
        last_update_on=_on(spoke_at, zone) if spoke_at else None,
        stage_since_on=_on(row["stage_since"], zone),
        active_days_in_stage=clocks.active_days(row["stage_since"], row["stage_shift"], held, now, zone),
        on_hold=held is not None,
        **(flag_signoffs.facts(row, zone) if row["signoff_rows"] else {}),
        condition_due_on=row["condition_due_on"],
        **(_blockers(row["blocker_rows"]) if row["blocker_rows"] else {}),
        **_people(row, zone),
        assessed_on=_on(row["answered_at"], zone) if row["answered_at"] else None,
        letters={code: row[code] for code in QUESTIONS if row[code] is not None},
        metric_is_complete=bool(row["metric_name"])
        and None not in (row["metric_baseline"], row["metric_target"]),
        lost_checks=_lost_checks(row["checklists"]),
        pairs=tuple(_pairs(row)) if row["metric_pairs"] else (),
        business_is_down=_business_is_down(row),
        signals=tuple(_signals(row, created_on)) if row["signals"] or row["metric_pairs"] else (),
    )


def beside() -> dict[str, Any]:
    """What other tables know of a project; a fresh expression for each statement."""
    here = OuterRef("pk")
    blockers = Blocker.objects.open().filter(project=here).order_by().values("project")
    ours = {"superseded_at": None, "is_binding": True}
    asked = SignOff.objects.filter(project=here, attempt=OuterRef("attempt"), **ours)
    conditions = Condition.objects.filter(
        closed_on=None,
        signoff__project=here,
        signoff__attempt=OuterRef("attempt"),
        signoff__withdrawn_at=None,
        signoff__superseded_at=None,
    )
    stewards = TeamRole.objects.filter(project=here, role=Role.OW, user__is_active=True)
    learnt = StayLimits.objects.filter(portfolio=OuterRef("portfolio_id")).order_by("-version")
    return {
        "zone": F("portfolio__time_zone"),
        "limits_version": Subquery(learnt.values("version")[:1]),
        "owner_is_active": F("owner__is_active"),
        "owner_acted_at": F("owner__presence__acted_at"),
        "has_steward": Exists(stewards),
        "answered_at": F("assessment__answered_at"),
        **{question: F(f"assessment__answers__{question}__0") for question in QUESTIONS},
        "blocker_rows": Subquery(blockers.annotate(rows=Rows(JSONArray(*BLOCKER))).values("rows")),
        "signoff_rows": flag_signoffs.rows(asked),
        "condition_due_on": Subquery(
            conditions.order_by().values("signoff__project").annotate(first=Min("due_on")).values("first")
        ),
    }


BLOCKER = ("severity", "due_on", "raised_on", "owner_id", "shared_owner_id")


def _blockers(rows: Iterable[list[Any]]) -> dict[str, Any]:
    """The earliest days of each sort; whoever answers for a portfolio blocker owns it too."""
    due: dict[bool, date] = {}
    unowned_on, has_critical = None, False
    for severity, due_text, raised_text, owner, shared_owner in rows:
        is_grave, due_on, raised_on = severity in GRAVE, day(due_text), day(raised_text)
        due[is_grave] = min(due_on, due.get(is_grave, due_on))
        if owner is None and shared_owner is None:
            unowned_on = min(raised_on, unowned_on or raised_on)
            has_critical = has_critical or severity == "critical"
    return {
        "blocker_due_on": due.get(False),
        "grave_blocker_due_on": due.get(True),
        "unowned_blocker_on": unowned_on,
        "has_unowned_critical": has_critical,
    }


def _people(row: Row, zone: ZoneInfo) -> dict[str, Any]:
    acted_at = row["owner_acted_at"]
    return {
        "has_owner": row["owner_id"] is not None,
        "owner_is_active": row["owner_is_active"] is not False,
        "owner_acted_on": _on(acted_at, zone) if acted_at else None,
        "has_steward": row["has_steward"],
    }


def _lost_checks(checklists: Mapping[str, Any]) -> tuple[str, ...]:
    """Items that somebody has given no points; those that nobody has filled in are not known."""
    name, items = WATCHED_BY
    filled = checklists.get(name)
    if not filled:
        return ()
    return tuple(item for item in items if points(filled.get(item), shipped()[name]) == 0)


def _pairs(row: Row) -> Iterable[Pair]:
    """Metric pairs with the newest measurements of both sides, and of each part of the users by itself."""
    measured = row["measurements"]
    for found in metric_pairs.compare(row["metric_pairs"], measured):
        pair, (offline, online) = found.pair, (measured.get(name, {}) for name in found.pair.sides.values())
        yield Pair(
            pair.name,
            pair.higher_is_better,
            *_values(found),
            pair.baseline,
            pair.ceiling,
            trends.read(offline.get("trend")),
            trends.read(online.get("trend")),
        )
        for part in found.parts:
            yield Pair(f"{pair.name} of {part.segment}", pair.higher_is_better, *_values(part))


def _values(found: Compared) -> tuple[Decimal | None, date | None, Decimal | None, Decimal | None]:
    offline, online = found.offline, found.online
    return (
        offline.value if offline else None,
        offline.measured_on if offline else None,
        online.value if online else None,
        found.allowed,
    )


def _signals(row: Row, created_on: date) -> Iterable[Signal]:
    """Those declared, and metrics that a pair expects from where it is used, by the rhythm they came in."""
    yield from signals.read(row["signals"], created_on)
    measured = row["measurements"]
    for pair in metric_pairs.read(row["metric_pairs"]):
        name = pair.sides["online"]
        if (every_days := measured.get(name, {}).get("every_days")) and pair.online not in row["signals"]:
            seen_on = date.fromisoformat(measured[name]["measured_on"])
            yield Signal(name, every_days, seen_on, seen_on)


def _business_is_down(row: Row) -> bool | None:
    """Whether the business metric is worse than before; None: not measured, or no direction."""
    realised, baseline, direction = (row[f"metric_{name}"] for name in ("realised", "baseline", "direction"))
    if realised is None or baseline is None or not direction:
        return None
    return bool(realised < baseline if direction == "up" else realised > baseline)


def _on(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
