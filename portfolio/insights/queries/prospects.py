"""What projects under way are made of beside their picture: it is not kept by day, so only today's."""

from collections.abc import Iterable
from dataclasses import dataclass

from portfolio.insights.rules.balance.values import YEARS, Commercial
from portfolio.insights.rules.entries import Entry, Picture
from projects.models import Portfolio, Project
from projects.queries import exchange
from projects.queries.exchange import Rates


@dataclass(frozen=True, slots=True)
class Prospect:
    """One project; costs in the portfolio's currency. None: not known."""

    workflow_id: int
    furthest_stage: str
    launch_cost: float | None
    chance_of_use: int | None
    personal_data: bool | None
    vendor: bool | None
    llm: bool | None
    lacks_rate: bool  # a cost is known in a currency for which there is no rate


FACTS = ("workflow_id", "furthest_stage", "chance_of_use", "personal_data", "vendor", "llm")


def of(portfolio: Portfolio, picture: Picture) -> dict[int, Prospect]:
    """The open projects of a portfolio by id; two queries."""
    rates = exchange.rates(portfolio, picture.frame.day)
    rows = Project.objects.running().filter(portfolio=portfolio, outcome="open").order_by()
    values = rows.values("pk", "launch_cost", "remaining_cost", "cost_currency", *FACTS)
    return {row["pk"]: _one(row, rates) for row in values.iterator(chunk_size=2_000)}


def _one(row: dict[str, object], rates: Rates) -> Prospect:
    currency = str(row["cost_currency"])
    costs = {name: row[name] for name in ("launch_cost", "remaining_cost")}
    known = {name: rates.convert(cost, currency) for name, cost in costs.items()}  # type: ignore[arg-type]
    launch = known["launch_cost"]
    return Prospect(
        launch_cost=None if launch is None else float(launch),
        lacks_rate=any(known[name] is None for name, cost in costs.items() if cost is not None),
        **{name: row[name] for name in FACTS},  # type: ignore[arg-type]
    )


def commercial(entry: Entry, prospect: Prospect | None) -> Commercial | None:
    """What the expected commercial value of a project is made of; None where a part is not known."""
    if prospect is None or prospect.launch_cost is None or prospect.chance_of_use is None:
        return None
    if entry.value is None or entry.p is None or entry.cost is None:
        return None
    use = prospect.chance_of_use / 100
    return Commercial(entry.value * YEARS, use, prospect.launch_cost, entry.p, entry.cost)


def known(entries: Iterable[Entry], prospects: dict[int, Prospect]) -> list[tuple[Entry, Commercial]]:
    """The projects of which all of it is known."""
    pairs = ((entry, commercial(entry, prospects.get(entry.id))) for entry in entries)
    return [(entry, made_of) for entry, made_of in pairs if made_of is not None]
