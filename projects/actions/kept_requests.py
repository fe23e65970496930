"""Answers kept for requests that come again: claimed first, in the transaction of the effect."""

import hashlib
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from projects.models import KeptRequest

KEPT_FOR = timedelta(hours=24)


class TwinInFlight(Exception):
    """The same request is being carried out in another transaction."""


def claim(caller: str, key: str, body_hash: str) -> tuple[KeptRequest, bool]:
    """The row of this request, and whether it is new; call it inside the transaction of the effect.

    Raises TwinInFlight on PostgreSQL. SQLite has one writer: there a twin waits for its turn in BEGIN.
    """
    _take_turn(caller, key)
    now = timezone.now()
    row = KeptRequest(caller=caller, key=key, body_hash=body_hash, created_at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        earlier = KeptRequest.objects.get(caller=caller, key=key)
        if earlier.created_at > now - KEPT_FOR:
            return earlier, False
        earlier.delete()
        row.save(force_insert=True)
    return row, True


def keep(row: KeptRequest, *, status: int, headers: dict[str, str], body: str) -> None:
    """Write the answer beside the effect; both are committed together or not at all."""
    row.status, row.headers, row.body = status, headers, body
    row.save(update_fields=["status", "headers", "body"])


def purge(limit: int = 10_000) -> int:
    """Forget answers older than 24 hours; how many rows went."""
    old = KeptRequest.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).order_by("created_at")
    return KeptRequest.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit])).delete()[0]


def _take_turn(caller: str, key: str) -> None:
    """On PostgreSQL an insert of the same key would wait for its twin's end: ask before."""
    if connection.vendor != "postgresql":
        return
    digest = hashlib.sha256(f"{caller} {key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        if not cursor.fetchone()[0]:
            raise TwinInFlight
