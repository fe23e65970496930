"""Flags across projects: which there are for somebody, in which order, and what each says."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length, Lower
from django.http import Http404
from django.utils import timezone

from projects import permissions
from projects.actors import Actor
from projects.models import Flag
from projects.queries import portfolios, reach
from projects.queries.clocks import Clocks
from projects.queries.flag_filters import FlagFilters, parse
from projects.rules import snoozes
from projects.rules.flags import RULES

__all__ = ["FlagFilters", "among", "by_rule", "chosen", "listed", "one", "parse", "rows"]

RELATED = ("project", "project__owner", "portfolio", "snoozed_by")


@dataclass(frozen=True, slots=True)
class Row:
    """A flag as people read it, by the clock of its portfolio."""

    flag: Flag
    today: date
    may_snooze: bool

    @property
    def title(self) -> str:
        """The title of its rule."""
        return RULES[self.flag.rule].title if self.flag.rule in RULES else self.flag.rule

    @property
    def sentence(self) -> str:
        """What was found, with its limit."""
        return self.flag.sentence

    @property
    def clears(self) -> str:
        """What would clear it."""
        return RULES[self.flag.rule].clears if self.flag.rule in RULES else ""

    @property
    def is_asleep(self) -> bool:
        return self.flag.cleared_at is None and self.flag.sleeps(self.today)

    @property
    def can_sleep(self) -> bool:
        """Whether this reader may let it sleep, and its rule allows it."""
        rule = RULES.get(self.flag.rule)
        return bool(self.may_snooze and rule and snoozes.barred(rule, self.flag.snoozes) is None)

    @property
    def days_open(self) -> int:
        """Days since it was raised; of a cleared one, the days that it was there."""
        until = self.flag.cleared_at or timezone.now()
        return max(0, (until - self.flag.opened_at).days)


def among(actor: Actor, slug: str = "") -> QuerySet[Flag]:
    """The flags that this actor may know of, cleared ones too, in one portfolio or in all.

    Those of a stage are for members of the portfolio; those of a project for its team as well.
    """
    projects = reach.of(actor, slug).values("pk")
    named = [one.pk for one in portfolios.visible(actor) if slug in ("", one.slug)]
    whole = [pk for pk in named if actor.sees_all or permissions.portfolio_role(actor, pk)]
    of_projects = Q(project__deleted_at=None, project__is_generated=False)
    if len(whole) == len(named):
        return Flag.objects.filter(of_projects | Q(project=None), portfolio_id__in=whole)
    of_stages = Q(project=None, portfolio_id__in=whole)
    return Flag.objects.filter(of_projects & Q(project__in=projects) | of_stages)


def chosen(filters: FlagFilters, actor: Actor, *, now: datetime | None = None) -> QuerySet[Flag]:
    """The open flags that pass every filter, in no order."""
    found = among(actor, filters.portfolio).filter(cleared_at=None)
    if filters.project:
        found = found.filter(project__key=filters.project)
    for name in ("rule", "severity"):
        if value := getattr(filters, name):
            found = found.filter(**{name: value})
    if filters.mine:
        found = found.filter(project__owner_id=actor.user_id)
    if filters.asleep:
        sleeping = _asleep(actor, now or timezone.now())
        found = found.filter(sleeping) if filters.asleep == "yes" else found.exclude(sleeping)
    return found


def listed(filters: FlagFilters, actor: Actor, *, now: datetime | None = None) -> QuerySet[Flag]:
    """The same in the order asked for, with what a row shows."""
    name, falls = filters.sort.removeprefix("-"), filters.sort.startswith("-")
    found = chosen(filters, actor, now=now).select_related(*RELATED)
    nulls = {"nulls_last": True} if name in ("project", "owner") else {}
    terms = [term.desc(**nulls) if falls else term.asc(**nulls) for term in TERMS[name]()]
    return found.order_by(*terms, "opened_at", "pk")


# Made anew for each question: an expression keeps what a query made of it.
TERMS: dict[str, Any] = {
    "severity": lambda: [F("severity")],  # critical comes before warn in the alphabet too
    "since": lambda: [F("opened_at")],
    "rule": lambda: [F("rule")],
    "project": lambda: [Length("project__key"), F("project__key")],  # 9 before 10
    "owner": lambda: [Lower("project__owner__name")],
}


def by_rule(filters: FlagFilters, actor: Actor) -> list[tuple[str, int]]:
    """How many flags each rule has raised among those asked for, whatever rule was asked for; one query."""
    found = chosen(filters, actor).order_by().values_list("rule").annotate(Count("pk"))
    counted = dict(found)
    return [(code, counted[code]) for code in RULES if code in counted]


def rows(flags: Iterable[Flag], actor: Actor, *, now: datetime | None = None) -> list[Row]:
    """What is to be said of each; at most one query, for roles on teams."""
    flags, today_at = list(flags), Clocks(now or timezone.now())
    doubtful = {f.project_id for f in flags if not permissions.granted(actor, "flag.snooze", f.portfolio)}
    permissions.know_project_roles(actor, [pk for pk in doubtful if pk])
    return [
        Row(
            flag,
            today_at.at(flag.portfolio.time_zone)[1],
            permissions.granted(actor, "flag.snooze", flag.project or flag.portfolio),
        )
        for flag in flags
    ]


def one(flag_id: int, actor: Actor, *, now: datetime | None = None) -> Row:
    """One flag, cleared or not; 404 for whoever may not know of it."""
    found = among(actor).select_related(*RELATED, "project__portfolio", "portfolio__workflow")
    for row in rows(found.filter(pk=flag_id), actor, now=now):
        return row
    raise Http404


def _asleep(actor: Actor, now: datetime) -> Q:
    """Those that sleep on the day that it is in their portfolio; a few days at most around the world."""
    today_at, places = Clocks(now), defaultdict(list)
    for portfolio in portfolios.visible(actor):
        places[today_at.at(portfolio.time_zone)[1]].append(portfolio.pk)
    found = Q(pk__in=[])
    for today, ids in places.items():
        found |= Q(portfolio_id__in=ids, snoozed_until__isnull=False, snoozed_until__gte=today)
    return found
