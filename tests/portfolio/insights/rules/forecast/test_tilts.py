"""One factor for a project, so that forecast and score agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.forecast import futures, tilts
from portfolio.insights.rules.forecast.laws import FRESH
from tests.portfolio.insights.rules import ways
from tests.projects.rules.score_cases import UNTIMED, near

pytestmark = pytest.mark.once


def a_way(found, place=0, elapsed=FRESH):
    return tilts.Way(
        [law.fresh for law in found], [place], [found[place].ends(elapsed)], futures.places(found)
    )


def absorbed(found, factor):
    """The same chance as a chain of moves: one state for each stage and number of returns so far."""
    stages, at = len(found), futures.places(found)
    size = stages * (tilts.MOST_LOOPS + 1)
    moves, live = np.zeros((size, size)), np.zeros(size)
    for loops in range(tilts.MOST_LOOPS + 1):
        for here, law in enumerate(found):
            state, ends = loops * stages + here, law.fresh
            on = 1 - tilts.tilted(ends.stop, factor)
            back = ends.back if loops < tilts.MOST_LOOPS else np.zeros(len(at))
            for standard in np.flatnonzero(back):
                moves[state, (loops + 1) * stages + min(at[standard], here)] += on * back[standard]
            if here + 1 < stages:
                moves[state, state + 1] += on * (1 - back.sum())
            else:
                live[state] = on * (1 - back.sum())
    return np.linalg.solve(np.eye(size) - moves, live)[0]


def test_odds_are_multiplied():
    assert tilts.tilted(np.array([0.2, 0, 0.5]), np.array([3.0, 9.0, 1.0])) == near([3 / 7, 0, 0.5])


def test_without_a_tilt_it_is_the_product_of_the_stages():
    assert a_way(ways.two_stages()).chances(np.array([1.0])) == near([0.64])


@pytest.mark.parametrize("factor", [0.1, 1.0, 4.0])
def test_returns_are_the_chain_that_ends(factor):
    found = ways.with_returns()
    assert a_way(found).chances(np.array([factor])) == near([absorbed(found, factor)])


@given(st.floats(0.01, 0.99), st.integers(0, 2), st.integers(FRESH, 200))
@UNTIMED
def test_the_factor_reproduces_the_chance(p, place, elapsed):
    way = a_way(ways.with_returns(), place, elapsed)
    assert way.chances(way.factors(np.array([p]))) == near([p])


def test_where_nobody_was_ever_stopped_there_is_still_something_to_tilt():
    found = (ways.law("validation"), ways.law("pilot"))
    way = a_way(found)
    assert way.chances(np.array([1.0])) == near([0.98**2])
    assert way.chances(way.factors(np.array([0.3]))) == near([0.3])


def test_each_project_has_a_factor_of_its_own():
    found = ways.with_returns()
    elapsed, places, wanted = [FRESH, 30, 10], [0, 1, 2], np.array([0.2, 0.5, 0.9])
    first = [found[place].ends(days) for place, days in zip(places, elapsed, strict=True)]
    way = tilts.Way([law.fresh for law in found], places, first, futures.places(found))
    together = way.factors(wanted)
    assert way.chances(together) == near(list(wanted))
    alone = [
        a_way(found, place, days).factors(np.array([p]))[0]
        for place, days, p in zip(places, elapsed, wanted, strict=True)
    ]
    assert list(together) == alone
