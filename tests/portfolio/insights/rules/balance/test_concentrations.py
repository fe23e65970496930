"""How much hangs on one owner, unit, vendor, source or pitfall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.balance import concentrations, mixes
from tests.portfolio.insights.rules.portfolios import entry, sample
from tests.projects.rules.score_cases import vectors

pytestmark = pytest.mark.once
LABELS = {f"P{number}": f"Pitfall {number}" for number in range(1, 6)}


def test_published_indexes():
    for case in vectors("hhi"):
        found = concentrations.index(case["counts"])
        assert found.hhi == pytest.approx(case["hhi"], abs=1e-6)
        assert found.effective == pytest.approx(case["effective"], abs=1e-6)
    assert concentrations.index([10, 4, 3, 3]).normalised == pytest.approx(0.113333, abs=1e-6)


def test_one_group_has_all_and_none_has_no_index():
    assert concentrations.index([7, 0]).normalised == 1
    assert concentrations.index([]) is None
    assert concentrations.index([0, 0]) is None


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40))
def test_as_many_equal_groups_as_there_are_at_most(weights):
    found = concentrations.index(weights)
    assert 1 - 1e-9 <= found.effective <= len(weights) + 1e-6
    assert -1e-9 <= found.normalised <= 1 + 1e-9


def test_the_samples_units_by_cost_and_its_worst_pitfall():
    scope = sample().in_scope
    assert concentrations.of(scope, "unit", "cost")["hhi"] == pytest.approx(0.2513, abs=5e-5)
    high = [each for each in scope if mixes.is_high(each, 50)]
    found = concentrations.pitfall(high, LABELS)
    assert len(high) == 8
    first = found["groups"][0]
    assert (first["code"], first["count"], first["share"]) == ("P5", 4.5, 0.5625)
    assert "one_holds_much" in found["warns"]


def test_a_tie_is_shared_and_what_differs_by_less_than_is_stored_is_one():
    tied = entry(pitfalls={"P1": 60.0, "P2": 60.0 + 1e-9, "P3": 59.0})
    assert concentrations.worst_of(tied) == ("P1", "P2")
    found = concentrations.pitfall([tied, entry(pitfalls={"P1": 80.0, "P2": None})], LABELS)
    assert {row["code"]: row["count"] for row in found["groups"]} == {"P1": 1.5, "P2": 0.5}


def test_no_pitfall_is_known_of_some_and_of_none():
    found = concentrations.pitfall([entry(pitfalls={"P1": 50.0}), entry(pitfalls={"P1": None})], LABELS)
    assert (found["groups"][0]["share"], found["without"]) == (1, 1)
    assert concentrations.pitfall([entry(pitfalls={})], LABELS) is None


def test_two_owners_of_one_name_are_two():
    found = concentrations.of(
        [entry(owner="Kim", owner_id=1), entry(owner="Kim", owner_id=2)], "owner", "count"
    )
    assert (found["of"], found["groups"][0]["share"]) == (2, 0.5)


@pytest.mark.parametrize(("first", "warns"), [(2, []), (3, ["one_holds_much"])])
def test_more_than_two_fifths_in_one_hand_is_a_warning(first, warns):
    """Of five projects with other owners for the rest: 2 of 5 are 40%, 3 of 5 are more."""
    held = [entry(owner="First", owner_id=1) for _ in range(first)]
    held += [entry(owner=f"Other {n}", owner_id=n + 2) for n in range(5 - first)]
    assert concentrations.of(held, "owner", "count")["warns"] == warns


def test_few_effective_owners_are_a_warning():
    held = [entry(owner="First", owner_id=1, cost=37.0)]
    held += [entry(owner=f"Other {n}", owner_id=n + 2, cost=63 / 19) for n in range(19)]
    found = concentrations.of(held, "owner", "cost")
    assert found["effective"] < 10  # of twenty
    assert found["warns"] == ["few_hold_most"]


def test_only_shared_sources_are_told_and_each_with_all_the_work_that_uses_it():
    held = [
        entry(sources=("Claims", "claims", "Policies")),
        entry(sources=("CLAIMS",)),
        entry(sources=("Photos",)),
        entry(),
    ]
    found = concentrations.of(held, "source", "count")
    assert [(row["name"], row["share"], row["count"]) for row in found["groups"]] == [("Claims", 0.5, 2)]
    assert (found["of"], found["without"]) == (3, 1)
    assert found["hhi"] == pytest.approx((1.5**2 + 0.5**2 + 1) / 9)


def test_nothing_is_said_where_nobody_named_any():
    assert concentrations.of([entry()], "vendor", "count") is None
    assert concentrations.of([], "owner", "count") is None
    assert concentrations.of([entry(owner="A", owner_id=1, cost=None)], "owner", "cost") is None
