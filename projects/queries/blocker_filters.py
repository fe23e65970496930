"""What somebody asks of a list of blockers, read from a query string as that of projects is."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from projects.models.blockers import CATEGORIES, POLICY, SEVERITIES
from projects.queries import filters
from projects.rules.names import fold

SORTS = ("due", "age", "severity", "level", "next", "value", "project", "title", "category", "owner")
DEFAULT_SORT = "due"
STATES = ("open", "resolved", "all")
# A band of age goes by its first day: 0, 15, 31, 61.
BANDS = tuple(str(start) for start in (0, *(last + 1 for last in POLICY.age_bands)))
LEVELS = tuple(str(level) for level in range(len(POLICY.levels)))


@dataclass(frozen=True, slots=True)
class BlockerFilters:
    """One list of blockers as it was asked for; an empty value means any."""

    portfolio: str = ""  # slug
    project: str = ""  # key: its own blockers, and those of others that stop it too
    q: str = ""
    category: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    age: str = ""  # first day of a band
    owner: str = ""  # an id, "me" or "none"
    waits: str = ""  # "me": owned by the reader, or risen to a level that they hold
    state: str = "open"
    late: str = ""  # "yes": past the day by which it should be, or should have been, resolved
    level: tuple[str, ...] = ()
    shared: str = ""  # yes, no
    sort: str = DEFAULT_SORT
    page: int = 1
    size: int = filters.PAGE_SIZE
    problems: tuple[filters.Problem, ...] = field(default=(), compare=False)

    @property
    def words(self) -> list[str]:
        """The folded words of the search, each of which must occur."""
        return list(dict.fromkeys(fold(self.q).split()))[: filters.MOST_WORDS]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the portfolio, the order and the page was asked for."""
        return replace(self, sort=DEFAULT_SORT, page=1, size=filters.PAGE_SIZE) != BlockerFilters(
            portfolio=self.portfolio
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The query string's pairs; what is as usual is left out."""
        usual, pairs = BlockerFilters(), []
        for name in NAMES:
            value = getattr(self, name)
            if value == getattr(usual, name):
                continue
            values = value if isinstance(value, tuple) else [value]
            pairs += [(name, str(each)) for each in values]
        return pairs

    def query(self, **changes: Any) -> str:
        """The query string with some filters changed, on its first page; may be empty."""
        return urlencode(replace(self, **{"page": 1, **changes}).parameters())


NAMES = tuple(name for name in BlockerFilters.__dataclass_fields__ if name != "problems")


def parse(query: QueryDict) -> BlockerFilters:
    """Read a query string; unknown values are left out and named in `problems`, never an error."""
    reading = filters.Reading(query)
    return BlockerFilters(
        portfolio=reading.code("portfolio", longest=60),
        project=reading.code("project", longest=20).upper(),
        q=reading.text("q"),
        category=reading.several("category", dict(CATEGORIES)),
        severity=reading.several("severity", dict(SEVERITIES)),
        age=reading.one_of("age", BANDS),
        owner=reading.owner("owner"),
        waits=reading.one_of("waits", ["me"]),
        state=reading.one_of("state", STATES) or "open",
        late=reading.one_of("late", ["yes"]),
        level=reading.several("level", LEVELS),
        shared=reading.one_of("shared", ["yes", "no"]),
        sort=reading.one_of("sort", [*SORTS, *(f"-{name}" for name in SORTS)]) or DEFAULT_SORT,
        page=reading.number("page", filters.LAST_PAGE) or 1,
        size=reading.number("size", filters.MOST_PER_PAGE) or filters.PAGE_SIZE,
        problems=tuple(reading.problems),
    )
