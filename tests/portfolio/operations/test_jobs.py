"""Which runs the clock asks for, and when the next ones are."""

from datetime import UTC, datetime

import pytest

from portfolio.operations.jobs import JOBS
from tests.factories import a_portfolio

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def slots(name, now):
    return [slot.slot for slot in JOBS[name].slots(now)]


def test_a_sweep_is_due_every_quarter_of_an_hour():
    assert slots("sweep", at(20, 10, 14)) == slots("sweep", at(20, 10)) == ["2026-11-20T10:00"]
    assert slots("sweep", at(20, 10, 15)) == ["2026-11-20T10:15"]
    assert JOBS["sweep"].next_at(at(20, 23, 50)) == at(21, 0)


def test_a_summary_is_due_after_midnight_of_the_portfolios_own_clock():
    there, here = a_portfolio(time_zone="Pacific/Auckland"), a_portfolio(time_zone="UTC")
    # 11:04 UTC is 00:04 of the next day in Auckland.
    before, after = slots("summary", at(20, 11, 4)), slots("summary", at(20, 11, 5))
    assert before == [f"{here.pk}:2026-11-20"]
    assert sorted(after) == sorted([f"{there.pk}:2026-11-21", f"{here.pk}:2026-11-20"])
    assert JOBS["summary"].next_at(at(20, 11, 5)) == at(21, 0, 5)


def test_an_archived_portfolio_has_no_summary():
    portfolio = a_portfolio()
    portfolio.archived_at = at(19, 12)
    portfolio.save(update_fields=["archived_at"])
    assert slots("summary", at(20, 12)) == []
    assert JOBS["summary"].next_at(at(20, 12)) is None


def test_the_clean_up_is_due_once_a_night():
    assert slots("purge", at(20, 2, 29)) == []
    assert slots("purge", at(20, 2, 30)) == slots("purge", at(20, 23)) == ["2026-11-20"]
    assert JOBS["purge"].next_at(at(20, 2, 29)) == at(20, 2, 30)
    assert JOBS["purge"].next_at(at(20, 2, 30)) == at(21, 2, 30)
