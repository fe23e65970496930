"""Offline up and online flat: found beyond noise, whatever the unit, the direction or the order of rows."""

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import lifts, trends
from projects.rules.lifts import Lift, Seen
from projects.rules.trends import Day, Point

pytestmark = pytest.mark.once
START = date(2026, 1, 5)
values = st.lists(st.floats(0.1, 10), min_size=4, max_size=12)


def course(values, width=None):
    return [
        Day(f"v{place:02}", START + timedelta(days=7 * place), value, width, 1)
        for place, value in enumerate(values)
    ]


def points(values, deviation=None):
    return [Point(START + timedelta(days=place), value, deviation) for place, value in enumerate(values)]


def is_split(offline, online, width=None, *, higher_is_better=True):
    return trends.is_split(
        trends.of_course(course(offline, width)),
        trends.of_course(course(online, width)),
        higher_is_better=higher_is_better,
    )


def test_a_line_by_hand():
    """y = 1, 2, 2, 3 at 0..3: slope 0.6, scatter (0.2) / 2, error √(0.1 / 5), start 1.1, t(2) 4.303."""
    found = trends.of_points(points([1, 2, 2, 3]), "week")
    assert found.rise == pytest.approx(1.8 / 1.1)
    assert found.high - found.rise == pytest.approx(4.303 * math.sqrt(0.1 / 5) * 3 / 1.1)
    assert (found.points, found.by, found.until_on) == (4, "week", START + timedelta(days=3))


def test_intervals_count_where_every_point_has_one_and_grow_with_the_scatter():
    """Of deviations of 1 the error is √(1/5); of 0.1, the scatter of 10 per point makes it √(10 / 500)."""
    wide, narrow = (trends.of_points(points([1, 2, 2, 3], width), "week") for width in (1, 0.1))
    assert wide.high - wide.rise == pytest.approx(4.303 * math.sqrt(1 / 5) * 3 / 1.1)
    assert narrow.high - narrow.rise == pytest.approx(4.303 * math.sqrt(10 / 500) * 3 / 1.1)


