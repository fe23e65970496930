"""Impact: value on a logarithmic scale, strategic fit, reach, and how measurable the claim is."""

from decimal import Decimal

import pytest

from projects.rules import impact
from tests.projects.rules.score_cases import CARD, near, vectors

pytestmark = pytest.mark.once


def worth(value=800000, strategic=2, reach=2, quality=1.0):
    return impact.impact(CARD.impact, value, strategic, reach, quality)


@pytest.mark.parametrize(
    ("given", "score"),
    [
        ((1_200_000, 3, 2, 1), 66.868323),
        ((1_200_000, 3, 2, 0.25), 41.792702),
        ((50_000, 1, 1, 0.75), 21.056394),
        ((25_000_000, 4, 4, 1), 100.0),
        ((0, 4, 4, 1), 45.0),
        ((10_000, 0, 0, 1), 0.0),
        ((1, 0, 0, 1), 0.0),
        ((10_000_000, 0, 0, 0), 27.5),
        ((Decimal("1200000.00"), 3, 2, 1), 66.868323),
    ],
)
def test_impact(given, score):
    assert worth(*given).score == near(score)


def test_what_is_not_known_is_named_and_counts_nothing():
    found = worth(None, None, None)
    assert (found.score, found.missing) == (0.0, ("value", "strategic", "reach"))
    assert worth(0).missing == worth(-5).missing == ("value",)
    assert worth(strategic=0, reach=0).missing == ()


def test_the_points_make_the_gross_impact():
    found = worth(1_200_000, 3, 2, 0.25)
    assert found.gross == near(sum(found.points.values())) == near(66.868323)
    assert found.points == {"value": near(38.118323), "strategic": near(18.75), "reach": near(10.0)}


def test_the_expected_value_leans_on_the_likely_one():
    assert impact.expected_value(100, 200, 900) == 300
    assert impact.expected_value(Decimal(100), Decimal(200), Decimal(900)) == 300
    assert impact.expected_value(None, 200, None) == 200
    assert impact.expected_value(100, 200, None) == 200
    assert impact.expected_value(100, None, 900) is None


def test_each_mark_of_the_metric_is_a_quarter():
    assert [impact.metric_quality([True] * n + [False] * (4 - n)) for n in range(5)] == [
        0,
        0.25,
        0.5,
        0.75,
        1,
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((None, None, None), []),
        ((None, 5, None), []),
        ((1, 5, 5), []),
        ((-1, 5, 9), [("negative_money", "value_low")]),
        ((6, 5, 9), [("value_order", "value_likely")]),
        ((1, 5, 4), [("value_order", "value_high")]),
        ((9, 5, 1), [("value_order", "value_likely"), ("value_order", "value_high")]),
        ((9, None, 1), [("likely_needed", "value_likely"), ("value_order", "value_high")]),
    ],
)
def test_an_estimate_that_makes_no_sense_is_refused_with_its_field(given, found):
    assert [(o.code, o.field) for o in impact.value_obstacles(*given)] == found


def test_published_impacts():
    for case in vectors("impact"):
        found = worth(case["annual_value"], case["strategic"], case["reach"], case["metric_quality"])
        assert found.value_share == near(case["value_component"])
        assert found.gross == near(case["gross"])
        assert found.score == near(case["impact"])
