"""What amounts in other currencies are worth in a portfolio's own, by the rate of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count

from projects.actors import Actor
from projects.models import Portfolio, Project, Rate


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one portfolio on one day."""

    home: str
    by_currency: Mapping[str, Decimal]

    def convert(self, amount: Decimal | None, currency: str) -> Decimal | None:
        """The amount in the portfolio's currency, to the cent; None where amount or rate is not known."""
        if amount is None or not currency or currency == self.home:
            return amount
        rate = self.by_currency.get(currency)
        return None if rate is None else round(amount * rate, 2)


def rates(portfolio: Portfolio, day: date) -> Rates:
    """The newest rate of each currency that is not later than the day; one query."""
    rows = Rate.objects.filter(portfolio=portfolio, from_on__lte=day).order_by("from_on")
    return Rates(portfolio.currency, dict(rows.values_list("currency", "rate")))


def by_currency(portfolio: Portfolio, day: date) -> list[tuple[str, list[Rate], Rate | None]]:
    """All rates of each currency, newest first, and the one that holds on that day; one query."""
    found: dict[str, list[Rate]] = {}
    for row in Rate.objects.filter(portfolio=portfolio).order_by("currency", "-from_on"):
        found.setdefault(row.currency, []).append(row)
    return [
        (currency, rows, next((row for row in rows if row.from_on <= day), None))
        for currency, rows in found.items()
    ]


def without(portfolio: Portfolio, actor: Actor, day: date) -> list[tuple[str, int]]:
    """Currencies of costs that have no rate on that day, with how many projects of theirs are not counted."""
    known = ["", portfolio.currency, *rates(portfolio, day).by_currency]
    lacking = Project.objects.visible_to(actor).running().filter(portfolio=portfolio)
    lacking = lacking.exclude(cost_currency__in=known)
    rows = lacking.values_list("cost_currency").annotate(number=Count("pk"))
    return list(rows.order_by("cost_currency"))
