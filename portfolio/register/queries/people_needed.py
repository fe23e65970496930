"""Whom projects need, as files write it."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import QuerySet

from portfolio.register.imports import people_cells
from portfolio.register.imports.people_cells import Entry
from projects.models import Demand, Portfolio
from projects.rules.capacities import Need


def of_portfolio(portfolio: Portfolio) -> dict[int, str]:
    """Whom each project of a portfolio needs; one query."""
    return _written(Demand.objects.filter(project__portfolio=portfolio))


def of_projects(project_ids: Sequence[int]) -> dict[int, str]:
    """The same of these projects; one query."""
    return _written(Demand.objects.filter(project__in=project_ids))


def _written(rows: QuerySet[Demand]) -> dict[int, str]:
    found: dict[int, list[Entry]] = defaultdict(list)
    columns = rows.order_by().values_list("project_id", "capability__name", "fte", "from_on", "until_on")
    for project_id, kind, fte, from_on, until_on in columns:
        found[project_id].append(Entry(kind, Need(fte, from_on, until_on)))
    return {project_id: people_cells.write(entries) for project_id, entries in found.items()}
