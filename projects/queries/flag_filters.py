"""What somebody asks of a list of flags, read from a query string as that of projects is."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from projects.models import Severity
from projects.queries import filters
from projects.rules.flags import RULES

SORTS = ("severity", "since", "rule", "project", "owner")
DEFAULT_SORT = "severity"
YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class FlagFilters:
    """One list of open flags as it was asked for; an empty value means any."""

    portfolio: str = ""  # slug
    project: str = ""  # key
    rule: str = ""
    severity: str = ""
    asleep: str = ""  # yes, no
    mine: str = ""  # "yes": on projects that the reader owns
    sort: str = DEFAULT_SORT
    page: int = 1
    size: int = filters.PAGE_SIZE
    problems: tuple[filters.Problem, ...] = field(default=(), compare=False)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the portfolio, the order and the page was asked for."""
        usual = replace(self, sort=DEFAULT_SORT, page=1, size=filters.PAGE_SIZE)
        return usual != FlagFilters(portfolio=self.portfolio)

    def parameters(self) -> list[tuple[str, str]]:
        """The query string's pairs; what is as usual is left out."""
        usual = FlagFilters()
        values = ((name, getattr(self, name)) for name in NAMES)
        return [(name, str(value)) for name, value in values if value != getattr(usual, name)]

    def query(self, **changes: Any) -> str:
        """The query string with some filters changed, on its first page; may be empty."""
        return urlencode(replace(self, **{"page": 1, **changes}).parameters())


NAMES = tuple(name for name in FlagFilters.__dataclass_fields__ if name != "problems")


def parse(query: QueryDict) -> FlagFilters:
    """Read a query string; unknown values are left out and named in `problems`, never an error."""
    reading = filters.Reading(query)
    return FlagFilters(
        portfolio=reading.code("portfolio", longest=60),
        project=reading.code("project", longest=20).upper(),
        rule=reading.one_of("rule", RULES),
        severity=reading.one_of("severity", Severity.values),
        asleep=reading.one_of("asleep", YES_OR_NO),
        mine=reading.one_of("mine", ["yes"]),
        sort=reading.one_of("sort", [*SORTS, *(f"-{name}" for name in SORTS)]) or DEFAULT_SORT,
        page=reading.number("page", filters.LAST_PAGE) or 1,
        size=reading.number("size", filters.MOST_PER_PAGE) or filters.PAGE_SIZE,
        problems=tuple(reading.problems),
    )
