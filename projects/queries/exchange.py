"""What amounts in other currencies are worth in a portfolio's own, by the rate of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projects.models import Portfolio, Rate


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
