"""Queries of which only the values change: their SQL is written once in the life of a process.

Writing the statement takes Django longer than most answers of the database: 3.5 ms for what the flags of one
project are read with. Only for what is asked in every request and always in the same form.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = int | str
# Values that stand for the others while the statement is written; nothing else in a statement is like them.
NUMBERS, TEXT = 9_007_199_254_740_000, "stands in for number "


class Ready(Generic[Row]):
    """A query made by a function of its values; called with others, it gives the rows for those."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make
        self._written: dict[tuple[type, ...], tuple[Any, Any, str, list[tuple[int | None, Any]]]] = {}

    def __call__(self, *values: Value) -> list[Row]:
        """The rows for these values; one query."""
        rows, writer, sql, places = self._statement(values)
        compiler = copy(writer)
        compiler.connection = connections[rows.db]  # each thread has its own
        params = tuple(values[place] if place is not None else value for place, value in places)
        compiler.as_sql = lambda *_args, **_more: (sql, params)
        asked = rows._chain()  # noqa: SLF001 - a copy that nobody filters further
        asked.query.get_compiler = lambda *_args, **_more: compiler
        return list(asked)

    def _statement(self, values: tuple[Value, ...]) -> tuple[Any, Any, str, list[tuple[int | None, Any]]]:
        form = tuple(map(type, values))
        if form not in self._written:
            stand_ins = [
                NUMBERS + place if kind is int else f"{TEXT}{place}" for place, kind in enumerate(form)
            ]
            rows = self._make(*stand_ins)
            writer = rows.query.get_compiler(rows.db)
            sql, params = writer.as_sql()
            places = [(stand_ins.index(each) if each in stand_ins else None, each) for each in params]
            if not set(range(len(values))) <= {place for place, _ in places}:
                raise ValueError("A value does not stand in the statement as it was given.")
            self._written[form] = rows, writer, sql, places
        return self._written[form]
