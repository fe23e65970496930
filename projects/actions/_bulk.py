"""Many rows written by one statement, where the ORM's ways with many rows take several times as long.

Rows are tuples of values in the order of the named columns; a JSON column takes what it holds as it is.
"""

import json
from collections.abc import Callable, Iterator, Sequence
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

# Values in one statement, where the database sets no limit of its own: some hundred rows.
MOST_VALUES = 10_000
# From so many rows on PostgreSQL takes them as a stream: twice as fast, but one statement more.
STREAM_FROM = 200
# Every driver takes a text, a number and a truth as they are.
PLAIN = (CharField, TextField, IntegerField, BooleanField, ForeignKey)
Fields = Sequence["Field[Any, Any]"]
Row = Sequence[Any]


def update(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write these columns of rows of one model that are there already, found by their keys."""
    if rows:
        change(type(rows[0]), columns, _values(rows, ["pk", *columns]))


def change(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The same of rows that are given as their key, then the values of these columns."""
    fields = _fields(model, ["pk", *columns])
    table, (key, *names) = _table(model), map(_column, fields)
    made = [_typed(f"made.column{place}", field) for place, field in enumerate(fields, 1)]
    sets = ", ".join(f"{name} = {value}" for name, value in zip(names, made[1:], strict=True))
    for some in _parts(rows, fields):
        _execute(
            f"UPDATE {table} SET {sets} FROM (VALUES {_marks(some)}) AS made"  # noqa: S608
            f" WHERE {table}.{key} = made.column1",
            some,
            fields,
        )


def put(
    rows: Sequence[Model], columns: Sequence[str], *, unique: Sequence[str], changed: Sequence[str]
) -> None:
    """Add rows of one model with these columns; of one that is there already, `changed` is written."""
    if not rows:
        return
    model, values = type(rows[0]), _values(rows, columns)
    fields = _fields(model, columns)
    named = {field.name: _column(field) for field in fields}
    sets = ", ".join(f"{named[name]} = EXCLUDED.{named[name]}" for name in changed)
    for some in _parts(values, fields):
        _execute(
            f"INSERT INTO {_table(model)} ({', '.join(named.values())}) VALUES {_marks(some)}"  # noqa: S608
            f" ON CONFLICT ({', '.join(named[name] for name in unique)}) DO UPDATE SET {sets}",
            some,
            fields,
        )


def add(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """Add rows with these columns, the others as the database leaves them; their keys, in their order."""
    fields = _fields(model, columns)
    if connection.vendor == "postgresql" and len(rows) >= STREAM_FROM:
        return _streamed(model, fields, rows)
    found: list[int] = []
    names, key = ", ".join(map(_column, fields)), _column(_fields(model, ["pk"])[0])
    for some in _parts(rows, fields):
        sql = f"INSERT INTO {_table(model)} ({names}) VALUES {_marks(some)} RETURNING {key}"  # noqa: S608
        found += [pk for (pk,) in _execute(sql, some, fields)]
    return found


def _streamed(model: type[Model], fields: Fields, rows: Sequence[Row]) -> list[int]:
    """By COPY, which tells no keys: they are taken from the table's sequence first."""
    key = _fields(model, ["pk"])[0]
    kinds = [isinstance(field, JSONField) for field in fields]
    names = ", ".join(map(_column, [key, *fields]))
    with connection.cursor() as cursor:
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(sequence, [_table(model), key.column, len(rows)])
        ids = [pk for (pk,) in cursor.fetchall()]
        with cursor.copy(f"COPY {_table(model)} ({names}) FROM STDIN") as stream:
            for pk, row in zip(ids, rows, strict=True):
                values = (
                    json.dumps(value) if is_json else value for value, is_json in zip(row, kinds, strict=True)
                )
                stream.write_row((pk, *values))
    return ids


def _values(rows: Sequence[Model], columns: Sequence[str]) -> list[Row]:
    names = [field.attname for field in _fields(type(rows[0]), columns)]
    return [[getattr(row, name) for name in names] for row in rows]


def _fields(model: type[Model], columns: Sequence[str]) -> Fields:
    meta = model._meta
    return [cast("Field[Any, Any]", meta.pk if name == "pk" else meta.get_field(name)) for name in columns]


def _parts(rows: Sequence[Row], fields: Fields) -> Iterator[Sequence[Row]]:
    """As many rows at a time as a statement takes values of."""
    most = (connection.features.max_query_params or MOST_VALUES) // len(fields)
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _marks(rows: Sequence[Row]) -> str:
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return ", ".join([one] * len(rows))


def _execute(sql: str, rows: Sequence[Row], fields: Fields) -> list[Any]:
    """Names and types in the statement are Django's own; every value is a parameter."""
    ways = [_way(field) for field in fields]
    values = [way(value) for row in rows for way, value in zip(ways, row, strict=True)]
    with connection.cursor() as cursor:
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


def _typed(value: str, field: "Field[Any, Any]") -> str:
    """PostgreSQL has to be told what an empty value is; SQLite would make numbers of dates if told."""
    if connection.vendor != "postgresql":
        return value
    return f"CAST({value} AS {field.db_type(connection)})"
