"""Who is needed and who is there."""

from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from projects.models import Capability, Demand, Portfolio, Project, Supply
from projects.rules import capacities as rules
from projects.rules.names import fold


def named(portfolio: Portfolio, name: str) -> Capability | None:
    """The kind of work of this name, whatever the letter case; a portfolio has a few dozen."""
    wanted = fold(name)
    rows = Capability.objects.filter(portfolio=portfolio)
    return next((row for row in rows if fold(row.name) == wanted), None)


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
    return rules.at_work(
        (rules.Need(row.fte, row.from_on, row.until_on) for row in project.demands.all()), day
    )


def stated(portfolio_id: int | None, *, after: int, limit: int) -> list[Project]:
    """Projects of which somebody has said whom they need, with their rows; None: of all portfolios."""
    found = Project.objects.filter(demands__isnull=False, deleted_at=None, pk__gt=after).distinct()
    if portfolio_id is not None:
        found = found.filter(portfolio_id=portfolio_id)
    rows = found.select_related("portfolio").prefetch_related("demands").order_by("pk")
    return list(rows[:limit])


def of_portfolio(portfolio: Portfolio) -> list[Capability]:
    """All kinds of work with their supply by month; two queries."""
    supplies = Prefetch("supplies", Supply.objects.order_by("from_month"))
    return list(Capability.objects.filter(portfolio=portfolio).prefetch_related(supplies))
