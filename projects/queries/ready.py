"""Queries of which only the values change: their SQL is written once in the life of a process.

Writing the statement takes Django longer than most answers of the database: 3.5 ms for what the flags of one
project are read with. PostgreSQL keeps its plan as well, which takes it longer than the answer.
Only for what is asked in every request and always in the same form.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = int | str | datetime
# Values that stand for the others while the statement is written; nothing else in a statement is like them.
NUMBERS, TEXT = 9_007_199_254_740_000, "stands in for number "
STAND_INS: dict[type, Callable[[int], Value]] = {
    int: lambda place: NUMBERS + place,
    str: lambda place: f"{TEXT}{place}",
    datetime: lambda place: datetime(1, 1, 2, microsecond=place, tzinfo=UTC),
}


class _Written(NamedTuple):
    """A statement with the compiler that wrote it, and which of its values are to be replaced."""

    rows: Any  # a QuerySet
    writer: Any
    sql: str
    converters: dict[int, Any]
    places: list[tuple[int | None, Any]]


class Ready(Generic[Row]):
    """A query made by a function of its values; called with others, it gives the rows for those."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make
        self._written: dict[tuple[type, ...], _Written] = {}

    def __call__(self, *values: Value) -> list[Row]:
        """The rows for these values; one query."""
        written = self._statement(values)
        compiler = copy(written.writer)
        compiler.connection = connections[written.rows.db]  # each thread has its own
        given = _as_written(values, compiler.connection)
        params = tuple(given[place] if place is not None else value for place, value in written.places)
        compiler.as_sql = lambda *_args, **_more: (written.sql, params)
        compiler.get_converters = lambda _columns: written.converters
        asked = written.rows._chain()  # noqa: SLF001 - a copy that nobody filters further
        asked.query.get_compiler = lambda *_args, **_more: compiler
        with planned_once(compiler.connection):
            return list(asked)

    def _statement(self, values: tuple[Value, ...]) -> _Written:
        form = tuple(map(type, values))
        if form not in self._written:
            stand_ins = [STAND_INS[kind](place) for place, kind in enumerate(form)]
            rows = self._make(*stand_ins)
            writer = rows.query.get_compiler(rows.db)
            sql, params = writer.as_sql()
            given = _as_written(stand_ins, writer.connection)
            places = [(given.index(each) if each in given else None, each) for each in params]
            if not set(range(len(values))) <= {place for place, _ in places}:
                raise ValueError("A value does not stand in the statement as it was given.")
            converters = writer.get_converters([column for column, *_ in writer.select[: writer.col_count]])
            self._written[form] = _Written(rows, writer, sql, converters, places)
        return self._written[form]


def _as_written(values: Any, connection: Any) -> list[Any]:
    """Values as a statement holds them: SQLite has a moment as text."""
    moment = connection.ops.adapt_datetimefield_value
    return [moment(value) if isinstance(value, datetime) else value for value in values]


@contextmanager
def planned_once(connection: Any) -> Iterator[None]:
    """Let PostgreSQL keep the plans of what is executed within: values are sent beside the statement.

    Only what needs no type for its values: those of an INSERT and an UPDATE have their columns'.
    """
    if connection.vendor != "postgresql":
        yield
        return
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    raw = connection.connection
    usual, raw.cursor_factory = raw.cursor_factory, ServerBindingCursor
    try:
        yield
    finally:
        raw.cursor_factory = usual
