"""Walks to production, against what can be worked out exactly and against a slow walk."""

import random
import statistics

import numpy as np
import pytest

from portfolio.insights.rules.forecast import futures, tilts
from portfolio.insights.rules.forecast.futures import LONGEST
from tests.portfolio.insights.rules import ways
from tests.portfolio.insights.rules.forecast.test_tilts import a_way
from tests.projects.rules.score_cases import vectors

pytestmark = pytest.mark.once

# Of a probability: three standard errors of 10,000 runs (domain, tolerance of the forecast).
TOLERANCE = 0.015
EVER = (LONGEST,)


def outlook(walker, days=EVER, *, seed=1, runs=futures.RUNS):
    return futures.run([walker], days, seed=seed, runs=runs).outlooks[walker.key]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_stages_convolved(seed):
    """P(launch) 0.8² = 0.64; by day 40: 10+15, 10+30, 20+15 of 0.3·0.5 + 0.3·0.3 + 0.4·0.5 = 0.44."""
    found = outlook(ways.walker(committed=40), (25, 35, 40, 50, 55, 70), seed=seed)
    assert found.chances == pytest.approx([0.15, 0.35, 0.44, 0.56, 0.61, 0.64], abs=TOLERANCE)
    assert found.p_on_time == found.chances[2]
    assert (found.p05, found.p50, found.p80) == (25, 35, 50)


def test_published_forecast():
    case = vectors("convolution_forecast")
    chances = case["cdf_unconditional"]
    found = outlook(ways.walker(), [int(days) for days in chances])
    assert found.chances == pytest.approx(list(chances.values()), abs=TOLERANCE)
    given = [chance / found.chances[-1] for chance in found.chances]
    assert given == pytest.approx(list(case["cdf_given_production"].values()), abs=TOLERANCE)
    # By day 55 it is 95.3%, so close that 10,000 runs cannot tell it from 95%.
    sure = outlook(ways.walker(), runs=100_000)
    assert (sure.p50, sure.p80, sure.p95) == (case["P50"], case["P80"], case["P95"])


@pytest.mark.parametrize("p", [0.05, 0.35, 0.64, 0.9])
@pytest.mark.parametrize(("place", "elapsed"), [(0, futures.laws.FRESH), (1, 30), (2, 100)])
def test_as_many_launch_as_the_score_says(p, place, elapsed):
    found = outlook(ways.walker(way=ways.with_returns(), place=place, elapsed=elapsed, p=p))
    assert found.launched == pytest.approx(p, abs=TOLERANCE)


@pytest.mark.parametrize(("place", "elapsed"), [(0, futures.laws.FRESH), (1, 45), (2, 20)])
def test_the_same_as_a_walk_word_by_word(place, elapsed):
    """Returns, thin data, tails and days already spent, at once."""
    walker = ways.walker(way=ways.with_returns(), place=place, elapsed=elapsed, p=0.4)
    way = a_way(walker.way, place, elapsed)
    factor = way.factors(np.array([walker.p]))[0]
    runs = 10_000
    slow = ways.slow_walk(walker, factor, runs, random.Random(4))
    days = (40, 80, 120, 160, 240, 400)
    by_day = [sum(took is not None and took <= day for took in slow) / runs for day in days]
    # Both sides are random: three standard errors of the difference.
    assert outlook(walker, days).chances == pytest.approx(by_day, abs=0.02)


def test_days_already_spent_are_taken_into_account():
    """After 10 days in the first stage 10 or 30 are left of it, not 10, 20 or 40: 0.5 + 0.3 by day 40."""
    fresh, old = (outlook(ways.walker(elapsed=elapsed), (40,)) for elapsed in (futures.laws.FRESH, 10))
    assert fresh.chances[0] / fresh.launched == pytest.approx(0.6875, abs=TOLERANCE)
    assert old.chances[0] / old.launched == pytest.approx(0.8, abs=TOLERANCE)


def test_a_hold_moves_every_day_by_its_length():
    free, held = (outlook(ways.walker(delay=delay)) for delay in (0, 30))
    assert (held.p50, held.p80, held.p95) == (free.p50 + 30, free.p80 + 30, free.p95 + 30)


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    walkers = [ways.walker(f"PRJ-{n}", way=ways.with_returns(), shares=("owner:1",)) for n in range(4)]
    one, again, other = (futures.run(walkers, (100, 500), seed=seed, runs=500) for seed in (7, 7, 8))
    assert one.outlooks == again.outlooks
    assert np.array_equal(one.live, again.live)
    assert not np.array_equal(one.live, other.live)


