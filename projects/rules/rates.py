"""What a unit of another currency is worth: what a rate can hold."""

from decimal import Decimal

from projects.rules.economics import is_currency
from projects.rules.facts import Obstacle

# From one in ten million to ten million: beyond it somebody has mixed the two currencies up.
LEAST, MOST = Decimal("0.0000001"), Decimal(10_000_000)
DIGITS = 8  # after the point; what the column holds


def obstacles(home: str, currency: str, rate: Decimal) -> list[Obstacle]:
    """Everything that is wrong with a rate of a portfolio whose own currency is `home`."""
    found = []
    if not is_currency(currency):
        remedy = "Use the three capital letters of a currency, such as USD."
        found.append(Obstacle("not_a_currency", f"{currency[:20]} is no currency.", remedy, "currency"))
    elif currency == home:
        message = f"{home} is the portfolio's own currency."
        found.append(Obstacle("own_currency", message, "Choose another one.", "currency"))
    if not LEAST <= rate <= MOST:
        remedy = f"Say how many {home} one unit is worth, such as 0.92."
        found.append(Obstacle("not_a_rate", f"{rate} is no rate.", remedy, "rate"))
    return found
