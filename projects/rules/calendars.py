"""Working days: those of the week that a portfolio works on, without its holidays."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked on; days of the week count from Monday as 0."""

    working_days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether this is a working day; a portfolio that names no day of the week works on all of them."""
        return day not in self.holidays and (not self.working_days or day.weekday() in self.working_days)

    def after(self, day: date, working_days: int) -> date:
        """The day that is so many working days later."""
        # Holidays are a list that people write; a year of them only would never end the search.
        last = day + timedelta(days=366 + 7 * working_days)
        while working_days > 0 and day < last:
            day += timedelta(days=1)
            working_days -= self.works_on(day)
        return day
