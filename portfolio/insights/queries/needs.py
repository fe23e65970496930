"""Whom the projects of a portfolio need, and who is there, for its capacity by month."""

from collections import defaultdict
from datetime import date

from portfolio.insights.rules.balance.capacities import Need
from projects.models import Capability, Demand, Portfolio, Supply


def demands(portfolio: Portfolio) -> list[Need]:
    """What running projects ask for; one query."""
    rows = Demand.objects.filter(project__portfolio=portfolio, project__deleted_at=None).order_by("pk")
    values = rows.values_list("capability__name", "project_id", "fte", "from_on", "until_on")
    return [Need(name, project, float(fte), begins, ends) for name, project, fte, begins, ends in values]


def supplies(portfolio: Portfolio) -> dict[str, list[tuple[date, float]]]:
    """Every kind of work with its people from month to month; two queries."""
    found: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for name in Capability.objects.filter(portfolio=portfolio).values_list("name", flat=True):
        found[name] = []
    rows = Supply.objects.filter(capability__portfolio=portfolio).order_by("from_month")
    for name, since, fte in rows.values_list("capability__name", "from_month", "fte"):
        found[name].append((since, float(fte)))
    return dict(found)
