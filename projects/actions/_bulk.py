"""Many rows changed by one statement, where the ORM's bulk update takes seconds for the same."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model

# Values in one statement, where the database sets no limit of its own: some hundred rows.
MOST_VALUES = 10_000


def update(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write these columns of rows of one model that are there already, found by their keys."""
    if not rows:
        return
    most = (connection.features.max_query_params or MOST_VALUES) // (len(columns) + 1)
    for start in range(0, len(rows), most):
        _update(rows[start : start + most], columns)


def _update(rows: Sequence[Model], columns: Sequence[str]) -> None:
    meta = rows[0]._meta
    key, *fields = (cast("Field[Any, Any]", each) for each in (meta.pk, *map(meta.get_field, columns)))
    sets = ", ".join(
        f"{field.column} = {_typed(f'made.column{place}', field)}" for place, field in enumerate(fields, 2)
    )
    one = f"({', '.join(['%s'] * (len(fields) + 1))})"
    # Names and types are Django's own; every value is a parameter.
    sql = (
        f"UPDATE {meta.db_table} SET {sets} FROM (VALUES {', '.join([one] * len(rows))}) AS made"  # noqa: S608
        f" WHERE {meta.db_table}.{key.column} = made.column1"
    )
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in (key, *fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _typed(value: str, field: "Field[Any, Any]") -> str:
    """PostgreSQL has to be told what an empty value is; SQLite would make numbers of dates if told."""
    if connection.vendor != "postgresql":
        return value
    return f"CAST({value} AS {field.db_type(connection)})"
