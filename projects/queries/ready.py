"""Statements of which only the values change: their SQL is written once in the life of a process.

Writing the statement takes Django longer than most answers of the database: 3.5 ms for what the flags of one
project are read with. PostgreSQL keeps its plan as well, which takes it longer than the answer.
Only for what is asked in every request and always in the same form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, date, datetime, timedelta
from types import NoneType, SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row")
Value = int | str | date | datetime | None
# Values that stand for the others while the statement is written; nothing else in a statement is like them.
NUMBERS, TEXT = 9_007_199_254_740_000, "stands in for number "
STAND_INS: dict[type, Callable[[int], Value]] = {
    int: lambda place: NUMBERS + place,
    str: lambda place: f"{TEXT}{place}",
    datetime: lambda place: datetime(1, 1, 2, microsecond=place, tzinfo=UTC),
    date: lambda place: date(1, 1, 2) + timedelta(days=place),
    NoneType: lambda _place: None,  # with nothing to filter by, a query is another one
}


class _Written(NamedTuple):
    """The text of a statement, and which of its values are to be replaced by which of those given."""

    sql: str
    places: list[tuple[int | None, Any]]

    def filled(self, values: Sequence[Value], connection: Any) -> tuple[Any, ...]:
        given = _as_written(values, connection)
        return tuple(given[place] if place is not None else value for place, value in self.places)


class _Asked(NamedTuple):
    """A query with the compiler that wrote it."""

    rows: Any  # a QuerySet
    writer: Any
    written: _Written
    converters: dict[int, Any]


class Ready(Generic[Row]):
    """A query made by a function of its values; called with others, it gives the rows for those."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make
        self._asked: dict[tuple[type, ...], _Asked] = {}

    def __call__(self, *values: Value) -> list[Row]:
        """The rows for these values; one query."""
        rows, writer, written, converters = self._statement(values)
        compiler, query = copy(writer), copy(rows.query)
        compiler.connection = connections[rows.db]  # each thread has its own
        params = written.filled(values, compiler.connection)
        compiler.as_sql = lambda *_args, **_more: (written.sql, params)
        compiler.get_converters = lambda _columns: converters
        query.get_compiler = lambda *_args, **_more: compiler
        # What Django's readers of rows look at; a copy of the query set itself takes longer than they do.
        asked = SimpleNamespace(
            query=query, db=rows.db, model=rows.model, _fields=rows._fields, _known_related_objects={}
        )
        with planned_once(compiler.connection):
            return list(rows._iterable_class(asked))  # noqa: SLF001

    def _statement(self, values: Sequence[Value]) -> _Asked:
        form = tuple(map(type, values))
        if form not in self._asked:
            stand_ins = _stand_ins(form)
            rows = self._make(*stand_ins)
            writer = rows.query.get_compiler(rows.db)
            written = _written(writer, stand_ins)
            converters = writer.get_converters([column for column, *_ in writer.select[: writer.col_count]])
            self._asked[form] = _Asked(rows, writer, written, converters)
        return self._asked[form]


class ReadyChange:
    """An UPDATE made by a function of its values: of which rows, and what their columns become."""

    def __init__(self, make: Callable[..., tuple[QuerySet[Any, Any], Mapping[str, Any]]]) -> None:
        self._make = make
        self._made: dict[tuple[type, ...], tuple[str, _Written]] = {}

    def __call__(self, *values: Value) -> int:
        """Make the change with these values; how many rows it changed."""
        form = tuple(map(type, values))
        if form not in self._made:
            stand_ins = _stand_ins(form)
            rows, said = self._make(*stand_ins)
            query: Any = rows.query.chain(UpdateQuery)
            query.add_update_values(said)
            self._made[form] = rows.db, _written(query.get_compiler(rows.db), stand_ins)
        alias, written = self._made[form]
        connection = connections[alias]
        with planned_once(connection), connection.cursor() as cursor:
            cursor.execute(written.sql, written.filled(values, connection))
            return cursor.rowcount


def _stand_ins(form: Iterable[type]) -> list[Value]:
    return [STAND_INS[kind](place) for place, kind in enumerate(form)]


def _written(writer: Any, stand_ins: Sequence[Value]) -> _Written:
    """What a compiler writes where stand-ins are its values."""
    sql, params = writer.as_sql()
    given = _as_written(stand_ins, writer.connection)
    places = [(given.index(each) if each in given else None, each) for each in params]
    if not {place for place, each in enumerate(stand_ins) if each is not None} <= {at for at, _ in places}:
        raise ValueError("A value does not stand in the statement as it was given.")
    return _Written(sql, places)


def _as_written(values: Any, connection: Any) -> list[Any]:
    """Values as a statement holds them: SQLite has days and moments as text."""
    ops = connection.ops
    written = {datetime: ops.adapt_datetimefield_value, date: ops.adapt_datefield_value}
    return [written[type(value)](value) if type(value) in written else value for value in values]


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
