"""Updates that are due: of the projects that somebody looks after, by the cadence of their stage."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio, Project, Status, StatusUpdate, TeamRole
from projects.models.workflows import parsed
from projects.queries import reach
from projects.queries.clocks import Clocks

# What runs out within two days is asked for today: whoever empties the list on Friday is not late on Sunday.
SOON = timedelta(days=2)
MOST = 30
# Who speaks for a project that nobody owns: the product owner, and without one the ML lead.
STAND_INS = ("PO", "ML")
ABILITY = "update.post"
MOST_NAMED = 5_000  # a longer list of ids costs more than it saves


@dataclass(frozen=True, slots=True)
class Due:
    """A project and the day until which its next update is asked for."""

    project: Project
    on: date
    today: date
    last_text: str  # empty: nobody has said anything yet

    @property
    def late_days(self) -> int:
        return max(0, (self.today - self.on).days)

    @property
    def words(self) -> str:
        """2 days late, due today, due tomorrow, due in 2 days."""
        if late := self.late_days:
            return "1 day late" if late == 1 else f"{late} days late"
        ahead = (self.on - self.today).days
        return {0: "due today", 1: "due tomorrow"}.get(ahead, f"due in {ahead} days")

    @property
    def can_repeat(self) -> bool:
        """Whether somebody has said something that can be unchanged."""
        return bool(self.last_text)


@dataclass(frozen=True, slots=True)
class Dues:
    """The longest due first, and how many more there are."""

    rows: list[Due]
    ids: list[int]  # of all projects that wait, shown or not

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def more(self) -> int:
        return len(self.ids) - len(self.rows)


def looked_after(actor: Actor) -> Q:
    """Projects that somebody owns, or speaks for while nobody owns them; two queries for a request."""
    if "looked after" not in actor.memo:
        held = TeamRole.objects.filter(user_id=actor.user_id, role__in=STAND_INS).order_by()
        owned = Project.objects.filter(owner_id=actor.user_id).order_by().values_list("pk", flat=True)
        roles = list(held.values_list("project_id", "role"))
        actor.memo["looked after"] = list(owned[: MOST_NAMED + 1]), roles
    owned_ids, roles = actor.memo["looked after"]
    as_po, as_ml = ([pk for pk, role in roles if role == wanted] for wanted in STAND_INS)
    has_po = Exists(TeamRole.objects.filter(project=OuterRef("pk"), role="PO", user__is_active=True))
    alone = Q(pk__in=as_ml) & Q(~has_po)
    found = Q(owner_id=actor.user_id) | Q(owner=None) & (Q(pk__in=as_po) | alone)
    if len(owned_ids) + len(roles) > MOST_NAMED:
        return found
    # Named by id, or a database may look through whole portfolios for the few of one person.
    return Q(pk__in={*owned_ids, *as_po, *as_ml}) & found


def of(actor: Actor, *, now: datetime | None = None) -> Dues:
    """What is due, or will be within two days; four queries beside reach."""
    waiting = _waiting(actor, now or timezone.now())
    chosen = waiting[:MOST]
    said = StatusUpdate.objects.filter(project=OuterRef("pk"), corrections=None).order_by("-at", "-pk")
    rows = Project.objects.select_related("portfolio").annotate(said=Subquery(said.values("text")[:1]))
    found = rows.in_bulk([pk for _, _, pk in chosen])
    return Dues(
        [Due(found[pk], on, today, found[pk].said or "") for on, today, pk in chosen if pk in found],
        [pk for _, _, pk in waiting],
    )


def count(actor: Actor, *, now: datetime | None = None) -> int:
    """How many there are; three queries beside reach."""
    return len(_waiting(actor, now or timezone.now()))


def of_project(project: Project) -> int | None:
    """Days after which the next update is due; None when its stage asks for none."""
    return _every(project.workflow_id, project.stage, project.status)


def _waiting(actor: Actor, now: datetime) -> list[tuple[date, date, int]]:
    """Day due, today and id of each, the longest due first; those on which the actor may post."""
    if actor.is_machine:
        return []
    rows = reach.of(actor).running().filter(looked_after(actor))
    columns = ("workflow_id", "stage", "status", "last_update_at", "created_at", "portfolio__time_zone")
    today_at = Clocks(now)
    found = []
    for pk, portfolio_id, *place, last_at, created_at, name in rows.values_list("pk", "portfolio", *columns):
        if (every := _every(*place)) is None:
            continue
        zone, today = today_at.at(name)
        on = (last_at or created_at).astimezone(zone).date() + timedelta(days=every)
        if on - today <= SOON:
            found.append((on, today, Project(pk=pk, portfolio_id=portfolio_id)))
    doubtful = [
        each
        for _, _, each in found
        if not permissions.granted(actor, ABILITY, Portfolio(pk=each.portfolio_id))
    ]
    permissions.know_project_roles(actor, [each.pk for each in doubtful])
    allowed = [(on, today, each.pk) for on, today, each in found if permissions.granted(actor, ABILITY, each)]
    return sorted(allowed)


def _every(workflow_id: Any, stage: str, status: str) -> int | None:
    workflow = parsed(workflow_id)
    if status == Status.ON_HOLD:
        return workflow.hold_update_every_days
    return workflow.stage(stage).update_every_days
