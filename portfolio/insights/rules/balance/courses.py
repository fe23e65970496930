"""What projects have been through until a day: the stages that they visited, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from projects.rules.stages import STANDARD_STAGES

PRODUCTION = "production"
ORDER = {code: place for place, code in enumerate(STANDARD_STAGES)}
# What ends a project where it stands.
ENDS = ("stop", "retire")


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a stage; `left` is None while it lasts."""

    attempt: int
    standard: str
    entered: date
    left: date | None = None
    cause: str = ""

    @property
    def order(self) -> int:
        return ORDER[self.standard]

    def covers(self, day: date) -> bool:
        """Whether it was there at the end of that day."""
        return self.entered <= day and (self.left is None or self.left > day)


@dataclass(frozen=True, slots=True)
class Course:
    """One project, running or ended, with its visits in order."""

    key: str
    name: str
    visits: tuple[Visit, ...] = ()
    ended_on: date | None = None
    exposed_on: date | None = None  # first live traffic, where somebody said when
    baseline: Decimal | None = None
    target: Decimal | None = None
    realised: Decimal | None = None
    measured_on: date | None = None
    is_generated: bool = False

    @property
    def launched_on(self) -> date | None:
        """When it first came into production."""
        return next((visit.entered for visit in self.visits if visit.standard == PRODUCTION), None)

    @property
    def attempts(self) -> tuple[tuple[Visit, ...], ...]:
        """The visits of each attempt by itself."""
        return tuple(tuple(found) for _, found in groupby(self.visits, key=lambda visit: visit.attempt))

    def visit_on(self, day: date) -> Visit | None:
        """Where it was at the end of a day."""
        return next((visit for visit in self.visits if visit.covers(day)), None)


def launches(courses: Iterable[Course]) -> list[date]:
    """The days on which projects first came into production, in order.

    One that was live when it came into the register is no launch: nobody saw it.
    """
    watched = (course for course in courses if course.visits and course.visits[0].standard != PRODUCTION)
    return sorted(day for course in watched if (day := course.launched_on))


def in_flight(courses: Iterable[Course], day: date) -> int:
    """How many were past intake and not live at the end of a day."""
    here = (course.visit_on(day) for course in courses)
    return sum(visit is not None and 0 < visit.order < ORDER[PRODUCTION] for visit in here)


def begun_on(courses: Iterable[Course]) -> date | None:
    """The first day of which anything is known."""
    return min((course.visits[0].entered for course in courses if course.visits), default=None)
