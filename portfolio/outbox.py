"""Events get their place in the public feed here: one after the other, after they were committed."""

from django.db import connection, transaction

from projects.models import Event

CHUNK = 500  # A statement of a few milliseconds: nobody waits long for a turn.
# Any number that nothing else in this database locks by.
LOCK = 7_061_946_831

# Ids can be committed out of order, so a reader of ids could skip one. Positions cannot: they are given to
# what is committed, by one drain at a time, and the next drain begins when this one is committed.
GIVE_PLACES = """
    UPDATE {table} SET position = waiting.place + (SELECT COALESCE(MAX(position), 0) FROM {table})
    FROM (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place
        FROM {table} WHERE position IS NULL ORDER BY id LIMIT %s
    ) AS waiting
    WHERE {table}.id = waiting.id
"""


def pass_on(limit: int = CHUNK) -> int:
    """Give the next events their place; how many got one. Safe to run twice, in parallel, or to be killed."""
    if not Event.objects.filter(position=None).exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        if not _is_my_turn(cursor):
            return 0
        # The table's name is Django's own.
        cursor.execute(GIVE_PLACES.format(table=Event._meta.db_table), [limit])
        return cursor.rowcount


def _is_my_turn(cursor: object) -> bool:
    """On SQLite the transaction itself is the turn: it begins with the write lock."""
    if connection.vendor != "postgresql":
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]
