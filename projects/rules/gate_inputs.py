"""What people enter of a project for its gates and its tier: which fields, and what they can hold."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from projects.rules.facts import Obstacle

# Yes, no, or nobody has said; the governance tier follows from these.
EXPOSURE = (
    "decides_about_people",
    "human_review",
    "acts_automatically",
    "safety_relevant",
    "customer_facing",
)
FIELDS = (
    *EXPOSURE,
    "users_affected",
    "expectation",
    "data_sources",
    "model_version",
    "first_exposure_on",
    "metric_measured_on",
    "monitoring_seen_on",
    "capacity_fte",
)
# Days on which somebody saw something: they have been.
SEEN = {
    "metric_measured_on": "Nobody has measured the business metric on a day to come.",
    "monitoring_seen_on": "Nobody has looked at the monitoring on a day to come.",
}
# A third of mankind; what the column holds.
MOST_PEOPLE = 2_000_000_000
MOST_FTE = Decimal("9999.99")  # what the column holds


def obstacles(values: Mapping[str, Any], today: date) -> list[Obstacle]:
    """Everything that is wrong with these fields, by their names; what is left out or None is not known."""
    found = [
        Obstacle("in_the_future", message, "Give the day on which it was done.", name)
        for name, message in SEEN.items()
        if values.get(name) is not None and values[name] > today
    ]
    for name, most, noun in (("users_affected", MOST_PEOPLE, "people"), ("capacity_fte", MOST_FTE, "people")):
        number = values.get(name)
        if number is not None and not 0 <= number <= most:
            remedy = f"Give a number from 0 to {most:,}."
            found.append(Obstacle("not_a_count", f"{number} is no number of {noun}.", remedy, name))
    return found
