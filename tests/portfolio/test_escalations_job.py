"""The worker takes blockers up by the clock: a process of its own, killed midway, asked again and again."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portfolio.celery import app
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun, State
from portfolio.wake import wake
from projects.actions import blocker_escalations, blockers
from projects.actors import Actor
from projects.models import Blocker, Event, Project
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, on_team
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
TICK = "portfolio.tasks.tick"
MANY = 1_600  # four chunks of a run


def raised_before(days, project, **said):
    """A blocker that somebody raised so many days ago, while the worker was away ever since."""
    then = Actor(None, "command", at=timezone.now() - timedelta(days))
    said = {"title": "No pilot", "category": "security_review", "severity": "high", **said}
    return blockers.raise_(project.pk, actor=then, **said)


def ask():
    return runs.ask("escalations", actor=SYSTEM, now=timezone.now())


def done(run, worker):
    wait_until(
        lambda: JobRun.objects.filter(pk=run.pk, state=State.DONE).exists(),
        nudge=lambda: wake(TICK),
        said=worker.log.read_text,
    )
    return JobRun.objects.get(pk=run.pk)


def test_the_worker_tells_each_missed_step_once_however_often_it_is_asked(celery_worker_process):
    portfolio = a_portfolio()
    project = a_project(portfolio)
    lead, sponsor, board = on_team(project, "ML"), on_team(project, "SP"), a_member(portfolio, "manager")
    blocker = raised_before(40, project)
    assert blocker.level == 0
    worker = celery_worker_process("redis")
    assert [done(ask(), worker).rows for _ in range(3)] == [3, 0, 0]
    told = [event.payload for event in Event.objects.filter(kind="blocker.escalated").order_by("pk")]
    assert [(said["step"], said["people"]) for said in told] == [
        (1, [lead.pk]),
        (2, [sponsor.pk]),
        (3, [board.pk]),
    ]
    blocker.refresh_from_db()
    assert (blocker.level, blocker.next_step_on) == (3, None)


def test_with_beat_nobody_has_to_ask(celery_worker_process):
    raised_before(10, a_project(a_portfolio()))
    worker = celery_worker_process(
        "filesystem", "--concurrency=2", "--beat", "--scheduler=celery.beat:Scheduler"
    )
    wait_until(Event.objects.filter(kind="blocker.escalated").exists, said=worker.log.read_text)
    assert Blocker.objects.get().level == 1


@pytest.fixture
def many():
    """Blockers of forty projects, each with two steps to be taken."""
    portfolio = a_portfolio()
    places = a_crowd(portfolio, 40)
    template = raised_before(14, places[0])
    columns = [field.attname for field in Blocker._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(template, name) for name in columns}
    # The last project has the last blockers only.
    of = (places[number * 40 // MANY].pk for number in range(1, MANY))
    Blocker.objects.bulk_create(Blocker(**{**values, "project_id": pk}) for pk in of)


def steps_told():
    said = Event.objects.filter(kind="blocker.escalated").values_list("payload", flat=True)
    return sorted((payload["blocker"], payload["step"]) for payload in said)


def test_killed_in_the_middle_it_goes_on_and_tells_nothing_twice(many, celery_worker_process):
    run = ask()
    first = celery_worker_process("filesystem", PLIMSOLL_JOB_LEASE_SECONDS="2")
    _kill_in_the_middle(run, first)
    assert 0 < len(steps_told()) < 2 * MANY
    second = celery_worker_process("filesystem", PLIMSOLL_JOB_LEASE_SECONDS="2")
    assert done(run, second).attempts >= 2
    ids = Blocker.objects.order_by("pk").values_list("pk", flat=True)
    assert steps_told() == [(pk, step) for pk in ids for step in (1, 2)]
    assert set(Blocker.objects.values_list("level", "acted")) == {(2, 2)}


def _kill_in_the_middle(run, worker):
    """Let the worker begin, and kill it when a part of the steps is taken."""
    said = worker.log.read_text
    if connection.vendor == "sqlite":
        app.send_task(runs.RUN_TASK, args=[run.pk])
        wait_until(Event.objects.filter(kind="blocker.escalated").exists, pause=0.01, said=said)
        worker.kill()
        return
    with transaction.atomic():
        # The last chunk waits for this row, in the middle of its transaction.
        assert Project.objects.select_for_update().order_by("-pk")[0]
        app.send_task(runs.RUN_TASK, args=[run.pk])
        wait_until(lambda: JobRun.objects.get(pk=run.pk).rows >= MANY, said=said)
        worker.kill()


def test_a_chunk_is_smaller_than_what_is_killed_in_the_middle():
    assert blocker_escalations.CHUNK * 2 < MANY
