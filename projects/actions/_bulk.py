"""Many rows written by one statement, where the ORM's ways with many rows take several times as long."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model

# Values in one statement, where the database sets no limit of its own: some hundred rows.
MOST_VALUES = 10_000
Fields = Sequence["Field[Any, Any]"]


def update(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write these columns of rows of one model that are there already, found by their keys."""
    for table, fields, some in _parts(rows, ["pk", *columns]):
        key, *names = map(_column, fields)
        made = [_typed(f"made.column{place}", field) for place, field in enumerate(fields, 1)]
        sets = ", ".join(f"{name} = {value}" for name, value in zip(names, made[1:], strict=True))
        _execute(
            f"UPDATE {table} SET {sets} FROM (VALUES {_marks(some, fields)}) AS made"  # noqa: S608
            f" WHERE {table}.{key} = made.column1",
            some,
            fields,
        )


def put(
    rows: Sequence[Model], columns: Sequence[str], *, unique: Sequence[str], changed: Sequence[str]
) -> None:
    """Add rows of one model with these columns; of one that is there already, `changed` is written."""
    for table, fields, some in _parts(rows, columns):
        named = {field.name: _column(field) for field in fields}
        sets = ", ".join(f"{named[name]} = EXCLUDED.{named[name]}" for name in changed)
        _execute(
            f"INSERT INTO {table} ({', '.join(named.values())}) VALUES {_marks(some, fields)}"  # noqa: S608
            f" ON CONFLICT ({', '.join(named[name] for name in unique)}) DO UPDATE SET {sets}",
            some,
            fields,
        )


def _parts(rows: Sequence[Model], columns: Sequence[str]) -> Iterator[tuple[str, Fields, Sequence[Model]]]:
    """The table, the fields of these columns, and as many rows at a time as a statement takes values of."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [cast("Field[Any, Any]", meta.pk if name == "pk" else meta.get_field(name)) for name in columns]
    most = (connection.features.max_query_params or MOST_VALUES) // len(fields)
    for start in range(0, len(rows), most):
        yield connection.ops.quote_name(meta.db_table), fields, rows[start : start + most]


def _column(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _marks(rows: Sequence[Model], fields: Fields) -> str:
    one = f"({', '.join(['%s'] * len(fields))})"
    return ", ".join([one] * len(rows))


def _execute(sql: str, rows: Sequence[Model], fields: Fields) -> None:
    """Names and types in the statement are Django's own; every value is a parameter."""
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _typed(value: str, field: "Field[Any, Any]") -> str:
    """PostgreSQL has to be told what an empty value is; SQLite would make numbers of dates if told."""
    if connection.vendor != "postgresql":
        return value
    return f"CAST({value} AS {field.db_type(connection)})"
