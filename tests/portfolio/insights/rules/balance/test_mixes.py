"""How work is spread over the quadrants, and how much of it is risky."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.balance import mixes
from portfolio.insights.rules.entries import QUADRANTS, measure
from tests.portfolio.insights.rules.portfolios import TARGET, entries, entry, sample
from tests.projects.rules.score_cases import vectors

pytestmark = pytest.mark.once


def test_published_balance():
    case = vectors("balance")
    shares = mixes.shares(entries(**case["counts"]), "count")
    assert mixes.index(shares, case["target"]) == pytest.approx(case["index"], abs=1e-6)
    assert 1 - mixes.index(shares, case["target"]) / 100 == pytest.approx(case["distance"], abs=1e-6)


def test_the_sample_by_count_by_cost_and_by_people():
    scope, planned = sample().in_scope, mixes.target(TARGET)
    assert len(scope) == 19
    by_count, by_cost = mixes.shares(scope, "count"), mixes.shares(scope, "cost")
    assert [round(by_count[code] * 19, 9) for code in QUADRANTS] == [7, 5, 4, 3]
    assert [round(by_cost[code], 4) for code in QUADRANTS] == [0.2605, 0.4830, 0.0762, 0.1804]
    assert round(mixes.index(by_count, planned), 1) == 81.1
    assert round(mixes.index(by_cost, planned), 1) == 63.7
    assert mixes.load(scope, "effort", 50) == pytest.approx(0.5421, abs=5e-5)
    assert mixes.load(scope, "cost", 50) == pytest.approx(0.6633, abs=5e-5)


def test_a_project_without_cost_counts_among_projects_and_is_left_out_of_the_cost():
    found = [entry("quick_win", cost=300.0), entry("fill_in", cost=None), entry("big_bet", cost=100.0)]
    assert mixes.shares(found, "count")["fill_in"] == pytest.approx(1 / 3)
    assert mixes.shares(found, "cost") == {
        "quick_win": 0.75,
        "big_bet": 0.25,
        "fill_in": 0,
        "reconsider": 0,
    }
    assert [each.quadrant for each in mixes.left_out(found, "cost")] == ["fill_in"]
    assert mixes.load(found, "cost", 50) == 0.25


@pytest.mark.parametrize("found", [[], [entry(cost=None)], [entry(cost=0.0)]])
def test_a_whole_of_nothing_has_no_shares_no_load_and_no_index(found):
    assert mixes.shares(found, "cost") is None
    assert mixes.load(found, "cost", 50) is None
    assert mixes.index(None, mixes.target(TARGET)) is None
    assert mixes.gaps(mixes.shares(found, "cost"), mixes.target(TARGET)) is None


def test_nobody_knows_an_amount_that_nobody_has_said():
    assert mixes.amounts([entry(cost=None)], "cost") is None
    assert mixes.amounts([entry(cost=0.0)], "cost") == dict.fromkeys(QUADRANTS, 0)


def test_without_a_target_there_is_no_gap():
    assert mixes.target({}) is None
    assert mixes.gaps(mixes.shares(entries(fill_in=2), "count"), None) is None


@pytest.mark.parametrize(
    ("risk", "is_high"), [(49.9999999, True), (49.999, False), (50.0, True), (None, False)]
)
def test_high_is_at_the_line_or_above_as_scores_are_stored(risk, is_high):
    assert mixes.is_high(entry(risk=risk), 50) is is_high


def test_effort_is_measured_by_what_all_projects_know():
    people, money = entry(effort=1.0, cost=5.0), entry(effort=None, cost=5.0)
    assert measure([people]) == "effort"
    assert measure([people, money]) == "cost"
    assert measure([people, money, entry(cost=None)]) == "count"
    assert measure([people, money], "count") == "count"
    assert measure([people], "nonsense") == "effort"


@given(st.lists(st.tuples(st.sampled_from(QUADRANTS), st.floats(0, 1e9)), max_size=30))
def test_shares_add_up_and_the_index_stays_within_its_scale(found):
    shares = mixes.shares([entry(code, cost=cost) for code, cost in found], "cost")
    if shares is None:
        assert sum(cost for _, cost in found) == 0
        return
    assert sum(shares.values()) == pytest.approx(1)
    assert -1e-9 <= mixes.index(shares, mixes.target(TARGET)) <= 100 + 1e-9
    assert sum(mixes.gaps(shares, mixes.target(TARGET)).values()) == pytest.approx(0, abs=1e-9)
