"""Queries about projects that are one statement where all of them ask about one and the same project."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db.models import QuerySet

from projects.models import Project
from projects.queries.json_rows import RowsOf
from projects.queries.ready import Ready

Ids = Collection[int]
Found = Sequence[Any]  # rows, each a tuple or a list


class Together:
    """Queries of `values_list`, each by its name a function of the ids of projects."""

    def __init__(self, **queries: Callable[[Ids], QuerySet[Any, Any]]) -> None:
        self._queries = queries
        self._of_one: dict[tuple[str, ...], Ready[tuple[Found, ...]]] = {}

    def __call__(self, **ids: Ids) -> dict[str, Found]:
        """The rows of these queries by name, each for its projects; of no projects nothing is asked."""
        asked = {name: each for name, each in ids.items() if each}
        found: dict[str, Found] = dict.fromkeys(ids, ())
        projects = {pk for each in asked.values() for pk in each}
        if len(projects) == 1:
            for row in self._ready(tuple(asked))(*projects):
                found |= dict(zip(asked, row, strict=True))
        else:
            found |= {name: list(self._queries[name](each)) for name, each in asked.items()}
        return found

    def _ready(self, names: tuple[str, ...]) -> Ready[tuple[Found, ...]]:
        if names not in self._of_one:
            self._of_one[names] = Ready(lambda pk: self._rows(pk, names))
        return self._of_one[names]

    def _rows(self, pk: int, names: tuple[str, ...]) -> QuerySet[Project, tuple[Found, ...]]:
        """One row with a column for each of these queries."""
        columns = [RowsOf(self._queries[name]([pk])) for name in names]
        return Project.objects.filter(pk=pk).order_by().values_list(*columns)
