"""Several rows of another table in one column of a statement, as JSON; both databases say the same."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, JSONField
from django.db.models.sql.compiler import SQLCompiler


class Rows(Aggregate):
    """All values of a group as a JSON list, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def day(text: str) -> date:
    """A date as JSON holds it."""
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    """A moment as JSON holds it; SQLite leaves out that it is in UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
