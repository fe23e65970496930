"""How forecasts are judged: the worked example, other programs' numbers, and what holds of any forecasts."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from portfolio.insights.rules.forecast import calibration
from portfolio.insights.rules.forecast.calibration import Judged, Launch
from tests.projects.rules.score_cases import near

pytestmark = pytest.mark.once
SAID = (0.1, 0.1, 0.3, 0.3, 0.5, 0.5, 0.7, 0.7, 0.9, 0.9)
CAME = (0, 0, 0, 1, 0, 1, 1, 0, 1, 1)
ROWS = [Judged(p, bool(came)) for p, came in zip(SAID, CAME, strict=True)]
forecasts = st.lists(
    st.builds(Judged, st.floats(0, 1), st.booleans(), st.none() | st.integers(0, 5)), min_size=1
)


def test_the_worked_example():
    found = calibration.judge(ROWS)
    assert found.brier == near(0.17)
    assert (found.reliability, found.resolution, found.uncertainty) == near((0.02, 0.1, 0.25))
    assert found.skill == near(0.32)
    assert found.log_loss == near(0.492903)
    assert found.ece == near(0.12)
    assert (found.n, found.projects, found.rate) == (10, 10, 0.5)


def test_nothing_is_not_judged():
    assert calibration.judge([]) is None
    assert calibration.judge_days([]) is None
    assert calibration.wilson(0.5, 0) is None


def test_where_all_ended_alike_there_is_no_skill():
    found = calibration.judge([Judged(0.8, came=True), Judged(0.6, came=True)])
    assert found.skill is None
    assert found.brier == near(0.1)


def test_a_sure_forecast_that_fails_is_punished_within_reason():
    assert calibration.judge([Judged(1.0, came=False)]).log_loss == near(-log(0.001))
    assert calibration.judge([Judged(0.0, came=True)]).log_loss == near(-log(0.001))


@pytest.mark.parametrize(
    ("p", "place"), [(0, 0), (0.199, 0), (0.2, 1), (0.4, 2), (0.6, 3), (0.8, 4), (0.999, 4), (1, 4)]
)
def test_bins_begin_with_their_lower_end(p, place):
    sizes = [one.n for one in calibration.judge([Judged(p, came=True)]).bins]
    assert sizes == [int(each == place) for each in range(5)]


def test_an_interval_counts_projects_not_forecasts():
    """Ten forecasts of one project tell no more about chance than one of them."""
    many = [Judged(0.9, came=True, of="A")] * 10
    found = calibration.judge(many)
    assert (found.n, found.projects, found.is_enough) == (10, 1, False)
    assert found.bins[4].interval == calibration.wilson(1, 1)
    apart = [Judged(0.9, came=True, of=number) for number in range(20)]
    assert calibration.judge(apart).is_enough


@pytest.mark.parametrize(("came", "n"), [(0, 7), (1, 1), (8, 10), (35, 100)])
def test_another_program_finds_the_same_interval(came, n):
    other = stats.binomtest(came, n).proportion_ci(method="wilson")
    assert calibration.wilson(came / n, n) == near((other.low, other.high))


@given(forecasts)
def test_brier_is_the_sum_of_its_parts(rows):
    whole = [row._replace(p=round(row.p, 2)) for row in rows]
    found = calibration.judge(whole)
    assert found.brier == near(found.reliability - found.resolution + found.uncertainty)


@given(forecasts)
def test_every_figure_is_a_share(rows):
    found = calibration.judge(rows)
    assert sum(one.n for one in found.bins) == found.n == len(rows)
    for value in (found.brier, found.reliability, found.ece, found.resolution, found.uncertainty):
        assert -1e-12 <= value <= 1
    for one in found.bins:
        if one.n:
            assert one.low - 1e-9 <= one.said <= one.high + 1e-9
            assert 0 <= one.interval.low <= one.came <= one.interval.high <= 1


def test_days_that_forecasts_gave():
    """Launched 10 days after the P50 of day 40, within P80; another a day late of its P95."""
    found = calibration.judge_days([Launch(50, 40, 50, 60, "A"), Launch(61, 30, 40, 60, "B")])
    assert [one.share for one in found.coverages] == [0, 0.5, 0.5]
    assert [one.pinball for one in found.coverages] == near(
        [(0.5 * 10 + 0.5 * 31) / 2, (0 + 0.8 * 21) / 2, (0.05 * 10 + 0.95 * 1) / 2]
    )
    assert found.pinball == near(sum(one.pinball for one in found.coverages) / 3)
    assert (found.n, found.projects, found.is_enough) == (2, 2, False)
