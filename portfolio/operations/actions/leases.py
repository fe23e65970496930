"""Claims of a run: one worker has it for a while, keeps it by going on, and hands it back when done.

Each step is one conditional UPDATE, which means the same on SQLite and on PostgreSQL.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.utils import timezone

from portfolio.operations.models import JobRun, State

# After three failures in a row something has to be done by somebody, and the page says what went wrong.
MOST_ATTEMPTS = 3
# A run that dies with its worker again and again must not take the worker down for ever.
MOST_CLAIMS = 6
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_ERROR = 2_000
TOLD_EVERY = 1.0  # seconds: as often as a page asks
KEEP = f"""
    UPDATE {JobRun._meta.db_table} SET lease_until = %s, cursor = %s, rows = %s
    WHERE id = %s AND token = %s AND state = 'running'
"""  # noqa: S608 - the table's name is Django's own


class LeaseLost(Exception):
    """Somebody else has claimed the run meanwhile: stop, and leave it to them."""


def claim(run_id: int, now: datetime) -> JobRun | None:
    """Take a run that waits, or whose worker has been silent for too long; None when it is not to be had."""
    token = uuid.uuid4().hex
    taken = (
        JobRun.objects.filter(pk=run_id, due_at__lte=now)
        .filter(_free(now))
        .update(
            state=State.RUNNING,
            token=token,
            lease_until=now + _lease(),
            attempts=F("attempts") + 1,
            started_at=now,
            finished_at=None,
        )
    )
    return JobRun.objects.get(pk=run_id, token=token) if taken else None


def go_on(run: JobRun, now: datetime, *, cursor: int = 0, rows: int = 0) -> None:
    """Keep the claim and note how far the run is; raises LeaseLost."""
    _own(run, lease_until=now + _lease(), cursor=cursor, rows=rows)


@contextmanager
def kept(run: JobRun) -> Iterator[Callable[[int, int], None]]:
    """A way to say how far a run is that is seen at once, even from within one long transaction.

    Within one, PostgreSQL is told over a second connection. SQLite has one writer: nobody else could claim
    the run meanwhile, and nothing can be told.
    """
    aside, told = connection.copy(), (-1, 0.0)

    def tell(cursor: int, rows: int) -> None:
        nonlocal told
        if told[0] == cursor and time.monotonic() - told[1] < TOLD_EVERY:
            return
        told, now = (cursor, time.monotonic()), timezone.now()
        if not connection.in_atomic_block:
            go_on(run, now, cursor=cursor, rows=rows)
        elif connection.vendor == "postgresql":
            _tell_aside(aside, run, (now + _lease(), cursor, rows))

    try:
        yield tell
    finally:
        aside.close()


def _tell_aside(aside: BaseDatabaseWrapper, run: JobRun, said: tuple[datetime, int, int]) -> None:
    with aside.cursor() as cursor:
        cursor.execute(KEEP, [*said, run.pk, run.token])
        if not cursor.rowcount:
            raise LeaseLost(f"Run {run.pk} of {run.name} was claimed by another worker.")


def finish(run: JobRun, now: datetime, *, rows: int) -> None:
    """The run is done; raises LeaseLost."""
    _own(run, state=State.DONE, lease_until=None, finished_at=now, rows=rows, error="", cursor=0)


def fail(run: JobRun, now: datetime, *, error: BaseException) -> None:
    """The run failed: it waits for another attempt, longer each time, and at last stays failed."""
    said = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    if run.attempts < MOST_ATTEMPTS:
        again_at = now + FIRST_PAUSE * 2 ** (run.attempts - 1)
        _own(run, state=State.WAITING, lease_until=None, finished_at=now, error=said, due_at=again_at)
    else:
        _own(run, state=State.FAILED, lease_until=None, finished_at=now, error=said)


def give_up(now: datetime) -> int:
    """Runs whose workers died again and again are failed; how many."""
    lost = JobRun.objects.filter(state=State.RUNNING, lease_until__lt=now, attempts__gte=MOST_CLAIMS)
    said = f"The worker died {MOST_CLAIMS} times while it did this. Look at its log, then run the job again."
    return lost.update(state=State.FAILED, lease_until=None, finished_at=now, error=said)


def claimable(now: datetime) -> list[int]:
    """The runs that a worker could take now, longest due first."""
    waiting = JobRun.objects.filter(_free(now), due_at__lte=now)
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True))


def _free(now: datetime) -> Q:
    silent = Q(state=State.RUNNING, lease_until__lt=now, attempts__lt=MOST_CLAIMS)
    return Q(state=State.WAITING) | silent


def _own(run: JobRun, **changes: object) -> None:
    """Change the row if the claim is still in force."""
    if not JobRun.objects.filter(pk=run.pk, token=run.token, state=State.RUNNING).update(**changes):
        raise LeaseLost(f"Run {run.pk} of {run.name} was claimed by another worker.")


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)
