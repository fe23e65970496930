"""Answers kept for requests that come again: claimed first, in the transaction of the effect."""

import hashlib
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from projects.models import KeptRequest

KEPT_FOR = timedelta(hours=24)
# Inserting the key of an uncommitted twin would wait for its end; asking for the lock of the key does not.
TURNS = {"postgresql": "pg_try_advisory_xact_lock(%s)", "sqlite": "%s IS NOT NULL"}
INSERT = """
    INSERT INTO {table} (caller, key, body_hash, created_at, headers)
    SELECT %s, %s, %s, %s, '{{}}' WHERE {turn}
    ON CONFLICT (caller, key) DO NOTHING RETURNING id
"""


class TwinInFlight(Exception):
    """The same request is being carried out in another transaction."""


def claim(caller: str, key: str, body_hash: str) -> tuple[KeptRequest, bool]:
    """The row of this request, and whether it is new; call it inside the transaction of the effect.

    Raises TwinInFlight on PostgreSQL. SQLite has one writer: there a twin waits for its turn in BEGIN.
    """
    now = timezone.now()
    row = KeptRequest(caller=caller, key=key, body_hash=body_hash, created_at=now)
    if (new := _insert(row)) is not None:
        row.pk = new
        return row, True
    earlier = KeptRequest.objects.filter(caller=caller, key=key).first()
    if earlier is None or earlier.status is None:
        raise TwinInFlight
    if earlier.created_at > now - KEPT_FOR:
        return earlier, False
    earlier.delete()
    row.save(force_insert=True)
    return row, True


def is_known(caller: str, key: str) -> bool:
    """Whether an answer is kept; a twin that is under way is not seen."""
    fresh = KeptRequest.objects.filter(caller=caller, key=key, created_at__gt=timezone.now() - KEPT_FOR)
    return fresh.exists()


def keep(row: KeptRequest, *, status: int, headers: dict[str, str], body: str) -> None:
    """Write the answer beside the effect; both are committed together or not at all."""
    row.status, row.headers, row.body = status, headers, body
    row.save(update_fields=["status", "headers", "body"])


def purge(limit: int = 10_000) -> int:
    """Forget answers older than 24 hours; how many rows went."""
    old = KeptRequest.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).order_by("created_at")
    return KeptRequest.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]


def _insert(row: KeptRequest) -> int | None:
    """The new row's id, or None where there is one already or a twin has its turn; one statement."""
    digest = hashlib.sha256(f"{row.caller} {row.key}".encode()).digest()
    lock = int.from_bytes(digest[:8], signed=True)
    statement = INSERT.format(table=KeptRequest._meta.db_table, turn=TURNS[connection.vendor])
    with connection.cursor() as cursor:
        made_at = connection.ops.adapt_datetimefield_value(row.created_at)
        cursor.execute(statement, [row.caller, row.key, row.body_hash, made_at, lock])
        found = cursor.fetchone()
    return found and found[0]
