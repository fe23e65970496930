"""What people enter of a project for its flags: which fields, and what they can hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from projects.rules.economics import MOST_MONEY
from projects.rules.facts import Obstacle

FIELDS = ("stated_on", "stated_value", "leakage_reviewed_on", "audited_on")
# Days on which somebody looked at something: they have been.
SEEN = {
    "leakage_reviewed_on": "Nobody has gone through the leaks on a day to come.",
    "audited_on": "Nobody has audited the pipeline on a day to come.",
}


def obstacles(values: Mapping[str, Any], today: date) -> list[Obstacle]:
    """Everything that is wrong with these fields, by their names; what is left out or None is not known."""
    found = [
        Obstacle("in_the_future", message, "Give the day on which it was done.", name)
        for name, message in SEEN.items()
        if values.get(name) is not None and values[name] > today
    ]
    value = values.get("stated_value")
    if value is not None and not 0 <= value <= MOST_MONEY:
        remedy = "Give an amount from 0 on, such as 250000."
        found.append(Obstacle("not_a_value", f"{value} is no value of a year.", remedy, "stated_value"))
    return found
