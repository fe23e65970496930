"""The database wrapper that `ENGINE` names."""

from datetime import UTC
from functools import cache
from typing import Any, cast

from django.db.backends.postgresql import base, operations
from psycopg import adapt, adapters
from psycopg.abc import AdaptContext, Loader
from psycopg.pq import Format

TYPE = "timestamptz"


class Moment:
    """psycopg's own reader of a moment, compiled where there is one.

    Django has one in Python, which sets a zone that ours has anyway: 6 µs for each moment instead of 0.3, a
    tenth of the time in which a list of projects is read. It asks a reader for its `timezone`.
    """

    format = Format.TEXT
    timezone = UTC

    def __new__(cls, oid: int, context: AdaptContext | None = None) -> Loader:  # type: ignore[misc]
        return cast("type[Loader]", adapters.get_loader(oid, cls.format))(oid, context)


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        # psycopg forgets the text of a statement whose plan is kept.
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if self.timezone == UTC:
            params["context"] = _with_moments(params["context"])
        return params


@cache
def _with_moments(context: AdaptContext) -> AdaptContext:
    """Django's readers but for moments; each request asks for them, and a copy takes as long as a query."""
    readers = adapt.AdaptersMap(context.adapters)
    readers.register_loader(TYPE, cast("type[Loader]", Moment))
    return readers
