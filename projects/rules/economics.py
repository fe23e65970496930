"""What a project still costs and is worth once live: which fields, what they can hold, and how they agree."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from projects.rules.facts import Obstacle

COSTS = ("remaining_cost", "launch_cost")
FIELDS = (
    *COSTS,
    "cost_currency",
    "chance_of_use",
    "mandatory",
    "vendor_name",
    "metric_realised",
)
# Whoever checks one of FIELDS looks at these as well.
BESIDE = ("vendor", "metric_measured_on")
# What the columns hold.
MOST_MONEY = Decimal("99999999999999.99")
LONGEST = 200
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
MOST_CHANCE = 100


def implied(changed: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the fields that change: a vendor is there where one is named, so nobody is asked."""
    named = changed.get("vendor_name") and changed.get("vendor") is None
    return {"vendor": True} if named else {}


def obstacles(values: Mapping[str, Any]) -> list[Obstacle]:
    """Everything that is wrong with these fields, by their names; what is left out or None is not known."""
    return [*_costs(values), *_shares(values), *_agreement(values)]


def is_currency(code: str) -> bool:
    """Whether it has the form of a currency's code; which ones there are, rates say."""
    return CURRENCY.fullmatch(code) is not None


def _costs(values: Mapping[str, Any]) -> Iterator[Obstacle]:
    for name in COSTS:
        amount = values.get(name)
        if amount is not None and not 0 <= amount <= MOST_MONEY:
            remedy = "Give an amount from 0 on, such as 250000."
            yield Obstacle("not_a_cost", f"{amount} is no cost.", remedy, name)
    currency = values.get("cost_currency")
    if currency and not is_currency(currency):
        remedy = "Use the three capital letters of a currency, such as USD."
        yield Obstacle("not_a_currency", f"{currency} is no currency.", remedy, "cost_currency")


def _shares(values: Mapping[str, Any]) -> Iterator[Obstacle]:
    chance = values.get("chance_of_use")
    if chance is not None and not 0 <= chance <= MOST_CHANCE:
        remedy = "Give a whole number of percent from 0 to 100."
        yield Obstacle("not_a_percentage", f"{chance} is no percentage.", remedy, "chance_of_use")


def _agreement(values: Mapping[str, Any]) -> Iterator[Obstacle]:
    if values.get("vendor_name") and "vendor" in values and not values["vendor"]:
        remedy = "Empty the vendor's name, or say that it uses a vendor's model."
        yield Obstacle("vendor_named", "A vendor is named here.", remedy, "vendor")
    if (
        values.get("metric_realised") is not None
        and "metric_measured_on" in values
        and values["metric_measured_on"] is None
    ):
        message = "A realised value was measured on some day."
        remedy = "Give the day on which the business metric was measured."
        yield Obstacle("not_dated", message, remedy, "metric_measured_on")
