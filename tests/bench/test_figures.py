"""What the benchmark makes of the times that it measured."""

import pytest

from bench import figures
from bench.client import Sample

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("seconds", "share", "found"),
    [
        ([3.0], 0.5, 3.0),
        ([1.0, 2.0], 0.5, 1.0),
        ([5.0, 1.0, 4.0, 2.0, 3.0], 0.5, 3.0),
        ([float(n) for n in range(1, 101)], 0.95, 95.0),
        ([float(n) for n in range(1, 101)], 0.99, 99.0),
        ([float(n) for n in range(1, 11)], 0.99, 10.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(seconds, share, found):
    assert figures.percentile(seconds, share) == found


def test_nothing_measured_has_no_percentile():
    with pytest.raises(ValueError, match="Nothing was measured"):
        figures.percentile([], 0.5)


def test_rounds_are_taken_together_and_their_pauses_do_not_count():
    timing = figures.timing([Sample([0.010, 0.020], 2.0), Sample([0.030, 0.040], 2.0)])
    assert (timing.p50, timing.p95, timing.answers) == (20.0, 40.0, 4)
    assert timing.rate == 1.0


def test_a_ratio_above_one_says_that_the_product_is_slower():
    floor = figures.timing([Sample([0.002] * 100, 0.2)])
    product = figures.timing([Sample([0.006] * 100, 0.6)])
    row = figures.Compared("a row", 1, product, floor, statements=5)
    assert row.ratio == pytest.approx(3.0)
    assert row.rate_ratio == pytest.approx(3.0)
