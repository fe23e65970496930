"""Who is needed and who is there."""

from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, Sum

from projects.models import Capability, Demand, Portfolio, Project, Status, Supply
from projects.rules import capacities as rules
from projects.rules.names import fold


def named(portfolio: Portfolio, name: str) -> Capability | None:
    """The kind of work of this name, whatever the letter case; a portfolio has a few dozen."""
    wanted = fold(name)
    rows = Capability.objects.filter(portfolio=portfolio)
    return next((row for row in rows if fold(row.name) == wanted), None)


def of_id(portfolio_id: int, capability_id: int) -> Capability | None:
    """The kind of work with this id, if it belongs to the portfolio."""
    return Capability.objects.filter(portfolio_id=portfolio_id, pk=capability_id).first()


def kinds(portfolio: Portfolio) -> list[Capability]:
    """All kinds of work, by name."""
    return list(Capability.objects.filter(portfolio=portfolio))


def names(portfolio: Portfolio) -> list[str]:
    """All kinds of work, by name."""
    return list(Capability.objects.filter(portfolio=portfolio).values_list("name", flat=True))


def projects_needing(capability: Capability) -> list[str]:
    """Keys of the projects that need it, deleted ones included: a restored one would need it again."""
    rows = Demand.objects.filter(capability=capability).order_by("project__key")
    return list(rows.values_list("project__key", flat=True))


def of_project(project: Project) -> list[Demand]:
    """Whom a project needs, by kind of work."""
    return list(Demand.objects.filter(project=project).select_related("capability"))


def at_work(project: Project, day: date) -> Decimal | None:
    """How many people the project needs on a day; None where nobody has said by kind of work."""
    return rules.at_work(map(_need, project.demands.all()), day)


def stated(
    portfolio: Portfolio, *, after: int, limit: int
) -> list[tuple[int, Decimal | None, list[rules.Need]]]:
    """Projects whose people are stated by kind of work: id, people at work as stored, whom they need."""
    with_rows = Demand.objects.filter(project__portfolio=portfolio).values("project")
    found = Project.objects.filter(pk__in=with_rows, deleted_at=None, pk__gt=after)
    rows = found.prefetch_related("demands").order_by("pk")[:limit]
    return [(row.pk, row.capacity_fte, list(map(_need, row.demands.all()))) for row in rows]


def of_portfolio(portfolio: Portfolio) -> list[Capability]:
    """All kinds of work with their supply by month; two queries."""
    supplies = Prefetch("supplies", Supply.objects.order_by("from_month"))
    return list(Capability.objects.filter(portfolio=portfolio).prefetch_related(supplies))


def needed(portfolio: Portfolio, day: date) -> dict[int, Decimal]:
    """How many people projects under way need of each kind of work on a day; those on hold need nobody."""
    begun = Q(from_on=None) | Q(from_on__lte=day)
    going_on = Q(until_on=None) | Q(until_on__gte=day)
    under_way = Project.objects.running().filter(portfolio=portfolio, status=Status.ACTIVE)
    rows = Demand.objects.filter(begun, going_on, project__in=under_way)
    return dict(rows.values_list("capability").annotate(people=Sum("fte")).order_by())


def _need(row: Demand) -> rules.Need:
    return rules.Need(row.fte, row.from_on, row.until_on)
