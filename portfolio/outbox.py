"""Events leave from here: each gets its place in the public feed, and those who want to know are told.

Both happen in one transaction after the event was committed, so that each consumer hears of each event once,
even if a drain is killed or several run.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from portfolio.integrations.registries.actions import links as registry_links
from portfolio.integrations.webhooks.actions import deliveries as webhook_deliveries
from portfolio.notifications.actions import (
    chats,
    delegations,
    escalations,
    flags,
    follows,
    mentions,
    outside,
    proposals,
    signoffs,
    stops,
)
from projects.actions import attention
from projects.models import Event

CHUNK = 500  # A statement of a few milliseconds: nobody waits long for a turn.
# Any number that nothing else in this database locks by.
LOCK = 7_061_946_831


class Consumer(NamedTuple):
    """Who is told: of which kinds of event, and what it does then.

    It only writes rows, in the drain's transaction. If it fails, the events stay without a place and come
    again: none is lost, and the worker's page shows that the feed is behind.
    """

    kinds: frozenset[str]
    tell: Callable[[Sequence[Event]], None]
    # Asked before the events are read: who hears of every kind costs no more than this while nobody listens.
    is_wanted: Callable[[], bool] = lambda: True


CONSUMERS = (
    Consumer(frozenset({"blocker.escalated"}), escalations.tell),
    Consumer(signoffs.KINDS, signoffs.tell),
    Consumer(delegations.KINDS, delegations.tell),
    Consumer(flags.KINDS, flags.tell),
    Consumer(mentions.KINDS, mentions.tell),
    # After escalations: who is told of a blocker that has risen is not told that it was raised.
    Consumer(follows.KINDS, follows.tell),
    Consumer(outside.KINDS, outside.tell),
    Consumer(proposals.KINDS, proposals.tell),
    Consumer(chats.KINDS, chats.tell),
    Consumer(stops.KINDS, stops.tell),
    Consumer(registry_links.KINDS, registry_links.hear, registry_links.anybody_tells),
    Consumer(webhook_deliveries.KINDS, webhook_deliveries.tell, webhook_deliveries.anybody_listens),
    # Last: it may lock projects, and then holds them for a moment only.
    Consumer(attention.KINDS, attention.hear),
)

# Ids can be committed out of order, so a reader of ids could skip one. Positions cannot: they are given to
# what is committed, by one drain at a time, and the next drain begins when this one is committed.
GIVE_PLACES = """
    UPDATE {table} SET position = waiting.place + (SELECT COALESCE(MAX(position), 0) FROM {table})
    FROM (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place
        FROM {table} WHERE position IS NULL ORDER BY id LIMIT %s
    ) AS waiting
    WHERE {table}.id = waiting.id
    RETURNING {table}.id, {table}.kind
"""


def pass_on(limit: int = CHUNK) -> int:
    """Give the next events their place and tell of them; how many. Safe to run twice, at once, or killed."""
    if not Event.objects.filter(position=None).exists():
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            if not _is_my_turn(cursor):
                return 0
            # The table's name is Django's own.
            cursor.execute(GIVE_PLACES.format(table=Event._meta.db_table), [limit])
            placed = cursor.fetchall()
        _tell(placed)
    return len(placed)


def _tell(placed: Iterable[tuple[Any, str]]) -> None:
    """Hand each consumer its events in their order; asks nothing when none of them is wanted."""
    for consumer in CONSUMERS:
        wanted = [pk for pk, kind in placed if kind in consumer.kinds]
        if wanted and consumer.is_wanted():
            consumer.tell(list(Event.objects.filter(pk__in=wanted).order_by("position")))


def _is_my_turn(cursor: object) -> bool:
    """On SQLite the transaction itself is the turn: it begins with the write lock."""
    if connection.vendor != "postgresql":
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]
