"""How often a caller may ask: enough for any honest integration, too little for a loop run wild."""

import math
import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60.0
POLICY = "caller"
# More callers than this within a minute: the one seen longest ago is forgotten, and counts anew.
REMEMBERED = 10_000


def told(most: int, left: int, free_in: float) -> dict[str, str]:
    """The limit and what is left of it, as draft-ietf-httpapi-ratelimit-headers has it from -08 on."""
    return {
        "RateLimit-Policy": f'"{POLICY}";q={most};w={int(MINUTE)}',
        "RateLimit": f'"{POLICY}";r={left};t={math.ceil(free_in)}',
    }


class PerKey(BaseThrottle):
    """A number of requests per caller and minute, counted in the memory of each web process.

    Nothing is asked of the database or of Redis, so it costs no statement and cannot fail. With several web
    processes a caller may reach the limit in each: it protects a process, it does not meter anybody.
    """

    _counts: OrderedDict[str, tuple[float, int]] = OrderedDict()
    _lock = Lock()

    def allow_request(self, request: Request, view: Any) -> bool:
        most = settings.API_REQUESTS_PER_MINUTE
        if request.user is None or not most:
            return True
        caller, now = f"{request.user.pk}", time.monotonic()
        with self._lock:
            began, count = self._counts.get(caller, (now, 0))
            if now - began >= MINUTE:
                began, count = now, 0
            self._counts[caller] = (began, count + 1)
            self._counts.move_to_end(caller)
            if len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)
        self.free_in = began + MINUTE - now
        view.headers |= told(most, max(0, most - count - 1), self.free_in)
        return count < most

    def wait(self) -> float:
        """Seconds until the caller is free to ask again."""
        return self.free_in
