"""The database as it was at one moment, for whoever reads all of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_view() -> Iterator[None]:
    """A transaction in which everything is read as it was at one moment, and that keeps no writer waiting."""
    if connection.in_atomic_block:
        yield  # Whoever began it has one view already.
        return
    if connection.vendor == "sqlite":
        # Django would begin as a writer; a reader sees one moment too, and others go on writing.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