def test_neither_order_nor_company_changes_a_project():
    found = (ways.with_returns(), ways.two_stages())
    walkers = [
        ways.walker(f"PRJ-{n}", way=found[n % 2], place=n % 2, elapsed=n, p=0.1 + n / 30, shares=("owner:1",))
        for n in range(20)
    ]
    forth, back = (futures.run(each, (100, 500), seed=7, runs=500) for each in (walkers, walkers[::-1]))
    assert forth.outlooks == back.outlooks
    assert np.array_equal(forth.live, back.live)
    alone = futures.run([walkers[11]], (100, 500), seed=7, runs=500)
    assert alone.outlooks["PRJ-11"] == forth.outlooks["PRJ-11"]


def test_the_live_ones_add_up():
    walkers = [ways.walker(f"PRJ-{n}", p=0.3 + n / 10) for n in range(5)]
    found = futures.run(walkers, (25, 50, 100), seed=3, runs=2_000)
    assert found.live.shape == (2_000, 3)
    assert (np.diff(found.live, axis=1) >= 0).all()
    assert found.live.max() <= 5
    sums = [sum(outlook.chances[day] for outlook in found.outlooks.values()) for day in range(3)]
    assert found.live.mean(axis=0) == pytest.approx(sums)


def test_what_is_shared_widens_how_many_are_live_by_a_day():
    """By the day on which half of them are live: alone 40 are as spread as coins, together more."""
    way = (ways.law("pilot", thin=1_000_000),)
    alone, together = (
        futures.run(
            [ways.walker(f"PRJ-{n}", way=way, p=0.95, shares=shares) for n in range(40)], (45,), seed=5
        ).live[:, 0]
        for shares in ((), ("blocker:1",))
    )
    assert statistics.pvariance(alone.tolist()) == pytest.approx(40 * 0.5**2, rel=0.1)
    assert together.mean() == pytest.approx(alone.mean(), rel=0.03)
    assert together.std() > 1.4 * alone.std()


def test_what_is_shared_does_not_change_whether_a_project_launches():
    alone, shared = (outlook(ways.walker(shares=each)) for each in ((), ("owner:1", "blocker:2")))
    assert alone.launched == shared.launched


def test_days_beyond_telling_are_none():
    """Nine in ten were still there when history ended, so most launches lie in a tail nobody followed."""
    way = (ways.law("pilot", [(10, "advance", 1), (400, "", 9)], thin=0),)
    found = outlook(ways.walker(way=way, p=0.9))
    assert found.p95 is None
    assert found.launched == pytest.approx(0.9, abs=TOLERANCE)
    assert found.chances[0] < 0.8


def test_who_is_hardly_ever_live_has_no_days():
    assert outlook(ways.walker(p=1e-9), runs=100)[4:7] == (None, None, None)


def test_after_five_returns_it_goes_on():
    """Nine in ten are sent back each time; whoever is not stopped gets there in the end."""
    way = (
        ways.law("poc", [(1, "advance", 1)], thin=0),
        ways.law("mvp", [(1, "back", 9), (1, "advance", 1)], returns=["poc"], thin=0),
    )
    found = outlook(ways.walker(way=way, p=0.98), (2, 4, 12))
    assert found.chances == pytest.approx([0.098, 0.98 * (1 - 0.9**2), 0.98], abs=TOLERANCE)


def test_a_stage_that_a_way_lacks_is_the_last_one_before():
    way = (ways.law("framing"), ways.law("poc"), ways.law("pilot"))
    assert futures.places(way).tolist() == [0, 0, 0, 1, 1, 1, 2, 2]


def test_no_projects_no_launches():
    assert futures.run([], (10, 20), seed=1, runs=10).live.tolist() == [[0, 0]] * 10


def test_hardly_any_stop_is_tilted_to_certainty():
    assert tilts.LEAST < a_way(ways.two_stages()).factors(np.array([1 - 1e-6]))[0] < 1e-4
