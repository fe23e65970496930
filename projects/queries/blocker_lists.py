"""Which blockers a list shows, and in which order; pages and REST ask the same questions."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from projects.actors import Actor
from projects.models import Blocker, Portfolio, Project
from projects.models.blockers import POLICY, SEVERITIES
from projects.models.projects import ProjectQuerySet
from projects.queries import holders, reach
from projects.queries.blocker_filters import BANDS, BlockerFilters
from projects.queries.clocks import Clocks
from projects.queries.filters import ENDED_OUTCOMES

Blockers = QuerySet[Blocker, Any]
RELATED = ("portfolio", "owner", "shared_owner")


def chosen(filters: BlockerFilters, actor: Actor, *, now: datetime | None = None) -> Blockers:
    """The blockers that this actor asked for and may see, in no order."""
    found: Blockers = Blocker.objects.among(reach.of(actor, filters.portfolio))
    if filters.project:
        stopping = Blocker.objects.stopping(Project.objects.filter(key=filters.project))
        found = found.filter(pk__in=stopping.values("pk"))
    found = in_state(found, filters.state)
    for name in ("category", "severity", "level"):
        if values := getattr(filters, name):
            found = found.filter(**{f"{name}__in": values})
    if filters.owner:
        ids = {"me": actor.user_id, "none": None}
        person = ids[filters.owner] if filters.owner in ids else int(filters.owner)
        found = found.filter(owner_id=person)
    if filters.waits:
        found = found.filter(waiting_for(actor.user))
    if filters.shared:
        found = found.filter(is_shared=filters.shared == "yes")
    if filters.age:
        found = found.annotate(took=F("resolved_on") - F("raised_on"))
    if filters.age or filters.late:
        found = found.filter(_by_the_clock(filters, now or timezone.now()))
    for word in filters.words:
        found = found.filter(Q(search_text__contains=word) | Q(project__search_text__contains=word))
    return found


def listed(filters: BlockerFilters, actor: Actor, *, now: datetime | None = None) -> Blockers:
    """The same in the order asked for, with what a row shows."""
    falls, name = filters.sort.startswith("-"), filters.sort.removeprefix("-")
    found = chosen(filters, actor, now=now).select_related(*RELATED)
    if name == "value":
        found = _with_value(found, actor)
    term, falls = _term(name), falls != (name == "age")  # The oldest was raised first.
    order = term.desc(nulls_last=True) if falls else term.asc(nulls_last=True)
    return found.order_by(order, "due_on", "pk")


def in_state(found: Blockers, state: str) -> Blockers:
    """Open ones are those of running projects: nobody waits for what stops an ended one."""
    if state == "open":
        return found.filter(resolved_on=None, project__in=Project.objects.running())
    return found.filter(resolved_on__isnull=False) if state == "resolved" else found


def waiting_for(user: Any) -> Q:
    """Those that somebody owns, here or in the portfolio, or that have risen to a level that they hold."""
    if user is None:
        return Q(pk__in=[])
    return Q(owner=user) | Q(shared_owner=user, is_shared=True) | holders.held_by(user)


def _by_the_clock(filters: BlockerFilters, now: datetime) -> Q:
    """Age and lateness, which each portfolio counts by its own day."""
    today_at = Clocks(now)
    zones: dict[date, list[str]] = defaultdict(list)
    for zone in Portfolio.objects.order_by().values_list("time_zone", flat=True).distinct():
        zones[today_at.at(zone)[1]].append(zone)
    days = [Q(portfolio__time_zone__in=there) & _on(filters, today) for today, there in zones.items()]
    return reduce(or_, days, Q(pk__in=[]))


def _on(filters: BlockerFilters, today: date) -> Q:
    found = Q()
    if filters.late:
        found &= Q(resolved_on=None, due_on__lt=today) | Q(resolved_on__gt=F("due_on"))
    if filters.age:
        place = BANDS.index(filters.age)
        last = POLICY.age_bands[place] if place < len(POLICY.age_bands) else None
        found &= _aged(today, int(filters.age), last)
    return found


def _aged(today: date, first: int, last: int | None) -> Q:
    """Raised so many days ago; of resolved ones, those that took so many days."""
    still = Q(resolved_on=None, raised_on__lte=today - timedelta(first)) if first else Q(resolved_on=None)
    over = Q(took__gte=timedelta(first))
    if last is not None:
        still &= Q(raised_on__gte=today - timedelta(last))
        over &= Q(took__lte=timedelta(last))
    return still | over


def _term(name: str) -> Any:
    match name:
        case "severity":
            grades = [When(severity=code, then=Value(place)) for place, (code, _) in enumerate(SEVERITIES)]
            return Case(*grades)
        case "project":
            return Lower("project__name")
        case "title" | "category":
            return Lower(name)
        case "owner":
            return Lower("owner__name")
    columns = {"due": "due_on", "age": "raised_on", "next": "next_step_on", "value": "held_up"}
    return F(columns.get(name, name))


def _with_value(found: Blockers, actor: Actor) -> Blockers:
    """The value held up as a column: of running projects that the reader may see."""
    seen = reach.of(actor)
    others = Sum(_worth("affected"), filter=_counts("affected", seen))
    own = Case(When(_counts("project", seen), then=_worth("project")))
    found = found.annotate(own=own, others=others)
    known = Coalesce("own", Value(0.0)) + Coalesce("others", Value(0.0))
    return found.annotate(held_up=Case(When(own=None, others=None, then=None), default=known))


def _worth(relation: str) -> Any:
    return F(f"{relation}__p_production") * F(f"{relation}__annual_value")


def _counts(relation: str, seen: ProjectQuerySet) -> Q:
    """Whether a project is one that runs and that the reader may see."""
    runs = Q(**{f"{relation}__archived_at": None}) & ~Q(**{f"{relation}__outcome__in": ENDED_OUTCOMES})
    return runs & Q(**{f"{relation}__in": seen})
