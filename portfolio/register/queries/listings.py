"""One page of any list of the register, and its tabs with their numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from projects.queries import registers

Row = TypeVar("Row")


class Filters(Protocol):
    """What every list can be asked for, whatever else it can be filtered by."""

    @property
    def page(self) -> int: ...

    @property
    def size(self) -> int: ...

    def query(self, **changes: Any) -> str: ...


@dataclass(frozen=True, slots=True)
class View:
    """A tab with its number of rows."""

    label: str
    query: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list."""

    filters: Filters
    rows: list[Row]
    total: int
    has_more: bool

    @property
    def first(self) -> int:
        return (self.filters.page - 1) * self.filters.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def total_words(self) -> str:
        """How many rows the list has, as far as they are counted."""
        limit = registers.COUNT_LIMIT
        return f"more than {limit:,}" if self.total > limit else f"{self.total:,}"


def window(filters: Filters) -> slice:
    """The rows of the filters' page, and one more, which says whether there is another page."""
    start = (filters.page - 1) * filters.size
    return slice(start, start + filters.size + 1)


def views(
    labels: Iterable[str], asked: Sequence[Filters], counts: Sequence[int], current: Filters
) -> list[View]:
    """The tabs in their order; the one that asks for what is shown now is marked."""
    return [
        View(label, view.query(), count, view == current)
        for label, view, count in zip(labels, asked, counts, strict=True)
    ]
