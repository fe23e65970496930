"""Durations with open ones among them."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from projects.rules import survivals
from projects.rules.survivals import Stay
from tests.projects.rules.score_cases import UNTIMED, near, vectors

pytestmark = pytest.mark.once

DAYS = (12, 20, 20, 33, 45, 45, 60, 75, 90, 120)
OVER = (1, 1, 1, 1, 1, 0, 1, 0, 1, 1)
STAYS = [Stay(days, "over" if over else "") for days, over in zip(DAYS, OVER, strict=True)]
some_stays = st.lists(st.builds(Stay, st.integers(0, 30), st.sampled_from(["", "over"])), max_size=30)


def test_open_ones_count_while_they_last():
    found = survivals.curve(STAYS)
    assert [step.days for step in found] == [12, 20, 33, 45, 60, 90, 120]
    assert [step.at_risk for step in found] == [10, 9, 7, 6, 4, 2, 1]
    assert [step.share for step in found] == near([0.9, 0.7, 0.6, 0.5, 0.375, 0.1875, 0])


def test_what_lasts_longer_than_a_day_between_two_ends():
    found = survivals.curve(STAYS)
    assert [survivals.share_after(found, days) for days in (0, 12, 19, 74, 400)] == near(
        [1, 0.9, 0.9, 0.375, 0]
    )


def test_greenwoods_error_is_not_defined_where_nothing_lasts():
    variances = [step.variance for step in survivals.curve(STAYS)]
    assert variances[-1] is None
    assert sqrt(variances[3]) == near(0.158114)


def test_quantiles():
    assert survivals.median(STAYS) == 45
    assert [survivals.quantile(STAYS, share) for share in (0.25, 0.75, 0.85)] == [20, 90, 120]


def test_too_many_open_ones_leave_the_median_unknown():
    assert survivals.median([Stay(5, "over"), Stay(9), Stay(9)]) is None
    assert survivals.median([]) is None
    assert survivals.median([Stay(0, "over")]) == 0


def test_the_interval_of_a_share():
    """By hand at day 45: S 0.5, se 0.158114; log-log: 0.5 ** exp(±1.959964·0.158114/(0.5·ln 2))."""
    assert survivals.curve(STAYS)[3].interval() == near((0.183606, 0.753174))
    assert survivals.curve(STAYS)[-1].interval() is None


def test_another_program_finds_the_same():
    open_days = [stay.days for stay in STAYS if not stay.is_over]
    over_days = [stay.days for stay in STAYS if stay.is_over]
    other = stats.ecdf(stats.CensoredData(uncensored=over_days, right=open_days)).sf
    with pytest.warns(RuntimeWarning, match="undefined at some"):  # at the last day, where nothing lasts
        bounds = other.confidence_interval(method="log-log")
    for step in survivals.curve(STAYS)[:-1]:
        assert step.share == near(float(other.evaluate(step.days)))
        low, high = bounds.low.evaluate(step.days), bounds.high.evaluate(step.days)
        assert step.interval() == near((float(low), float(high)))


@given(some_stays)
@UNTIMED
def test_an_interval_holds_its_share_and_stays_a_share(stays):
    for step in survivals.curve(stays):
        if step.variance is not None:
            low, high = step.interval()
            assert 0 <= low <= step.share <= high <= 1


@given(some_stays)
@UNTIMED
def test_without_open_ones_it_is_the_plain_share(stays):
    over = [stay for stay in stays if stay.is_over]
    for step in survivals.curve(over):
        lasting = sum(stay.days > step.days for stay in over)
        assert step.share == pytest.approx(lasting / len(over), abs=1e-12)


def test_published_survival():
    case = vectors("kaplan_meier_aalen_johansen")
    stays = [
        Stay(days, str(cause or ""))
        for days, cause in zip(case["durations"], case["event(1=advance,2=stop,0=censored)"], strict=True)
    ]
    rows = case["rows(t,at_risk,advance,stop,S,F_advance,F_stop)"]
    found = survivals.curve(stays)
    assert [(step.days, step.at_risk, step.share) for step in found] == [
        (row[0], row[1], near(row[4])) for row in rows
    ]
    errors = {str(step.days): sqrt(step.variance) for step in found if step.variance is not None}
    assert errors == {days: near(error) for days, error in case["greenwood_se"].items()}
    assert survivals.median(stays) == case["median"]
    assert survivals.quantile(stays, 0.25) == case["P25"]
    assert survivals.quantile(stays, 0.75) == case["P75"]
    assert survivals.quantile(stays, 0.85) == case["P85"]
