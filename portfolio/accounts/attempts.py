"""Failed sign-ins are counted, so that nobody tries passwords by the thousand."""

import hashlib
import logging

from django.core.cache import cache
from django.db import DatabaseError
from redis.exceptions import RedisError

# Ten wrong passwords in a quarter of an hour: more than a forgetful person, far fewer than a list.
MOST, WINDOW_SECONDS = 10, 15 * 60
AWAY = (OSError, RedisError, DatabaseError)
log = logging.getLogger(__name__)


def too_many(email: str, address: str) -> bool:
    """Whether this address has failed too often for this account; a cache that is away lets people in."""
    try:
        return cache.get(_key(email, address), 0) >= MOST
    except AWAY:
        log.warning("The cache is away; failed sign-ins are not counted.")
        return False


def failed(email: str, address: str) -> None:
    """Count one failure."""
    key = _key(email, address)
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        cache.incr(key)
    except AWAY:
        log.warning("The cache is away; a failed sign-in was not counted.")


def _key(email: str, address: str) -> str:
    return "sign-in:" + hashlib.sha256(f"{email.casefold()}|{address}".encode()).hexdigest()
