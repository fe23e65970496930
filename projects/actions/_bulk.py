"""Many rows written by one statement, where the ORM's ways with many rows take several times as long.

Rows are tuples of values in the order of the named columns; a JSON column takes what it holds as it is.
PostgreSQL is given all of them as one text, which costs a fraction of a parameter for each value.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    table, (key, *names) = _table(model), map(_column, fields)
    if len(rows) == 1:
        pk, *values = _prepared(rows[0], fields)
        sets = ", ".join(f"{name} = %s" for name in names)
        _execute(f"UPDATE {table} SET {sets} WHERE {key} = %s", [*values, pk])  # noqa: S608
        return
    sets = ", ".join(f"{name} = made.{name}" for name in names)
    for made, values in _parts(rows, fields):
        _execute(f"UPDATE {table} SET {sets} FROM ({made}) AS made WHERE {table}.{key} = made.{key}", values)  # noqa: S608


def put(
    rows: Sequence[Model], columns: Sequence[str], *, unique: Sequence[str], changed: Sequence[str]
) -> None:
    """Add rows of one model with these columns; of one that is there already, `changed` is written."""
    if not rows:
        return
    model = type(rows[0])
    fields = _fields(model, tuple(columns))
    named = {field.name: _column(field) for field in fields}
    sets = ", ".join(f"{named[name]} = EXCLUDED.{named[name]}" for name in changed)
    for made, values in _parts(_values(rows, tuple(columns)), fields):
        _execute(
            f"INSERT INTO {_table(model)} ({', '.join(named.values())}) {made}"
            f" ON CONFLICT ({', '.join(named[name] for name in unique)}) DO UPDATE SET {sets}",
            values,
        )


def add(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """Add rows with these columns, the others as the database leaves them; their keys, in their order."""
    fields = _fields(model, tuple(columns))
    names, key = ", ".join(map(_column, fields)), _column(_fields(model, ("pk",))[0])
    found: list[int] = []
    for made, values in _parts(rows, fields):
        sql = f"INSERT INTO {_table(model)} ({names}) {made} RETURNING {key}"
        found += [pk for (pk,) in _execute(sql, values)]
    return found


def add_rows(rows: Sequence[Model], columns: Sequence[str]) -> list[int]:
    """The same of rows of one model."""
    return add(type(rows[0]), columns, _values(rows, tuple(columns))) if rows else []


def _values(rows: Sequence[Model], columns: tuple[str, ...]) -> list[Row]:
    names = [field.attname for field in _fields(type(rows[0]), columns)]
    return [[getattr(row, name) for name in names] for row in rows]


@lru_cache(maxsize=256)
def _fields(model: type[Model], columns: tuple[str, ...]) -> Fields:
    meta = model._meta
    found = (meta.pk if name == "pk" else meta.get_field(name) for name in columns)
    return tuple(cast("Field[Any, Any]", field) for field in found)


def _parts(rows: Sequence[Row], fields: Fields) -> Iterator[tuple[str, list[Any]]]:
    """A query that gives some of the rows, many under the names of their columns, and its values."""
    if len(rows) == 1:
        yield f"VALUES ({', '.join(['%s'] * len(fields))})", _prepared(rows[0], fields)
        return
    made = _as_json if connection.vendor == "postgresql" else _as_values
    most = (connection.features.max_query_params or MOST_VALUES) // len(fields)
    for start in range(0, len(rows), most):
        yield made(rows[start : start + most], fields)


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


def _prepared(row: Row, fields: Fields) -> list[Any]:
    """The values of a single row as the database is handed them, without the detours that many rows need."""
    here = connections[connection.alias]  # looked up once, as each look costs as much as a value
    return [
        value if isinstance(field, PLAIN) else field.get_db_prep_save(value, here)
        for field, value in zip(fields, row, strict=True)
    ]


def _same(value: Any) -> Any:
    return value
