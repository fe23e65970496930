"""Several rows of another table in one column of a statement, as JSON; both databases say the same."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, JSONField, QuerySet, Subquery, TextField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.dateparse import parse_duration


class Rows(Aggregate):
    """All values of a group as a JSON list, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


class RowsOf(Subquery):
    """All rows of a query of `values_list`, in its order and with its values, as one column of another."""

    output_field = TextField()
    template = "(SELECT %(rows)s FROM (%(subquery)s) its_rows)"

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows)
        self._kinds = _kinds(rows)
        kinds = list(self._kinds.values())
        self._readers = [(place, READERS[kind]) for place, kind in enumerate(kinds) if kind in READERS]
        if lost := INEXACT.intersection(kinds):
            raise TypeError(f"JSON does not hold these exactly: {', '.join(lost)}.")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        # SQLite keeps JSON as text, which would be text inside of JSON, too.
        columns = [
            f'JSON("{name}")' if kind == "JSONField" else f'"{name}"' for name, kind in self._kinds.items()
        ]
        rows = f"JSON_GROUP_ARRAY(JSON_ARRAY({', '.join(columns)}))"
        return self.as_sql(compiler, connection, rows=rows, **extra)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        columns = ", ".join(f'"{name}"' for name in self._kinds)
        rows = f"JSON_AGG(JSON_BUILD_ARRAY({columns}))::text"
        return self.as_sql(compiler, connection, rows=rows, **extra)

    def convert_value(self, value: str | None, *_: Any) -> list[list[Any]]:
        """The rows as Python has them; PostgreSQL says nothing at all of no rows."""
        found: list[list[Any]] = json.loads(value) if value else []
        for row in found:
            for place, read in self._readers:
                if row[place] is not None:
                    row[place] = read(row[place])
        return found


def day(text: str) -> date:
    """A date as JSON holds it."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A moment as JSON holds it; SQLite leaves out that it is in UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def duration(said: str | int) -> timedelta | None:
    """A length of time as JSON holds it; SQLite counts microseconds."""
    return timedelta(microseconds=said) if isinstance(said, int) else parse_duration(said)


READERS: dict[str, Callable[[Any], Any]] = {
    "BooleanField": bool,  # SQLite has numbers for it
    "DateField": day,
    "DateTimeField": moment,
    "DurationField": duration,
}
INEXACT = {"BinaryField", "DecimalField"}


def _kinds(rows: QuerySet[Any, Any]) -> dict[str, str]:
    """The names of a query's columns, each with the kind of its field."""
    query = (rows.query.combined_queries or [rows.query])[0].clone()
    compiler = query.get_compiler(rows.db)
    compiler.setup_query()
    return {str(name): column.output_field.get_internal_type() for column, _, name in compiler.select}
