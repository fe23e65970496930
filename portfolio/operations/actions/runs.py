"""Runs of jobs: asked for by the clock or by somebody, and swept up when they are old."""

import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction

from portfolio.operations.jobs import FILE, JOBS
from portfolio.operations.models import JobRun, Pulse, State
from portfolio.operations.slots import ASKED
from portfolio.wake import wake
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio

RUN_TASK = "portfolio.tasks.run"
# How the slot of a run ends that takes its share of another one.
BESIDE = ":beside"
# A month of runs is enough to see when a trouble began.
KEPT_FOR = timedelta(days=30)


def plan(now: datetime) -> None:
    """Write a row for every slot that the clock asks for; a slot already there is left alone."""
    wanted = {(job.name, slot.slot): slot for job in JOBS.values() for slot in job.slots(now)}
    slots = JobRun.objects.filter(name__in=JOBS, slot__in=[key for _, key in wanted])
    known = set(slots.values_list("name", "slot"))
    new = [
        JobRun(name=name, slot=key, due_at=slot.due_at, portfolio_id=slot.portfolio_id)
        for (name, key), slot in wanted.items()
        if (name, key) not in known
    ]
    JobRun.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def ask(name: str, *, actor: Actor, now: datetime, portfolio: Portfolio | None = None) -> JobRun:
    """Have a job run now; one that waits or runs already is the answer."""
    permissions.require(actor, "summary.take" if portfolio else "operations.run", portfolio)
    if name == FILE:
        raise Refused("This job runs for a file: bring one under Worker.", code="file_needed")
    not_over = JobRun.objects.filter(name=name, portfolio=portfolio, state__in=[State.WAITING, State.RUNNING])
    run = not_over.filter(due_at__lte=now).first()
    if run is None:
        slot = f"{ASKED}{uuid.uuid4().hex}"
        run = JobRun.objects.create(
            name=name, slot=slot, due_at=now, portfolio=portfolio, asked_by_id=actor.user_id
        )
    wake(RUN_TASK, run.pk)
    return run


def ask_beside(run: JobRun, now: datetime) -> None:
    """Have another worker do the same at the same time, where the rows tell them apart; once for each run."""
    if run.slot.endswith(BESIDE) or not connection.features.has_select_for_update_skip_locked:
        return
    beside, is_new = JobRun.objects.get_or_create(
        name=run.name, slot=f"{run.slot}{BESIDE}", defaults={"due_at": now}
    )
    if is_new:
        wake(RUN_TASK, beside.pk)


def retry(run_id: int, *, actor: Actor, now: datetime) -> bool:
    """Let a run that failed begin anew, with all its attempts; whether it had failed."""
    permissions.require(actor, "operations.run")
    failed = JobRun.objects.filter(pk=run_id, state=State.FAILED)
    asked = failed.update(state=State.WAITING, attempts=0, token="", lease_until=None, due_at=now)
    if asked:
        wake(RUN_TASK, run_id)
    return bool(asked)


def heard(name: str, now: datetime) -> None:
    """Note that a part of the worker is alive."""
    Pulse.objects.update_or_create(name=name, defaults={"at": now})


def purge(now: datetime) -> int:
    """Delete old runs; how many."""
    deleted, _ = JobRun.objects.filter(finished_at__lt=now - KEPT_FOR).delete()
    return deleted
