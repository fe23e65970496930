"""How many messages of a source were not genuine, for its administrators: counted by day.

Counted in the cache: whoever knocks with a wrong signature writes no row. A cache that is away counts none.
"""

import logging
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import DatabaseError
from redis.exceptions import RedisError

AWAY = (OSError, RedisError, DatabaseError)
DAYS = 7
SECONDS = (DAYS + 1) * 24 * 3600
log = logging.getLogger(__name__)


def note(source_id: int, now: datetime) -> None:
    """One more message with a bad signature."""
    key = _key(source_id, now)
    try:
        cache.add(key, 0, SECONDS)
        cache.incr(key)
        cache.touch(key, SECONDS)  # some caches begin their usual, short time anew with each count
    except ValueError:
        return  # It ran out between the two steps.
    except AWAY:
        log.warning("The cache is away; messages with a bad signature are not counted.")


def number(source_id: int, now: datetime) -> int:
    """How many there were in a week."""
    keys = [_key(source_id, now - timedelta(days=days)) for days in range(DAYS)]
    try:
        return sum(cache.get_many(keys).values())
    except AWAY:
        return 0


def _key(source_id: int, at: datetime) -> str:
    return f"turned-away:{source_id}:{at:%Y-%m-%d}"
