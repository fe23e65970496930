"""Working days: those of the week that a portfolio works on, without its holidays."""

from dataclasses import dataclass
from datetime import date, timedelta

from projects.rules import public_holidays


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked on; days of the week count from Monday as 0."""

    working_days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    region: str = ""  # whose public holidays are free as well

    def works_on(self, day: date) -> bool:
        """Whether this is a working day; a portfolio that names no day of the week works on all of them."""
        if day in self.holidays or (self.working_days and day.weekday() not in self.working_days):
            return False
        return day not in public_holidays.of(self.region, day.year)

    def after(self, day: date, working_days: int) -> date:
        """The day that is so many working days later."""
        # Holidays are a list that people write; a year of them only would never end the search.
        last = day + timedelta(days=366 + 7 * working_days)
        while working_days > 0 and day < last:
            day += timedelta(days=1)
            working_days -= self.works_on(day)
        return day
