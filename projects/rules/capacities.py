"""People needed and people there: what the numbers can hold, and what holds on a day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from projects.rules.facts import Obstacle
from projects.rules.gate_inputs import MOST_FTE

# Beyond it no table can be read; it takes the roles of a large organisation.
MOST_CAPABILITIES = 60
LONGEST_NAME = 80
SIGNS = frozenset(":;")
MOST_SUPPLY = Decimal("99999.99")  # what the column holds


class Need(NamedTuple):
    """Full-time people whom a project needs, from a day until a day; None is open."""

    fte: Decimal
    from_on: date | None
    until_on: date | None

    def is_in_force(self, day: date) -> bool:
        """Whether somebody is needed on that day."""
        return (self.from_on is None or self.from_on <= day) and (
            self.until_on is None or day <= self.until_on
        )


def at_work(needs: Iterable[Need], day: date) -> Decimal | None:
    """How many people work on a project on a day; None where nobody has said whom it needs."""
    stated = list(needs)
    return sum((need.fte for need in stated if need.is_in_force(day)), Decimal(0)) if stated else None


def demand_obstacles(need: Need) -> list[Obstacle]:
    """Everything that is wrong with what is said of whom a project needs."""
    found = list(_number(need.fte, MOST_FTE))
    if need.from_on and need.until_on and need.until_on < need.from_on:
        message = "The last day lies before the first."
        found.append(Obstacle("ends_early", message, "Give a last day that is not earlier.", "until_on"))
    return found


def supply_obstacles(fte: Decimal | None) -> list[Obstacle]:
    """Everything that is wrong with how many are there; None takes the month back."""
    return list(_number(fte, MOST_SUPPLY)) if fte is not None else []


def name_obstacles(name: str) -> list[Obstacle]:
    """Everything that is wrong with the name of a kind of work."""
    if not name:
        message = "The kind of work needs a name."
        return [Obstacle("no_name", message, "Write one, such as data engineering.", "name")]
    if set(name) & SIGNS:
        message = f"{name[:40]} has a sign that files use between entries."
        return [Obstacle("signs", message, "Leave : and ; out of the name.", "name")]
    if len(name) > LONGEST_NAME:
        remedy = f"Use at most {LONGEST_NAME} characters."
        return [Obstacle("long_name", "This name is too long.", remedy, "name")]
    return []


def in_force(supplies: Mapping[date, Decimal], month: date) -> Decimal | None:
    """How many are there in a month: what was said of the latest month until then; None before the first."""
    said = max((each for each in supplies if each <= month), default=None)
    return None if said is None else supplies[said]


def month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months(first: date, number: int) -> Iterator[date]:
    """So many months from that of `first` on."""
    for ahead in range(first.month - 1, first.month - 1 + number):
        yield date(first.year + ahead // 12, ahead % 12 + 1, 1)


def _number(fte: Decimal, most: Decimal) -> Iterator[Obstacle]:
    if not 0 <= fte <= most:
        remedy = f"Give a number from 0 to {most:,}, such as 2.5."
        yield Obstacle("not_people", f"{fte} is no number of full-time people.", remedy, "fte")
