"""Limits of time in stage: made from the portfolio's moves, kept as versions, and read by the sweep."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from portfolio import tasks
from portfolio.operations.actions import leases, runs
from portfolio.operations.jobs import JOBS
from portfolio.operations.models import JobRun, State
from projects.actions import stay_limits
from projects.errors import NotAllowed
from projects.models import Event, Project, Spell, StayLimits
from projects.queries import stay_limits as queries
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAR = timezone.now() + timedelta(days=400)
DAYS = 6  # so long a limit goes on moving


def stayed(portfolio, *days, stage="poc", cause="advance", **fields):
    """Projects that were in a stage for so many days until today."""
    for number in days:
        project = a_project(portfolio)
        Project.objects.filter(pk=project.pk).update(flags_due_at=FAR, **fields)
        Spell.objects.filter(project=project).delete()
        left = NOW if cause else None
        Spell.objects.create(
            project=project,
            stage=stage,
            standard_stage=stage,
            entered_at=NOW - timedelta(days=number),
            left_at=left,
            cause=cause,
        )


@pytest.fixture
def portfolio(db):
    return a_portfolio(time_zone="UTC")


def make(portfolio, actor=SYSTEM, *, days_later=0):
    return stay_limits.make(portfolio.pk, actor=actor, now=NOW + timedelta(days=days_later))


def test_limits_become_a_version_and_every_project_is_looked_at(portfolio):
    stayed(portfolio, 50, 60, 70, 80, 90)
    made = make(portfolio)
    assert (made.version, made.made_at) == (1, NOW)
    assert {name: made.body["poc"][name] for name in ("p50", "p85", "p95", "weight")} == {
        "p50": 53,
        "p85": 90,
        "p95": 120,
        "weight": 0.3333,
    }
    event = Event.objects.get(kind="stay_limits.made")
    assert (event.portfolio_id, event.project_id) == (portfolio.pk, None)
    assert event.payload == {"version": 1, "moved": {"poc": {"p50": [45, 53], "p95": [135, 120]}}}
    assert not Project.objects.filter(flags_due_at__gte=FAR).exists()


def test_the_same_history_makes_no_version(portfolio):
    stayed(portfolio, 50, 60, 70, 80, 90)
    make(portfolio)
    Project.objects.update(flags_due_at=FAR)
    assert make(portfolio) is None
    assert StayLimits.objects.count() == Event.objects.filter(kind="stay_limits.made").count() == 1
    assert set(Project.objects.values_list("flags_due_at", flat=True)) == {FAR}


def test_twice_on_a_day_is_one_step(portfolio):
    stayed(portfolio, *[400] * 20)
    assert make(portfolio).body["poc"]["p85"] == 112
    assert make(portfolio) is None
    assert make(portfolio, days_later=1).body["poc"]["p85"] == 140
    stayed(portfolio, *[400] * 20)
    again = make(portfolio, days_later=1)
    assert (again.version, again.body["poc"]["exits"], again.body["poc"]["p85"]) == (3, 40, 140)


def test_more_history_that_moves_nothing_wakes_no_project(portfolio):
    stayed(portfolio, 50)
    assert make(portfolio).body["poc"]["exits"] == 1
    assert set(Project.objects.values_list("flags_due_at", flat=True)) == {FAR}
    assert queries.learnt([portfolio.pk]) == {portfolio.pk: {}}


def test_time_on_hold_is_no_time_in_stage(portfolio):
    stayed(portfolio, 50, 50, 50, 50, 50)
    Spell.objects.update(held=timedelta(days=20))
    assert make(portfolio).body["poc"]["observed"]["p50"] == 30


def test_open_and_invented_projects_count(portfolio):
    stayed(portfolio, 10, 20, 30, 40, 50, is_generated=True)
    stayed(portfolio, 100, 100, 100, 100, 100, cause="")
    line = make(portfolio).body["poc"]
    assert (line["exits"], line["generated"]) == (5, 5)
    assert line["observed"] == {"p50": 50, "p85": None, "p95": None}


def test_what_was_learnt_is_read_for_all_portfolios_at_once(portfolio, django_assert_num_queries):
    other, without = a_portfolio(), a_portfolio()
    for each in (portfolio, other):
        stayed(each, *[400] * 20)
        make(each)
    make(other, days_later=7)
    with django_assert_num_queries(1):
        found = queries.learnt([portfolio.pk, other.pk, without.pk])
    assert found == {portfolio.pk: {"poc": (112, 168)}, other.pk: {"poc": (140, 210)}}


@pytest.mark.parametrize("role", ["viewer", "contributor"])
def test_managers_make_them_and_nobody_below(portfolio, role):
    stayed(portfolio, 1, 1, 1, 1, 1)
    with pytest.raises(NotAllowed):
        make(portfolio, acting(a_member(portfolio, role)))
    assert not StayLimits.objects.exists()
    assert make(portfolio, acting(a_member(portfolio, "manager"))).version == 1


def test_the_job_runs_on_mondays_by_the_portfolios_clock(db, time_machine):
    there = a_portfolio(time_zone="Pacific/Auckland")
    type(there).objects.update(created_at=NOW - timedelta(days=30))
    # Monday the 23rd begins in Auckland at 11:00 UTC on Sunday.
    sunday = datetime(2026, 11, 22, 11, tzinfo=UTC)
    before, after = (
        [slot.slot for slot in JOBS["limits"].slots(at)] for at in (sunday - timedelta(minutes=1), sunday)
    )
    assert (before, after) == ([f"{there.pk}:2026-11-16"], [f"{there.pk}:2026-11-23"])
    assert JOBS["limits"].next_at(sunday - timedelta(minutes=1)) == sunday
    type(there).objects.update(created_at=sunday + timedelta(hours=1))
    assert JOBS["limits"].slots(sunday + timedelta(days=3)) == []
    assert len(JOBS["limits"].slots(sunday + timedelta(days=7))) == 1


def test_the_worker_makes_them(portfolio):
    stayed(portfolio, *[400] * 20)
    type(portfolio).objects.update(created_at=NOW - timedelta(days=30))
    runs.plan(NOW)
    run = JobRun.objects.get(name="limits")
    assert run.pk in leases.claimable(NOW)
    tasks.run(run.pk)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == (State.DONE, 1)
    assert StayLimits.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_version():
    portfolio = a_portfolio()
    stayed(portfolio, *[900] * 40)
    start, found = Barrier(2, timeout=30), []

    def work():
        for days_later in range(DAYS):
            start.wait()
            found.append((days_later, make(portfolio, days_later=days_later)))
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [(day, row.version) for day, row in found if row is not None]
    assert sorted(made) == [(day, day + 1) for day in range(DAYS)]
    assert len(found) == 2 * DAYS
