"""One page of the register: its rows, their flags, and how many projects each saved view holds."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F
from django.utils import timezone

from portfolio.register.queries import listings, scores
from portfolio.register.queries.listings import Listing, View
from projects import permissions
from projects.actors import Actor
from projects.models import Flag, Outcome, Portfolio, Project, Status
from projects.models.workflows import parsed
from projects.queries import clocks, registers
from projects.queries.filters import ENDED_OUTCOMES, Filters
from projects.rules import flags as flag_rules

# What a row shows, and nothing else: texts and JSON stay in the database.
COLUMNS = (
    "pk",
    "key",
    "name",
    "portfolio_id",
    "workflow_id",
    "stage",
    "stage_since",
    "stage_shift",
    "hold_since",
    "status",
    "outcome",
    "health",
    "committed_on",
    "gate_planned_on",
    "last_update_at",
    "archived_at",
    "version",
    *scores.COLUMNS,
)
Views = tuple[tuple[str, dict[str, Any]], ...]
# Seven at most stand above the list, each with its count; the palette has the others as well.
TABS: Views = (
    ("All", {}),
    ("My projects", {"owner": "me"}),
    ("Needs update", {"flag": "NO_UPDATE"}),
    ("At a gate", {"gate": "due"}),
    ("Big bets", {"quadrant": ("big_bet",)}),
    # What has a critical gap is not ready, whatever its quadrant promises.
    ("Ship soon", {"quadrant": ("quick_win",), "gap": "no", "outcome": (Outcome.OPEN.value,)}),
    ("Critical gap", {"gap": "yes"}),
)
VIEWS: Views = (
    *TABS,
    ("Quick wins", {"quadrant": ("quick_win",)}),
    ("Reconsider", {"quadrant": ("reconsider",)}),
    ("Unproven", {"unproven": "yes"}),
    ("Not assessed yet", {"quadrant": ("unassessed", "none")}),
    ("On hold", {"status": Status.ON_HOLD.value}),
    ("Ended", {"outcome": ENDED_OUTCOMES}),
    ("Archived", {"archived": "only", "outcome": ()}),
)


class Raised(NamedTuple):
    """An open flag as a row shows it, by the clock of its portfolio."""

    rule: str
    severity: str
    label: str
    id: int
    snoozed_until: date | None


def listing(actor: Actor, filters: Filters, total: int) -> Listing[dict[str, Any]]:
    """The rows that the filters' page holds; two queries."""
    found = registers.listed(filters, actor=actor)[listings.window(filters)]
    rows = [*_read(found)]
    return Listing(filters, dressed(actor, rows[: filters.size]), total, len(rows) > filters.size)


def row(actor: Actor, project_id: int) -> dict[str, Any]:
    """One row, after an edit in place."""
    return dressed(actor, [*_read(Project.objects.visible_to(actor).filter(pk=project_id))])[0]


def total(actor: Actor, filters: Filters) -> int:
    """How many projects pass the filters, up to the limit; one query."""
    return registers.counts([registers.chosen(filters, actor=actor)])[0]


def total_and_views(actor: Actor, filters: Filters) -> tuple[int, list[View]]:
    """How many projects pass the filters, and each tab; one query."""
    views = [Filters(portfolio=filters.portfolio, **chosen) for _, chosen in TABS]
    found = registers.counts(registers.chosen(each, actor=actor) for each in (filters, *views))
    current = replace(filters.bare(), q="")
    return found[0], listings.views([label for label, _ in TABS], views, found[1:], current)


def is_empty(actor: Actor, portfolio: str) -> bool:
    """Whether there is no project at all, ended and archived ones included; one query."""
    everything = Filters(portfolio=portfolio, archived="any", outcome=())
    return not registers.chosen(everything, actor=actor).exists()


def _read(found: registers.Projects) -> Any:
    return found.values(*COLUMNS, owner_name=F("owner__name"))


def dressed(actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with their flags, the place of their stage, their ages and what the reader may edit."""
    flags = _flags([row["pk"] for row in rows])
    may_edit = _editable(actor, rows)
    now = timezone.now()
    for row in rows:
        row["flags"] = flags[row["pk"]]
        row["is_quiet"] = any(flag.rule == "NO_UPDATE" for flag in row["flags"])
        row["is_late"] = any(flag.rule == "GATE_OVERDUE" for flag in row["flags"])
        row["is_long"] = any(flag.rule == "STAGE_OVERRUN" for flag in row["flags"])
        row["days"] = days_in_stage(row, now)
        row["may_edit"] = row["pk"] in may_edit
        row["state"] = _state(row)
        row["figures"] = scores.figures(row)
        stages = parsed(row["workflow_id"])
        row["stage_place"] = stages.index(row["stage"])
        row["stage_label"] = stages.stage(row["stage"]).label
        row["stages"] = len(stages.stages)
    return rows


def days_in_stage(row: dict[str, Any], now: datetime) -> int:
    """Days of activity in the stage, by the reader's calendar."""
    since, shift = row["stage_since"], row["stage_shift"]
    return clocks.active_days(since, shift, row["hold_since"], now, timezone.get_current_timezone())


def _state(row: dict[str, Any]) -> str:
    """What a row says beside its stage when it is not simply under way."""
    if row["archived_at"]:
        return "Archived"
    if row["outcome"] in ENDED_OUTCOMES:
        return Outcome(row["outcome"]).label
    return "On hold" if row["status"] == Status.ON_HOLD else ""


def _flags(project_ids: list[int]) -> dict[int, list[Raised]]:
    """Open flags by project, critical ones first, then the oldest."""
    found: dict[int, list[Raised]] = defaultdict(list)
    rows = Flag.objects.filter(project_id__in=project_ids, cleared_at=None)
    columns = ("project_id", "portfolio__time_zone", "rule", "severity", "facts", "id", "snoozed_until")
    today_at = clocks.Clocks(timezone.now())
    # "critical" comes before "warn" in the alphabet too.
    for row in rows.order_by("severity", "opened_at", "pk").values_list(*columns):
        project_id, zone, rule, severity, facts, pk, until = row
        label = flag_rules.label(rule, facts, today_at.at(zone)[1])
        found[project_id].append(Raised(rule, severity, label, pk, until))
    return found


def _editable(actor: Actor, rows: list[dict[str, Any]]) -> set[int]:
    """The projects among these that the reader may edit; at most one query."""
    portfolios = {row["portfolio_id"] for row in rows}
    open_ones = {pk for pk in portfolios if permissions.granted(actor, "project.edit", Portfolio(pk=pk))}
    doubtful = [row for row in rows if row["portfolio_id"] not in open_ones]
    if doubtful:
        permissions.know_project_roles(actor, [row["pk"] for row in doubtful])
    return {row["pk"] for row in rows if row["portfolio_id"] in open_ones} | {
        row["pk"]
        for row in doubtful
        if permissions.granted(actor, "project.edit", Project(pk=row["pk"], portfolio_id=row["portfolio_id"]))
    }
