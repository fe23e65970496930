"""Runs: planned once, claimed by one worker, handed on when it dies, tried again when they fail."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portfolio import tasks
from portfolio.accounts.actions import links
from portfolio.accounts.models import SignInLink
from portfolio.insights.actions import forecasts
from portfolio.insights.models import PortfolioForecast, Snapshot
from portfolio.operations.actions import leases, runs
from portfolio.operations.models import JobRun, State
from portfolio.operations.queries import runs as run_queries
from portfolio.register.models import ImportRun, RunState
from projects.errors import NotAllowed
from projects.models import Flag
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, acting, an_administrator
from tests.races import at_once

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def run(db, now):
    return JobRun.objects.create(name="purge", slot="2026-11-20", due_at=now)


def test_a_second_beat_plans_nothing_new(db, now):
    portfolio = a_portfolio()
    runs.plan(now)
    planned = JobRun.objects.count()
    runs.plan(now)
    assert JobRun.objects.count() == planned
    assert JobRun.objects.filter(name="sweep").count() == 1
    assert {each.portfolio for each in JobRun.objects.filter(name="summary")} <= {portfolio}


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_beats_at_once_plan_each_slot_once(now):
    a_portfolio()
    assert at_once(*[lambda: runs.plan(now)] * 4) == [None] * 4
    assert JobRun.objects.filter(name="sweep").count() == 1


def test_a_claimed_run_is_not_given_to_a_second_worker(run, now):
    assert leases.claim(run.pk, now).state == State.RUNNING
    assert leases.claim(run.pk, now) is None
    assert leases.claimable(now) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_many_workers_at_once_one_claims_a_run(now):
    run = JobRun.objects.create(name="purge", slot="x", due_at=now)
    claims = at_once(*[lambda: leases.claim(run.pk, now)] * 5)
    assert sum(claim is not None for claim in claims) == 1


def test_a_run_whose_worker_is_silent_goes_to_another_and_the_first_must_stop(run, now):
    first = leases.claim(run.pk, now)
    leases.go_on(first, now, cursor=7, rows=3)
    later = now + LEASE + timedelta(seconds=1)
    assert leases.claimable(later) == [run.pk]
    second = leases.claim(run.pk, later)
    assert (second.cursor, second.rows, second.attempts) == (7, 3, 2)
    with pytest.raises(leases.LeaseLost):
        leases.go_on(first, later)
    with pytest.raises(leases.LeaseLost):
        leases.finish(first, later, rows=9)
    leases.finish(second, later, rows=4)
    assert JobRun.objects.get().rows == 4


def test_a_worker_that_goes_on_keeps_its_claim(run, now):
    claimed = leases.claim(run.pk, now)
    leases.go_on(claimed, now + LEASE - timedelta(seconds=1))
    assert leases.claimable(now + LEASE + timedelta(seconds=1)) == []


def test_a_run_that_is_not_due_waits(run, now):
    assert leases.claim(run.pk, now - timedelta(seconds=1)) is None


def test_a_failure_is_told_and_tried_again_and_at_last_stays(run, now):
    for attempt in range(1, leases.MOST_ATTEMPTS + 1):
        claimed = leases.claim(run.pk, now)
        leases.fail(claimed, now, error=ValueError("the disk is full"))
        run.refresh_from_db()
        assert run.error == "ValueError: the disk is full"
        assert run.state == (State.FAILED if attempt == leases.MOST_ATTEMPTS else State.WAITING)
        assert leases.claim(run.pk, now) is None
        now += timedelta(hours=1)
    assert run_queries.failures()[0].label == "Clean-up"


def test_a_run_that_kills_its_worker_again_and_again_is_given_up(run, now):
    for _ in range(leases.MOST_CLAIMS):
        assert leases.claim(run.pk, now) is not None
        now += LEASE + timedelta(seconds=1)
    assert leases.claim(run.pk, now) is None
    assert leases.give_up(now) == 1
    run.refresh_from_db()
    assert (run.state, "died" in run.error) == (State.FAILED, True)


def test_a_run_asked_for_twice_is_one_run(db, now):
    actor = acting(an_administrator())
    asked = runs.ask("sweep", actor=actor, now=now)
    assert runs.ask("sweep", actor=actor, now=now).pk == asked.pk
    assert asked.asked_by == actor.user


def test_a_portfolios_summary_is_asked_for_by_its_managers_only(db, now):
    portfolio = a_portfolio()
    with pytest.raises(NotAllowed):
        runs.ask("summary", actor=acting(a_member(portfolio, "contributor")), now=now, portfolio=portfolio)
    with pytest.raises(NotAllowed):
        runs.ask("summary", actor=acting(a_member(a_portfolio(), "manager")), now=now, portfolio=portfolio)
    manager = acting(a_member(portfolio, "manager"))
    assert runs.ask("summary", actor=manager, now=now, portfolio=portfolio).portfolio == portfolio
    with pytest.raises(NotAllowed):
        runs.ask("sweep", actor=manager, now=now)


def test_a_second_worker_is_asked_for_a_share_once(run, now):
    for _ in range(2):
        runs.ask_beside(run, now)
    beside = JobRun.objects.exclude(pk=run.pk)
    # SQLite has one writer: a second worker would only wait for the first.
    assert beside.count() == int(connection.features.has_select_for_update_skip_locked)
    for share in beside:
        runs.ask_beside(share, now)
        assert (share.name, share.due_at) == (run.name, now)
    assert JobRun.objects.count() == 1 + beside.count()


def test_a_task_that_fails_leaves_its_error_on_the_row(db, now):
    # A row of a newer or older version, whose job this one does not know.
    run = JobRun.objects.create(name="unheard_of", slot="x", due_at=now)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == (State.WAITING, "KeyError: 'unheard_of'")


def test_the_same_task_twice_does_its_work_once(run):
    tasks.run(run.pk)
    done = JobRun.objects.get()
    tasks.run(run.pk)
    again = JobRun.objects.get()
    assert done.state == again.state == State.DONE
    assert (again.attempts, again.finished_at) == (1, done.finished_at)


def test_old_runs_are_forgotten(run, now):
    claimed = leases.claim(run.pk, now)
    leases.finish(claimed, now, rows=0)
    assert runs.purge(now + runs.KEPT_FOR) == 0
    assert runs.purge(now + runs.KEPT_FOR + timedelta(seconds=1)) == 1


def test_the_worker_is_missed_after_a_while(db, now):
    assert run_queries.seen_at() is None
    runs.heard("worker", now)
    runs.heard("worker", now + timedelta(minutes=1))
    assert run_queries.seen_at() == now + timedelta(minutes=1)
    assert run_queries.away_since(now + timedelta(hours=3)) is None
    assert run_queries.away_since(now + timedelta(hours=3, minutes=2)) == now + timedelta(minutes=1)


def test_a_tick_plans_and_hears(db):
    tasks.tick()
    assert run_queries.seen_at() is not None
    assert JobRun.objects.filter(name="sweep", state=State.WAITING).count() == 1


def test_a_purge_deletes_what_has_expired(db, now):
    links.create(an_administrator())
    SignInLink.objects.update(expires_at=now - timedelta(days=2))
    run = JobRun.objects.create(name="purge", slot="x", due_at=now)
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows, SignInLink.objects.count()) == (State.DONE, 1, 0)


def test_the_summary_job_brings_flags_and_figures_up_to_date(db, now):
    portfolio = a_portfolio()
    a_crowd(portfolio, 2, created_at=now - timedelta(days=40), stage_since=now)
    run = JobRun.objects.create(name="summary", slot="x", due_at=now, portfolio=portfolio)
    tasks.run(run.pk)
    assert Flag.objects.filter(rule="NO_UPDATE").count() == 2
    assert Snapshot.objects.get().body["flagged"]["quiet"] == 2


def test_an_applied_import_has_its_portfolio_summed_up_once(db, now):
    portfolio = a_portfolio()
    Snapshot.objects.create(portfolio=portfolio, day=now.date(), taken_at=now, body={}, model_version=1)
    forecasts.make(portfolio.pk, actor=SYSTEM, now=now, runs=10)
    for _ in ("scores", "forecasts, which wait for them", "the summary, which waits for those"):
        tasks.tick()
        JobRun.objects.update(state=State.DONE, finished_at=now)
    asked, asked_forecasts = (
        JobRun.objects.filter(name=name, portfolio=portfolio, slot__startswith="asked:")
        for name in ("summary", "forecasts")
    )
    tasks.tick()
    assert not asked.exists() and not asked_forecasts.exists()
    ImportRun.objects.create(
        portfolio=portfolio, file_name="f.csv", state=RunState.APPLIED, applied_at=now + timedelta(seconds=1)
    )
    tasks.tick()
    tasks.tick()
    assert asked.count() == 1
    assert asked_forecasts.count() == 1
    Snapshot.objects.update(taken_at=now + timedelta(seconds=2))
    PortfolioForecast.objects.update(made_at=now + timedelta(seconds=2))
    asked.delete()
    asked_forecasts.delete()
    tasks.tick()
    assert not asked.exists() and not asked_forecasts.exists()
