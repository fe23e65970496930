"""Shares of a few, drawn towards what is usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.forecast.shrinkage import shrink
from tests.projects.rules.score_cases import near

pytestmark = pytest.mark.once
CASES = [
    (0.42, 0, 0, 0.42, (0.184388, 0.674668)),
    (0.42, 3, 4, 0.514286, (0.300226, 0.725942)),
    (0.42, 18, 40, 0.444, (0.330716, 0.559858)),
    (0.75, 2, 8, 0.527778, (0.33711, 0.714837)),
]


@pytest.mark.parametrize(("usual", "did", "n", "mean", "interval"), CASES)
def test_the_worked_examples(usual, did, n, mean, interval):
    found = shrink(did, n, usual)
    assert found.mean == near(mean)
    assert (found.low, found.high) == near(interval)


@pytest.mark.parametrize("usual", [0.0, 1.0])
def test_what_was_never_seen_is_not_ruled_out(usual):
    found = shrink(0, 0, usual)
    assert 0 <= found.low <= found.high <= 1
    assert 0 < found.mean < 1


@pytest.mark.parametrize(("did", "n"), [(3, 2), (-1, 2)])
def test_more_than_all_is_no_share(did, n):
    with pytest.raises(ValueError, match="no share"):
        shrink(did, n, 0.5)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0, 1))
def test_it_lies_between_the_usual_and_the_seen(did, rest, usual):
    n = did + rest
    found = shrink(did, n, usual)
    seen = did / n if n else usual
    assert min(seen, usual) - 0.002 <= found.mean <= max(seen, usual) + 0.002
    assert 0 <= found.low <= found.high <= 1
