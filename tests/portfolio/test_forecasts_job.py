"""The job that forecasts: twice, by a worker that lost its claim, and by one that was cut off midway."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import tasks, work
from portfolio.insights.actions import forecasts
from portfolio.insights.models import PortfolioForecast
from portfolio.insights.rules.forecast import futures
from portfolio.operations.actions import leases, runs
from portfolio.operations.models import JobRun, State
from projects.actions import forecasts as stored
from projects.errors import NotAllowed
from projects.models import Forecast, Project
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, acting


@pytest.fixture
def portfolio(db):
    made = a_portfolio()
    a_crowd(made, 12, stage="pilot", standard_stage="pilot", p_production=0.6)
    return made


@pytest.fixture
def run(portfolio):
    return JobRun.objects.create(name="forecasts", slot="x", due_at=timezone.now(), portfolio=portfolio)


def columns():
    return list(Project.objects.order_by("pk").values_list("pk", "p05_on", "p50_on", "p80_on", "p95_on"))


def test_the_job_forecasts_every_project(run, portfolio):
    tasks.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == (State.DONE, 12)
    assert PortfolioForecast.objects.get(portfolio=portfolio).runs == futures.RUNS
    assert all(p05 < p50 < p80 < p95 for _, p05, p50, p80, p95 in columns())


def test_a_second_run_of_the_day_finds_the_same(run, portfolio):
    tasks.run(run.pk)
    before, kept = columns(), Forecast.objects.count()
    again = runs.ask("forecasts", actor=SYSTEM, now=timezone.now(), portfolio=portfolio)
    tasks.run(again.pk)
    assert JobRun.objects.get(pk=again.pk).state == State.DONE
    assert (columns(), Forecast.objects.count(), PortfolioForecast.objects.count()) == (before, kept, 1)


def test_whoever_lost_the_claim_writes_nothing(run, portfolio):
    claimed = leases.claim(run.pk, timezone.now())
    assert leases.claim(run.pk, timezone.now() + timedelta(days=1)) is not None
    with pytest.raises(leases.LeaseLost):
        work.WORK["forecasts"](claimed)
    assert not PortfolioForecast.objects.exists()
    assert not Project.objects.exclude(forecast_at=None).exists()


def test_one_that_was_cut_off_midway_is_made_up_for(portfolio, monkeypatch):
    now = timezone.now()
    forecasts.make(portfolio.pk, actor=SYSTEM, now=now, runs=50)
    whole, kept = columns(), PortfolioForecast.objects.get().body
    PortfolioForecast.objects.all().delete()
    Project.objects.update(p05_on=None, p50_on=None, p80_on=None, p95_on=None, forecast_at=None)
    monkeypatch.setattr(stored, "CHUNK", 5)
    # A project that cannot be written stands for a machine that goes off after the first five.
    dies = Project.objects.order_by("pk")[5]
    chunks = stored._store

    def store(expected, *others):
        if dies.pk in {each.project_id for each in expected}:
            raise ConnectionError("the power is gone")
        chunks(expected, *others)

    monkeypatch.setattr(stored, "_store", store)
    with pytest.raises(ConnectionError):
        forecasts.make(portfolio.pk, actor=SYSTEM, now=now, runs=50)
    assert Project.objects.exclude(forecast_at=None).count() == 5
    assert not PortfolioForecast.objects.exists()
    monkeypatch.setattr(stored, "_store", chunks)
    forecasts.make(portfolio.pk, actor=SYSTEM, now=now + timedelta(seconds=9), runs=50)
    assert columns() == whole
    assert PortfolioForecast.objects.get().body == kept


def test_managers_ask_for_it_and_others_may_not(portfolio):
    manager, viewer = (a_member(portfolio, role) for role in ("manager", "viewer"))
    now = timezone.now()
    assert runs.ask("forecasts", actor=acting(manager), now=now, portfolio=portfolio).state == State.WAITING
    with pytest.raises(NotAllowed):
        runs.ask("forecasts", actor=acting(viewer), now=now, portfolio=portfolio)
