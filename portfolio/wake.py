"""Waking a worker. Rows are the truth and ticks find what waits: a broker that is away costs only time."""

import logging
import time
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
# After a failure requests do not try again for a while: each try could cost them the broker's timeout.
PAUSE_SECONDS = 10.0
# A message that nobody took by then is of no use: a tick has found the row.
EXPIRES_SECONDS = 300
_silent_until = 0.0


def wake(task_name: str, *args: Any) -> None:
    """Once the transaction is committed, tell a worker that there is work; never fails a request."""
    transaction.on_commit(lambda: _send(task_name, args), robust=True)


def _send(task_name: str, args: tuple[Any, ...]) -> None:
    global _silent_until  # noqa: PLW0603 - one broker, one memory of its absence in this process
    from portfolio.celery import app

    if time.monotonic() < _silent_until:
        return
    try:
        app.send_task(task_name, args=args, retry=False, expires=EXPIRES_SECONDS)
    except (OperationalError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE_SECONDS
        log.warning("No worker was woken for %s: the broker does not answer (%s).", task_name, error)