def test_three_points_tell_nothing_and_weeks_stand_in_for_few_versions():
    assert trends.of_course(course([1, 2, 3])) is None
    daily = [Day("7", START + timedelta(days=day), day // 7 + 1, None, 2) for day in range(28)]
    found = trends.of_course(daily)
    assert (found.by, found.points) == ("week", 4)
    assert found.rise == pytest.approx(3)


def test_gains_that_do_not_arrive_are_found_and_those_that_do_are_not():
    rising, flat = [0.70, 0.72, 0.74, 0.76, 0.78, 0.80], [0.61, 0.60, 0.61, 0.60, 0.61, 0.60]
    assert is_split(rising, flat)
    assert is_split(rising, flat, 0.01)
    assert not is_split(rising, [value - 0.05 for value in rising])
    assert not is_split(flat, rising)
    # So uncertain that online may have gained as much: nobody knows, and no flag says so.
    assert not is_split(rising, flat, 0.5)
    assert not is_split(rising, [0.61, 0.3, 0.9, 0.2, 0.95, 0.6])
    # Less is better: errors fall offline and stay online.
    assert is_split(flat[:4] and [8, 7, 6, 5, 4, 3], [9, 9.1, 9, 9.1, 9, 9.1], higher_is_better=False)


@given(values)
def test_what_is_the_same_on_both_sides_is_never_split(series):
    assert not is_split(series, series)


@given(values, values, st.floats(0.01, 100), st.floats(0.01, 100))
def test_units_do_not_matter(offline, online, times, other):
    """Rounding may turn what stands on the limit itself; that is left out."""
    sides = [trends.of_course(course(each)) for each in (offline, online)]
    if (
        any(side is None or min(abs(side.low), abs(side.high), abs(side.rise)) < 1e-6 for side in sides)
        or abs(sides[1].high - sides[0].rise) < 1e-6
    ):
        return
    scaled = is_split([value * times for value in offline], [value * other for value in online])
    assert scaled == is_split(offline, online)


@given(values, values, st.randoms())
def test_the_order_of_rows_does_not_matter(offline, online, dice):
    rows = course(offline)
    shuffled = list(rows)
    dice.shuffle(shuffled)
    assert trends.of_course(rows) == trends.of_course(shuffled)


@given(st.floats(0.1, 10), st.integers(4, 12), st.floats(0.01, 1))
def test_a_straight_gain_beside_a_still_metric_is_always_found(level, number, step):
    rising = [level * (1 + step * place) for place in range(number)]
    assert is_split(rising, [level] * number)


def test_noise_alone_is_hardly_ever_taken_for_a_split():
    dice = random.Random(7)
    series = [[dice.gauss(0.8, 0.02) for _ in range(8)] for _ in range(2000)]
    found = sum(is_split(*pair) for pair in zip(series[::2], series[1::2], strict=True))
    assert found / 1000 < 0.05


def test_a_trend_is_kept_and_read_again():
    found = trends.of_course(course([1, 2, 2, 3]))
    again = trends.read(trends.stored(found))
    assert again.rise == pytest.approx(found.rise, abs=1e-6) and again[3:] == found[3:]
    assert trends.read(None) is None and trends.stored(None) is None


@pytest.mark.parametrize(("days", "every"), [([0, 1, 2, 3], 1), ([0, 7, 14, 21, 22], 7), ([0, 1, 2], None)])
def test_a_rhythm_is_the_median_distance_of_days(days, every):
    seen = [Day("", START + timedelta(days=day), 1, None, 1) for day in days]
    assert trends.rhythm(seen * 2) == every


def test_a_lift_is_relative_and_has_an_interval_where_both_values_have():
    assert lifts.lift(Seen(0.55), Seen(0.5), higher_is_better=True) == Lift(pytest.approx(0.1))
    assert lifts.lift(Seen(9.0), Seen(10.0), higher_is_better=False) == Lift(pytest.approx(0.1))
    found = lifts.lift(Seen(0.55, 0.0392), Seen(0.5, 0.0392), higher_is_better=True)
    half = 1.96 * math.sqrt(0.01**2 + (0.01 * 1.1) ** 2) / 0.5
    assert (found.low, found.high) == (pytest.approx(0.1 - half), pytest.approx(0.1 + half))
    assert lifts.lift(Seen(1.0), Seen(0.0), higher_is_better=True) is None
    assert lifts.lift(None, Seen(1.0), higher_is_better=True) is None


def test_the_ratio_has_fiellers_interval_and_is_not_known_where_offline_gained_nothing():
    found = lifts.ratio(Lift(0.1, 0.08, 0.12), Lift(0.05, 0.03, 0.07))
    share = (0.02 / 0.1) ** 2
    spread = math.sqrt(0.02**2 * (1 - share) + (0.5 * 0.02) ** 2) / 0.1
    assert found == Lift(
        pytest.approx(0.5),
        pytest.approx((0.5 - spread) / (1 - share)),
        pytest.approx((0.5 + spread) / (1 - share)),
    )
    assert lifts.ratio(Lift(0.1, -0.01, 0.21), Lift(0.05, 0.03, 0.07)) is None
    assert lifts.ratio(Lift(0.1), Lift(0.05)) == Lift(pytest.approx(0.5))
    assert lifts.ratio(None, Lift(0.05)) is None


def test_each_version_is_compared_with_the_one_before_and_the_first_with_the_baseline():
    versions = [
        ("1", {"offline": Seen(0.5), "online": Seen(0.4)}),
        ("2", {"offline": Seen(0.6)}),
        ("3", {"offline": Seen(0.66), "online": Seen(0.42)}),
    ]
    first, second, third = lifts.effects(versions, higher_is_better=True, baseline=0.4)
    assert (first.offline_lift.value, first.online_lift.value) == (pytest.approx(0.25), pytest.approx(0))
    assert second.online_lift is None and second.ratio is None
    assert third.online_lift.value == pytest.approx(0.05) and third.ratio.value == pytest.approx(0.5)
