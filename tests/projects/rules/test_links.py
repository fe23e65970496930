"""No project may need itself by way of others."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from projects.rules import links, rates

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14)


def test_the_way_of_a_circle_is_told():
    needs = [(2, 3), (3, 4), (4, 1), (9, 2)]
    assert links.circle(needs, 1, 2) == [2, 3, 4, 1]
    assert links.circle(needs, 1, 9) == [9, 2, 3, 4, 1]
    assert links.circle(needs, 9, 1) == []
    assert links.circle([], 1, 2) == []


@given(PAIRS, st.integers(0, 6), st.integers(0, 6))
def test_a_way_is_told_exactly_where_there_is_one(needs, project, other):
    reached, before = {other}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {two for one, two in needs if one in reached}
    way = links.circle(needs, project, other)
    assert bool(way) == (project in reached)
    if way:
        assert (way[0], way[-1]) == (other, project)
        assert all(step in needs for step in pairwise(way))


def test_a_rate_is_of_another_currency_and_of_a_size_that_can_be_meant():
    assert rates.obstacles("EUR", "USD", rates.LEAST) == [] == rates.obstacles("EUR", "JPY", rates.MOST)
    wrong = {
        ("EUR", 1): "own_currency",
        ("usd", 1): "not_a_currency",
        ("USD", 0): "not_a_rate",
        ("USD", -1): "not_a_rate",
    }
    for (currency, rate), code in wrong.items():
        assert [each.code for each in rates.obstacles("EUR", currency, rate)] == [code]
