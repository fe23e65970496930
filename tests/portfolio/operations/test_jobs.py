"""Which runs the clock asks for, and when the next ones are."""

from datetime import UTC, datetime

import pytest

from portfolio.operations.actions import runs
from portfolio.operations.jobs import JOBS
from portfolio.operations.models import JobRun, State
from projects.actions import portfolios, scorecards
from tests.factories import SYSTEM, a_portfolio

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def slots(name, now):
    return [slot.slot for slot in JOBS[name].slots(now)]


def test_a_sweep_is_due_every_quarter_of_an_hour():
    assert slots("sweep", at(20, 10, 14)) == slots("sweep", at(20, 10)) == ["2026-11-20T10:00"]
    assert slots("sweep", at(20, 10, 15)) == ["2026-11-20T10:15"]
    assert JOBS["sweep"].next_at(at(20, 23, 50)) == at(21, 0)


def test_escalations_are_due_every_hour():
    assert slots("escalations", at(20, 10, 59)) == slots("escalations", at(20, 10)) == ["2026-11-20T10"]
    assert JOBS["escalations"].next_at(at(20, 23, 50)) == at(21, 0)


def scores_are_there(now, state=State.DONE):
    runs.plan(now)
    JobRun.objects.filter(name="scores").update(state=state)


def test_scores_are_due_after_midnight_of_the_portfolios_own_clock():
    there, here = a_portfolio(time_zone="Pacific/Auckland"), a_portfolio(time_zone="UTC")
    # 11:01 UTC is 00:01 of the next day in Auckland.
    before, after = slots("scores", at(20, 11, 0)), slots("scores", at(20, 11, 1))
    assert before == [f"{here.pk}:2026-11-20T00:00:00+00:00"]
    assert set(after) == {*before, f"{there.pk}:2026-11-20T11:00:00+00:00"}
    assert JOBS["scores"].next_at(at(20, 11, 1)) == at(21, 0, 1)


@pytest.mark.parametrize("change", ["line", "scorecard"])
def test_scores_are_due_at_once_when_a_line_or_the_scorecard_was_changed(change):
    portfolio = a_portfolio()
    assert len(slots("scores", at(22, 12))) == 1
    if change == "line":
        portfolios.edit(portfolio.pk, version=None, risk_line=40, actor=SYSTEM)
    else:
        scorecards.publish_shipped(portfolio, actor=SYSTEM)
    portfolio.refresh_from_db()
    (_, asked) = JOBS["scores"].slots(at(22, 12))
    assert (asked.due_at, asked.portfolio_id) == (portfolio.scores_asked_at, portfolio.pk)


def forecasts_are_there(now, state=State.DONE):
    scores_are_there(now)
    runs.plan(now)
    JobRun.objects.filter(name="forecasts").update(state=state)


def test_forecasts_are_due_after_midnight_of_the_portfolios_own_clock():
    there, here = a_portfolio(time_zone="Pacific/Auckland"), a_portfolio(time_zone="UTC")
    scores_are_there(at(20, 11, 2))
    # 11:02 UTC is 00:02 of the next day in Auckland.
    before, after = slots("forecasts", at(20, 11, 2)), slots("forecasts", at(20, 11, 3))
    assert before == [f"{here.pk}:2026-11-20"]
    assert sorted(after) == sorted([f"{there.pk}:2026-11-21", f"{here.pk}:2026-11-20"])
    assert JOBS["forecasts"].next_at(at(20, 11, 3)) == at(21, 0, 3)


def test_forecasts_wait_for_the_scores_of_their_day_but_not_for_ever():
    portfolio = a_portfolio()
    scores_are_there(at(19, 12))
    assert slots("forecasts", at(20, 12)) == []
    scores_are_there(at(20, 12), State.WAITING)
    assert slots("forecasts", at(20, 12)) == []
    scores_are_there(at(20, 12), State.FAILED)
    assert slots("forecasts", at(20, 12)) == [f"{portfolio.pk}:2026-11-20"]


def test_a_summary_is_due_after_midnight_of_the_portfolios_own_clock():
    there, here = a_portfolio(time_zone="Pacific/Auckland"), a_portfolio(time_zone="UTC")
    forecasts_are_there(at(20, 11, 4))
    # 11:04 UTC is 00:04 of the next day in Auckland.
    before, after = slots("summary", at(20, 11, 4)), slots("summary", at(20, 11, 5))
    assert before == [f"{here.pk}:2026-11-20"]
    assert sorted(after) == sorted([f"{there.pk}:2026-11-21", f"{here.pk}:2026-11-20"])
    assert JOBS["summary"].next_at(at(20, 11, 5)) == at(21, 0, 5)


def test_a_summary_waits_for_the_forecasts_of_its_day_but_not_for_ever():
    portfolio = a_portfolio()
    forecasts_are_there(at(19, 12))
    assert slots("summary", at(20, 12)) == []
    forecasts_are_there(at(20, 12), State.WAITING)
    assert slots("summary", at(20, 12)) == []
    forecasts_are_there(at(20, 12), State.FAILED)
    assert slots("summary", at(20, 12)) == [f"{portfolio.pk}:2026-11-20"]


def test_an_archived_portfolio_has_no_summary():
    portfolio = a_portfolio()
    portfolio.archived_at = at(19, 12)
    portfolio.save(update_fields=["archived_at"])
    for name in ("scores", "forecasts", "summary"):
        assert slots(name, at(20, 12)) == []
    assert JOBS["summary"].next_at(at(20, 12)) is None


def test_the_clean_up_is_due_once_a_night():
    assert slots("purge", at(20, 2, 29)) == []
    assert slots("purge", at(20, 2, 30)) == slots("purge", at(20, 23)) == ["2026-11-20"]
    assert JOBS["purge"].next_at(at(20, 2, 29)) == at(20, 2, 30)
    assert JOBS["purge"].next_at(at(20, 2, 30)) == at(21, 2, 30)
