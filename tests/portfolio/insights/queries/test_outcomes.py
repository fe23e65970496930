"""What became of forecasts, and what their portfolio is told of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portfolio.insights.queries import calibrations, outcomes
from projects.actions import moves
from projects.models import Project, ProjectDay, Spell
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting
from tests.portfolio.insights.foretold import was_forecast, was_launched, was_stopped

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = date(2025, 1, 31)


@pytest.fixture
def portfolio():
    return a_portfolio("Insurance")


def a_past_project(portfolio, name="One", since=datetime(2024, 6, 1, tzinfo=UTC), **fields):
    """A project that began long ago."""
    project = a_project(portfolio, name, **fields)
    Spell.objects.filter(project=project).update(entered_at=since)
    return project


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_launch_and_a_stop_are_outcomes_and_an_open_project_has_none(portfolio):
    live, over, going = (a_past_project(portfolio, name) for name in ("Live", "Over", "Going"))
    for project in (live, over, going):
        was_forecast(project, LONG_AGO)
    was_launched(live, at(LONG_AGO + 200 * DAY))
    was_stopped(over, at(LONG_AGO + 100 * DAY))
    found = {one.project_id: one for one in outcomes.known(portfolio, TODAY)}
    assert [found[each.pk].launched for each in (live, over, going)] == [True, False, None]
    assert found[live.pk].launched_on == LONG_AGO + 200 * DAY
    assert [found[each.pk].launched_within_year for each in (live, over, going)] == [True, False, False]


def test_a_year_that_is_not_over_tells_nothing(portfolio):
    project = a_past_project(portfolio)
    was_forecast(project, TODAY - 364 * DAY)
    was_forecast(project, TODAY - 365 * DAY)
    assert [one.launched_within_year for one in outcomes.known(portfolio, TODAY)] == [False, None]


def test_a_launch_after_a_year_is_none_within_it(portfolio):
    project = a_past_project(portfolio)
    was_forecast(project, LONG_AGO)
    was_launched(project, at(LONG_AGO + 366 * DAY))
    (one,) = outcomes.known(portfolio, TODAY)
    assert (one.launched, one.launched_within_year) == (True, False)


def test_what_is_said_in_production_is_no_forecast(portfolio):
    project = a_past_project(portfolio)
    was_forecast(project, LONG_AGO, stage="production", p=1.0)
    assert outcomes.known(portfolio, TODAY) == []


def test_a_restart_is_judged_by_itself(portfolio):
    """What was said before the stop ended with the stop; the second attempt is still open."""
    project = a_project(portfolio)
    manager = a_member(portfolio, "manager")
    Spell.objects.filter(project=project).update(entered_at=at(LONG_AGO))
    was_forecast(project, LONG_AGO + DAY)
    was_stopped(project, at(LONG_AGO + 90 * DAY))
    moves.make(project.pk, kind="restart", note="A new sponsor.", actor=acting(manager))
    today = outcomes.known(portfolio, date(2099, 1, 1))[0]
    assert today.launched is False
    was_forecast(project, date(2098, 1, 1))
    assert [one.launched for one in outcomes.known(portfolio, date(2099, 1, 1))] == [False, None]


def test_a_day_that_only_its_month_is_known_of_is_no_day(portfolio):
    project = a_past_project(portfolio)
    was_forecast(project, LONG_AGO)
    was_launched(project, at(LONG_AGO + 200 * DAY))
    Spell.objects.filter(project=project, stage="production").update(precision="month")
    (one,) = outcomes.known(portfolio, TODAY)
    assert (one.launched, one.launched_on) == (True, None)
    assert calibrations.of(portfolio, NOW).days is None


def test_the_risk_is_that_of_the_day_of_the_forecast(portfolio):
    project = a_past_project(portfolio)
    workflow = portfolio.workflow_id
    for since, until, risk in ((LONG_AGO - 9 * DAY, LONG_AGO, 70.0), (LONG_AGO + DAY, None, 20.0)):
        ProjectDay.objects.create(
            project=project,
            portfolio=portfolio,
            since=since,
            until=until,
            name="One",
            workflow_id=workflow,
            stage="poc",
            standard_stage="poc",
            stage_since=at(LONG_AGO),
            stage_shift=timedelta(),
            status="active",
            outcome="open",
            health="unknown",
            kind="new",
            risk=risk,
        )
    was_forecast(project, LONG_AGO - 10 * DAY)
    was_forecast(project, LONG_AGO)
    was_forecast(project, LONG_AGO + 30 * DAY)
    assert [one.risk for one in outcomes.known(portfolio, TODAY)] == [None, 70.0, 20.0]


def test_figures_count_what_they_rest_on(portfolio):
    for number in range(4):
        project = a_past_project(portfolio, f"Number {number}")
        was_forecast(project, LONG_AGO, p=0.8)
        was_forecast(project, LONG_AGO + 28 * DAY, p=0.6, occasion="gate")
        if number < 3:
            was_launched(project, at(LONG_AGO + (120 + 40 * number) * DAY))
    found = calibrations.of(portfolio, NOW)
    assert (found.forecasts, found.open_forecasts, found.ended, found.is_enough) == (8, 2, 3, False)
    assert (found.whole.n, found.whole.projects) == (6, 3)
    assert found.whole.brier == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert found.by_occasion["gate"].brier == pytest.approx(0.4**2)
    assert found.within_year.n == 8
    assert [one.share for one in found.days.coverages] == pytest.approx([1 / 6, 1 / 2, 1])
    assert (found.portfolio.did, found.portfolio.n) == (3, 3)
    assert found.refit is None


def test_generated_history_can_be_left_out(portfolio):
    for name in ("Real", "Invented"):
        project = a_past_project(portfolio, name)
        is_generated = name == "Invented"
        was_forecast(project, LONG_AGO, is_generated=is_generated)
        was_launched(project, at(LONG_AGO + 100 * DAY))
        Project.objects.filter(pk=project.pk).update(is_generated=is_generated, risk=33.0)
    both = calibrations.of(portfolio, NOW)
    assert (both.whole.n, both.generated, both.portfolio.n) == (2, 1, 2)
    real = calibrations.of(portfolio, NOW, with_generated=False)
    assert (real.whole.n, real.generated, real.portfolio.n) == (1, 0, 1)
    assert [one.risk for one in outcomes.known(portfolio, TODAY)] == [None, 33.0], "kept all its life"


def test_units_are_drawn_towards_the_portfolio(portfolio):
    from projects.actions import units

    claims = units.find_or_create(portfolio.pk, name="Claims", team="Motor", actor=SYSTEM)
    for number in range(3):
        project = a_past_project(portfolio, f"Number {number}", unit=claims if number else None)
        was_stopped(project, at(LONG_AGO)) if number == 2 else was_launched(project, at(LONG_AGO))
    found = calibrations.of(portfolio, NOW)
    assert found.portfolio.mean == pytest.approx((10 * 0.28 + 2) / 13)
    assert list(found.by_unit) == ["Claims", ""]
    assert (found.by_unit["Claims"].did, found.by_unit["Claims"].n) == (1, 2)
    assert found.by_unit["Claims"].mean == pytest.approx((10 * found.portfolio.mean + 1) / 12)


def test_another_portfolios_forecasts_count_nowhere(portfolio):
    other = a_past_project(a_portfolio())
    was_forecast(other, LONG_AGO)
    was_launched(other, at(LONG_AGO + DAY))
    assert outcomes.known(portfolio, TODAY) == []


def test_the_same_queries_for_any_number(portfolio, django_assert_num_queries):
    for number in range(1, 13):
        project = a_past_project(portfolio, f"Number {number}")
        was_forecast(project, LONG_AGO)
        was_launched(project, at(LONG_AGO + DAY))
        if number in (1, 12):
            calibrations.of(portfolio, NOW)
            with django_assert_num_queries(3):
                calibrations.of(portfolio, NOW)
