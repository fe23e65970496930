"""Many rows written by one statement, where the ORM's ways with many rows take several times as long.

Rows are tuples of values in the order of the named columns; a JSON column takes what it holds as it is.
PostgreSQL is given all of them as one text, which costs a fraction of a parameter for each value.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache, partial
from typing import Any, cast

from django.db import connection, connections
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

from projects.queries.ready import planned_once

# Values in one statement, where the database sets no limit of its own: some thousand rows.
MOST_VALUES = 50_000
# Every driver takes a text, a number and a truth as they are.
PLAIN = (CharField, TextField, IntegerField, BooleanField, ForeignKey)
Fields = tuple["Field[Any, Any]", ...]
Row = Sequence[Any]
# Statements that are to be sent as one.
WAITING: ContextVar[list[tuple[str, list[Any]]] | None] = ContextVar("waiting", default=None)


class _Written(json.JSONEncoder):
    """Moments and amounts to their last digit, unlike those of a page."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else str(value)


def update(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write these columns of rows of one model that are there already, found by their keys."""
    if rows:
        change(type(rows[0]), columns, _values(rows, ("pk", *columns)))


def change(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The same of rows that are given as their key, then the values of these columns."""
    fields = _fields(model, ("pk", *columns))
    for made, values in _parts(rows, fields):
        _write(_change(model, fields, made), values)


def put(
    rows: Sequence[Model], columns: Sequence[str], *, unique: Sequence[str], changed: Sequence[str]
) -> None:
    """Add rows of one model with these columns; of one that is there already, `changed` is written."""
    if not rows:
        return
    model = type(rows[0])
    fields = _fields(model, tuple(columns))
    beside = _put_beside(model, tuple(unique), tuple(changed))
    for made, values in _parts(_values(rows, tuple(columns)), fields):
        _write(_add(model, fields, made) + beside, values)


def add(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """Add rows with these columns, the others as the database leaves them; their keys, in their order."""
    fields = _fields(model, tuple(columns))
    key = _column(_fields(model, ("pk",))[0])
    found: list[int] = []
    for made, values in _parts(rows, fields):
        found += [pk for (pk,) in _execute(f"{_add(model, fields, made)} RETURNING {key}", values)]
    return found


def add_rows(rows: Sequence[Model], columns: Sequence[str]) -> list[int]:
    """The same of rows of one model."""
    return add(type(rows[0]), columns, _values(rows, tuple(columns))) if rows else []


def append(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Add rows whose keys nobody asks for."""
    fields = _fields(model, tuple(columns))
    for made, values in _parts(rows, fields):
        _write(_add(model, fields, made), values)


def append_rows(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """The same of rows of one model."""
    if rows:
        append(type(rows[0]), columns, _values(rows, tuple(columns)))


@contextmanager
def together() -> Iterator[None]:
    """Write what is written within as one statement at the end, where the database can.

    Half of the time of a short statement is the way there and back. None may touch a row of another, need it
    to be there, or be read within. What gives keys is done at once.
    """
    if connection.vendor != "postgresql":
        yield
        return
    waiting: list[tuple[str, list[Any]]] = []
    before = WAITING.set(waiting)
    try:
        yield
    finally:
        WAITING.reset(before)
    if waiting:
        *first, (last, _) = waiting
        ahead = ", ".join(f"part{place} AS ({sql})" for place, (sql, _) in enumerate(first))
        values = [value for _, given in waiting for value in given]
        _execute(f"WITH {ahead} {last}" if first else last, values)


def _write(sql: str, values: list[Any]) -> None:
    waiting = WAITING.get()
    if waiting is None:
        _execute(sql, values)
    else:
        waiting.append((sql, values))


@lru_cache(maxsize=256)
def _change(model: type[Model], fields: Fields, made: str) -> str:
    table, (key, *names) = _table(model), map(_column, fields)
    sets = ", ".join(f"{name} = made.{name}" for name in names)
    return f"UPDATE {table} SET {sets} FROM ({made}) AS made WHERE {table}.{key} = made.{key}"  # noqa: S608


@lru_cache(maxsize=256)
def _add(model: type[Model], fields: Fields, made: str) -> str:
    return f"INSERT INTO {_table(model)} ({', '.join(map(_column, fields))}) {made}"


@lru_cache(maxsize=256)
def _put_beside(model: type[Model], unique: tuple[str, ...], changed: tuple[str, ...]) -> str:
    found, said = (list(map(_column, _fields(model, names))) for names in (unique, changed))
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in said)
    return f" ON CONFLICT ({', '.join(found)}) DO UPDATE SET {sets}"


def _values(rows: Sequence[Model], columns: tuple[str, ...]) -> list[Row]:
    names = [field.attname for field in _fields(type(rows[0]), columns)]
    return [[getattr(row, name) for name in names] for row in rows]


@lru_cache(maxsize=256)
def _fields(model: type[Model], columns: tuple[str, ...]) -> Fields:
    meta = model._meta
    found = (meta.pk if name == "pk" else meta.get_field(name) for name in columns)
    return tuple(cast("Field[Any, Any]", field) for field in found)


def _parts(rows: Sequence[Row], fields: Fields) -> Iterator[tuple[str, list[Any]]]:
    """A query that gives some of the rows under the names of their columns, and its values."""
    if len(rows) == 1 and connection.vendor == "postgresql":
        told = dict(zip([field.column for field in fields], rows[0], strict=True))
        yield _one(fields), [json.dumps(told, cls=_Written)]
        return
    made = _as_json if connection.vendor == "postgresql" else _as_values
    most = (connection.features.max_query_params or MOST_VALUES) // len(fields)
    for start in range(0, len(rows), most):
        yield made(rows[start : start + most], fields)


@lru_cache(maxsize=256)
def _one(fields: Fields) -> str:
    return f"SELECT {', '.join(map(_column, fields))} FROM json_to_record(%s) AS given({_typed(fields)})"  # noqa: S608


def _as_json(rows: Sequence[Row], fields: Fields) -> tuple[str, list[Any]]:
    """However many the rows, few statements; what all of them share is told once."""
    given: dict[Field[Any, Any], Sequence[Any]] = {}
    shared: dict[Field[Any, Any], Any] = {}
    for field, values in zip(fields, zip(*rows, strict=True), strict=True):
        # One column stays, so that there are as many rows.
        if given and all(value is values[0] for value in values):
            shared[field] = values[0]
        else:
            given[field] = values
    columns = [field.column for field in given]
    told: list[Any] = [[dict(zip(columns, row, strict=True)) for row in zip(*given.values(), strict=True)]]
    sources = [f"json_to_recordset(%s) AS given({_typed(given)})"]
    if shared:
        told.append({field.column: value for field, value in shared.items()})
        sources.append(f"json_to_record(%s) AS shared({_typed(shared)})")
    return f"SELECT {', '.join(map(_column, fields))} FROM {', '.join(sources)}", [  # noqa: S608
        json.dumps(each, cls=_Written) for each in told
    ]


def _typed(fields: Iterable["Field[Any, Any]"]) -> str:
    """Columns with their types, or an empty value would have none."""
    return ", ".join(map(_column_with_type, fields))


@lru_cache(maxsize=1024)
def _column_with_type(field: "Field[Any, Any]") -> str:
    return f"{_column(field)} {field.rel_db_type(connection) or field.db_type(connection)}"


def _as_values(rows: Sequence[Row], fields: Fields) -> tuple[str, list[Any]]:
    names = ", ".join(f"column{place} AS {_column(field)}" for place, field in enumerate(fields, 1))
    one = f"({', '.join(['%s'] * len(fields))})"
    ways = [_way(field) for field in fields]
    values = [way(value) for row in rows for way, value in zip(ways, row, strict=True)]
    # Without a condition SQLite would read what follows an upsert's rows as a join.
    return f"SELECT {names} FROM (VALUES {', '.join([one] * len(rows))}) WHERE true", values  # noqa: S608


@lru_cache(maxsize=256)
def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


@lru_cache(maxsize=1024)
def _column(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _execute(sql: str, values: list[Any]) -> list[Any]:
    """Names and types in the statement are Django's own; every value is a parameter."""
    with planned_once(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def _way(field: "Field[Any, Any]") -> Callable[[Any], Any]:
    """How a value of this field is handed to the database; the field is asked once for each value in a row
    of equal ones, and not at all where the driver takes the value as it is.
    """
    if isinstance(field, PLAIN):
        return _same
    prepared = partial(field.get_db_prep_save, connection=connections[connection.alias])
    return prepared if isinstance(field, JSONField) else lru_cache(maxsize=1)(prepared)


def _same(value: Any) -> Any:
    return value
