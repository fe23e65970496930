"""A worker killed in the middle of a sweep: another one goes on, and the flags are those of a quiet day."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portfolio.celery import app
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun, State
from portfolio.wake import wake
from projects.actions import flags
from projects.models import Event, Flag, Portfolio, Project
from projects.queries import flags as flag_queries
from projects.rules.flags import label as label_of
from tests.brokers import BROKERS
from tests.factories import SYSTEM, a_crowd, a_portfolio
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
PROJECTS = 9_000  # five chunks of a sweep
TICK = "portfolio.tasks.tick"


@pytest.fixture
def run():
    """Projects that have been silent for 20, 40 and 70 days, and a sweep that waits for its worker."""
    portfolio = a_portfolio()
    now = timezone.now()
    for days in (20, 40, 70):
        since = now - timedelta(days=days)
        a_crowd(portfolio, PROJECTS // 3, created_at=since, stage_since=since)
    a_crowd(a_portfolio(), 1, created_at=since, stage_since=since)
    return runs.ask("sweep", actor=SYSTEM, now=now)


def flags_now():
    rows = Flag.objects.filter(cleared_at=None).select_related("portfolio")
    return {(flag.project_id, flag.rule, flag.severity, flag.label) for flag in rows}


def flags_of_a_quiet_day():
    """What one undisturbed look at every project finds."""
    found = flag_queries.chunk(None, after=0, size=PROJECTS + 1, now=timezone.now())
    return {
        (
            situation.project_id,
            finding.rule,
            finding.severity,
            label_of(finding.rule, finding.facts, situation.today),
        )
        for situation in found
        for finding in situation.found
    }


@pytest.mark.parametrize("broker", BROKERS)
def test_the_final_flags_are_those_of_an_undisturbed_run(run, broker, celery_worker_process):
    expected = flags_of_a_quiet_day()
    assert len(expected) > PROJECTS // 3 * 7
    first = celery_worker_process(broker, "--concurrency=1", PLIMSOLL_JOB_LEASE_SECONDS="2")
    _kill_in_the_middle(run, first)
    halfway = JobRun.objects.get(pk=run.pk)
    assert halfway.state == State.RUNNING
    assert 0 < len(flags_now()) < len(expected)

    second = celery_worker_process(broker, "--concurrency=1", PLIMSOLL_JOB_LEASE_SECONDS="2")
    wait_until(
        lambda: JobRun.objects.filter(pk=run.pk, state=State.DONE).exists(),
        nudge=lambda: wake(TICK),
        said=second.log.read_text,
    )
    assert flags_now() == expected
    assert Event.objects.filter(kind="flag.opened").count() == len(expected)
    assert JobRun.objects.get(pk=run.pk).attempts >= 2


def _kill_in_the_middle(run, worker):
    """Let the worker begin, and kill it when a part of the flags is there."""
    said = worker.log.read_text
    if connection.vendor == "sqlite":
        app.send_task(runs.RUN_TASK, args=[run.pk])
        wait_until(Flag.objects.exists, pause=0.01, said=said)
        worker.kill()
        return
    with transaction.atomic():
        # The last chunk waits for this row, in the middle of its transaction: its flags point to it.
        assert Portfolio.objects.select_for_update().order_by("-pk").first()
        app.send_task(runs.RUN_TASK, args=[run.pk])
        done = PROJECTS // flags.CHUNK * flags.CHUNK
        looked_at = Project.objects.filter(flags_due_at__gt=timezone.now())
        wait_until(lambda: looked_at.count() == done, said=said)
        worker.kill()
