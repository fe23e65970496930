"""How often somebody may try something, counted in the cache; a cache that is away lets them."""

import hashlib
import logging
import time

from django.core.cache import cache
from django.db import DatabaseError
from redis.exceptions import RedisError

AWAY = (OSError, RedisError, DatabaseError)
log = logging.getLogger(__name__)


def too_many(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more try of this person or address, and say whether it is one too many."""
    # The window is part of the key: some caches begin their time anew with each count.
    window = int(time.time() // seconds)
    key = f"{what}:{hashlib.sha256(who.encode()).hexdigest()}:{window}"
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key)) > most
    except ValueError:
        return False  # It ran out between the two steps.
    except AWAY:
        log.warning("The cache is away; tries are not counted.")
        return False
