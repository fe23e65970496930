"""What a project still costs and whom it needs, as the overview shows it."""

from dataclasses import dataclass
from decimal import Decimal

from projects.models import Demand, Project
from projects.queries import capacities, exchange, facts
from projects.queries.exchange import Rates


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount as it was entered, and what it is worth in the portfolio's currency; None: no rate."""

    label: str
    amount: Decimal
    currency: str
    at_home: Decimal | None

    @property
    def is_foreign(self) -> bool:
        return self.at_home is None or self.at_home != self.amount


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs that are known, whom the project needs, and the currency that lacks a rate."""

    remaining: Cost | None
    launch: Cost | None
    needs: list[Demand]
    home: str
    rate_needed: str


def of(project: Project) -> Costs:
    """One query for the people, and one for rates where a cost is in another currency."""
    found = rates(project)
    return Costs(
        remaining=_cost(project, "Remaining cost", project.remaining_cost, found),
        launch=_cost(project, "Cost of the launch", project.launch_cost, found),
        needs=capacities.of_project(project),
        home=found.home,
        rate_needed=rate_needed(project, found),
    )


def rates(project: Project) -> Rates:
    """The rates of today; without a query where the costs are in the portfolio's currency."""
    home = project.portfolio.currency
    if project.cost_currency in ("", home):
        return Rates(home, {})
    return exchange.rates(project.portfolio, facts.today(project))


def rate_needed(project: Project, found: Rates) -> str:
    """The currency of the costs if nothing says what it is worth, else nothing."""
    is_known = project.cost_currency in ("", found.home, *found.by_currency)
    return "" if is_known else project.cost_currency


def _cost(project: Project, label: str, amount: Decimal | None, found: Rates) -> Cost | None:
    if amount is None:
        return None
    currency = project.cost_currency or found.home
    return Cost(label, amount, currency, found.convert(amount, currency))
