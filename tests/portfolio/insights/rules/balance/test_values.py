"""What projects are worth."""

import pytest

from portfolio.insights.rules.balance import values
from portfolio.insights.rules.balance.values import Commercial
from tests.portfolio.insights.rules.portfolios import entry, sample
from tests.projects.rules.score_cases import vectors

pytestmark = pytest.mark.once


def made_of(case):
    return Commercial(case["PV"], case["pcs"], case["C"], case["pts"], case["D"])


def test_published_commercial_values():
    for case in vectors("ecv"):
        value = values.commercial(made_of(case))
        assert value == pytest.approx(case["ecv"], abs=1e-6)
        assert values.per_resource(value, case["D"]) == pytest.approx(case["pi"], abs=1e-6)


def test_projects_are_ranked_by_value_for_what_is_scarce():
    named = [(entry(key=key), made_of(case)) for key, case in zip("ABC", vectors("ecv"), strict=True)]
    assert [row["key"] for row in values.ranked(named)] == ["B", "A", "C"]
    assert [row["rank"] for row in values.ranked(named)] == [1, 2, 3]


def test_what_costs_nothing_more_comes_first_if_it_pays_and_last_if_not():
    free, loss = Commercial(10, 1, 0, 1, 0), Commercial(10, 1, 20, 1, 0)
    paid = Commercial(100, 1, 0, 1, 50)
    named = [(entry(key="loss"), loss), (entry(key="paid"), paid), (entry(key="free"), free)]
    assert [row["key"] for row in values.ranked(named)] == ["free", "paid", "loss"]
    assert values.ranked(named)[0]["index"] is None


def test_expected_and_risk_adjusted_value():
    found = values.of([entry(p=0.5, value=100.0, cost=30.0), entry(p=0.1, value=200.0, cost=None)])
    assert found["ev"] == 70
    assert (found["rav"], found["rav_without"]) == (120, 1)
    assert (found["total"], found["without"], found["years"]) == (300, 0, 3)


def test_a_value_that_nobody_knows_is_not_zero():
    assert values.of([entry(p=0.5), entry(value=3.0)]) == {
        "ev": None,
        "rav": None,
        "years": 3,
        "total": 3.0,
        "without": 2,
        "rav_without": 2,
    }


def test_the_sample_is_worth_more_than_it_costs():
    found = values.of(sample().in_scope)
    assert found["rav"] == pytest.approx(found["ev"] * 3 - 4_990_000)
