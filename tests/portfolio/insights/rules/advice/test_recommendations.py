"""Each recommendation fires where its rule says, and not a hair before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.advice import effects, recommendations
from portfolio.insights.rules.advice import parts as advice
from portfolio.insights.rules.advice.parts import Basis
from portfolio.insights.rules.balance import concentrations, mixes
from portfolio.insights.rules.entries import QUADRANTS
from tests.portfolio.insights.rules.portfolios import DAY, entries, entry, picture, sample

pytestmark = pytest.mark.once
LABELS = {f"P{number}": f"Pitfall {number}" for number in range(1, 6)}
ON_TARGET = {"quick_win": 6, "big_bet": 5, "fill_in": 8, "reconsider": 1}


def basis(found, measure="count", questions=(), **figures):
    """What the rules look at: the shares and concentrations of these projects, and what a test says."""
    shown = found if hasattr(found, "entries") else picture(found)
    scope = shown.in_scope
    shares = {by: mixes.shares(scope, by) for by in ("count", "cost", "effort")}
    planned = mixes.target(shown.frame.target)
    high = [each for each in scope if mixes.is_high(each, 50)]
    balance = {
        "n": len(scope),
        "measure": measure,
        "shares": shares,
        "target": planned,
        "gaps": {by: mixes.gaps(share, planned) for by, share in shares.items()},
        "high_risk_n": len(high),
        "concentration": {
            "owner": concentrations.of(scope, "owner", measure),
            "pitfall": concentrations.pitfall(high, LABELS),
        },
        "conversion": [],
        "flow": {"months": [], "observed_days": None},
        "unassessed": {"n": 0, "of": len(scope), "share": 0.0},
    }
    return Basis(shown, balance | figures, dict(questions))


def fired(*args, **more):
    return {each["rule"]: each for each in recommendations.of(basis(*args, **more))}


def with_launch(found):
    """None of them has nothing to show: the first quick win is likely to be live tomorrow."""
    first = next((each for each in found if each.quadrant == "quick_win"), None)
    return [replace(each, p50_on=DAY + timedelta(1)) if each is first else each for each in found]


def test_a_portfolio_on_target_is_left_in_peace():
    assert fired(with_launch(entries(**ON_TARGET))) == {}


def test_the_sample_as_it_should_read():
    found = fired(sample(), measure="cost")
    assert set(found) == {
        "fill_ins_short",
        "big_bets_cost",
        "reconsider_review",
        "pitfall_dominant",
    }
    short = found["fill_ins_short"]
    assert short["why"] == "Fill-ins hold 8% of the remaining cost, 40% were planned."
    # The one idea is close, and still no fill-in: starting it would not help.
    told = "risk 50, impact 15: it would be one to reconsider today"
    assert [(project["key"], project["why"]) for project in short["projects"]] == [("PRJ-021", told)]
    assert short["changes"] == []
    assert "Big bets take 48%" in found["big_bets_cost"]["why"]
    assert "18% of the remaining cost" in found["reconsider_review"]["why"]
    assert found["reconsider_review"]["numbers"]["cost"] == 900_000
    assert found["reconsider_review"]["changes"] == [
        {"do": "stop", "project": "PRJ-016"},
        {"do": "hold", "project": "PRJ-023"},
        {"do": "hold", "project": "PRJ-010"},
    ]
    assert found["pitfall_dominant"]["title"] == "Fix “Pitfall 5” once for all"
    assert "4.5 of 8 risky projects" in found["pitfall_dominant"]["why"]
    assert len(found["pitfall_dominant"]["keys"]) == 5


def test_stopping_and_reshaping_in_the_sample_frees_nine_hundred_thousand():
    shown = sample()
    advised = fired(shown, measure="cost")["reconsider_review"]
    found = effects.of(shown, advised["changes"], "cost")
    assert found["frees_cost"] == 900_000
    assert found["load"][0] == pytest.approx(3310 / 4990)
    assert found["load"][1] == pytest.approx((3310 - 520) / (4990 - 520))  # the paused ones stay aboard
    assert found["launches"][1] < found["launches"][0]
    assert effects.of(shown, [], "cost") is None


@pytest.mark.parametrize(("n", "gap"), [(8, 0.125), (10, 0.1), (20, 0.05), (100, 0.05)])
def test_a_gap_counts_from_five_points_or_one_project_on(n, gap):
    assert advice.least_gap(n) == gap


@pytest.mark.parametrize(
    ("counts", "rules"),
    [
        # Of 20: 30% quick wins are 6, 40% fill-ins are 8; one less is the gap that counts.
        ({"quick_win": 5, "big_bet": 5, "fill_in": 9, "reconsider": 1}, {"quick_wins_short"}),
        ({"quick_win": 7, "big_bet": 5, "fill_in": 7, "reconsider": 1}, {"fill_ins_short"}),
        # Of 25: 30% are 7.5, 40% are 10; half a project is too little.
        ({"quick_win": 7, "big_bet": 6, "fill_in": 10, "reconsider": 2}, set()),
        # Seven projects say nothing about shares.
        ({"quick_win": 0, "big_bet": 4, "fill_in": 0, "reconsider": 3}, set()),
    ],
)
def test_too_few_quick_wins_or_fill_ins(counts, rules):
    found = fired(with_launch(entries(**counts)))
    assert {rule for rule in found if rule.endswith("_short")} == rules


def test_the_ideas_that_come_closest_are_listed():
    ideas = [
        entry("intake", key="far", risk=90.0, impact=90.0),
        entry("intake", key="near", risk=52.0, impact=20.0),
        entry("intake", key="inside", risk=20.0, impact=49.0),
        entry("intake", key="unscored"),
    ]
    found = fired([*ideas, *entries(quick_win=12, big_bet=5, fill_in=2, reconsider=1)])["fill_ins_short"]
    assert found["keys"] == ["inside", "near", "far"]
    assert found["changes"] == [{"do": "start", "project": "inside"}]
    for_quick_wins = fired([*ideas, *entries(quick_win=1, fill_in=12)])["quick_wins_short"]
    assert for_quick_wins["keys"] == ["inside", "near", "far"]  # 1, 2 + 30 and 40 points away
    assert for_quick_wins["changes"] == []
    without = fired(entries(quick_win=12, big_bet=5, fill_in=2, reconsider=1))["fill_ins_short"]
    assert (without["keys"], without["changes"]) == ([], [])
    assert "collect some" in without["why"]


@pytest.mark.parametrize(("cost", "fires"), [(30.0, True), (29.9, False)])
def test_big_bets_over_target_by_cost(cost, fires):
    """30 of 100 are five points over 25%, whatever the page is measured by."""
    found = [entry("big_bet", cost=cost, stage_label="Proof of concept", p=0.3)]
    found += [entry("fill_in", cost=(100 - cost) / 19) for _ in range(19)]
    said = fired(found).get("big_bets_cost")
    assert (said is not None) is fires
    if said:
        assert said["projects"][0]["why"] == "30% likely to launch, next gate after Proof of concept"
        assert said["changes"] == []


def test_big_bets_of_which_nobody_knows_the_cost():
    assert "big_bets_cost" not in fired(entries(big_bet=10))


def test_too_few_big_bets_are_nothing_to_stage():
    assert "big_bets_cost" not in fired([entry("fill_in", cost=10.0) for _ in range(10)])


@pytest.mark.parametrize(("n", "fires"), [(1, False), (2, True)])
def test_more_than_a_tenth_to_reconsider(n, fires):
    """One of ten is a tenth, not more."""
    found = fired(entries(reconsider=n, fill_in=10 - n))
    assert ("reconsider_review" in found) is fires


def test_what_has_no_chance_is_stopped_and_what_has_one_is_reshaped():
    found = [
        entry("reconsider", key="A-1", p=0.049999, cost=10.0),
        entry("reconsider", key="A-2", p=0.05, cost=20.0),
        entry("reconsider", key="A-3", p=0.3, cost=None, status="on_hold"),
        *entries(fill_in=7),
    ]
    said = fired(found, questions={"A-2": "Who signs?"})["reconsider_review"]
    assert said["title"] == "Stop or reshape 3 projects"
    assert said["changes"] == [{"do": "stop", "project": "A-1"}, {"do": "hold", "project": "A-2"}]
    assert [project["why"] for project in said["projects"]] == [
        "Stop: 5% likely to launch",
        "Reshape: 5% likely to launch. Ask first: Who signs?",
        "Reshape: 30% likely to launch, on hold",
    ]
    assert said["numbers"]["cost"] == 30


@pytest.mark.parametrize(("bad", "fires"), [(2, True), (1, False)])
def test_one_pitfall_behind_two_fifths_of_the_risky_projects(bad, fires):
    """Two of five are two fifths."""
    risky = [entry("big_bet", pitfalls={"P1": 90.0, "P2": 10.0}) for _ in range(bad)]
    risky += [entry("big_bet", pitfalls={f"P{n}": 90.0}) for n in (2, 3, 4, 5)[: 5 - bad]]
    found = fired([*risky, *entries(fill_in=5)])
    assert ("pitfall_dominant" in found) is fires
    if fires:
        assert found["pitfall_dominant"]["keys"] == [each.key for each in risky[:2]]


@pytest.mark.parametrize(("days", "fires"), [(182, False), (183, True)])
def test_nothing_to_show_for_two_quarters(days, fires):
    found = entries(**ON_TARGET)
    found[0] = replace(found[0], p50_on=DAY + timedelta(days))
    assert ("nothing_to_show" in fired(found)) is fires


def test_nobody_knowing_when_is_no_warning_but_no_quick_win_at_all_is():
    assert "nothing_to_show" not in fired(entries(quick_win=3))
    assert "nothing_to_show" in fired(entries(fill_in=3))
    assert "nothing_to_show" not in fired([])


def test_an_owner_of_much_hands_over():
    found = [entry(owner="First", owner_id=1) for _ in range(5)]
    found += [entry(owner=f"Other {n}", owner_id=n + 2) for n in range(6)]
    said = fired(found)["owners_few"]
    assert said["title"] == "Hand over some of First’s projects"
    assert len(said["keys"]) == 5
    # Four of ten are 40%, not more.
    assert "owners_few" not in fired(found[1:])
    assert "owners_few" not in fired(found[:7])  # too few projects


def a_stage(stage, share, entered=10, reference=0.8, label=""):
    return {
        "stage": stage,
        "label": label or stage,
        "share": share,
        "entered": entered,
        "advanced": round((share or 0) * entered),
        "reference": reference,
    }


@pytest.mark.parametrize(
    ("share", "entered", "fires"), [(0.39, 100, True), (0.4, 10, False), (0.3, 7, False), (None, 0, False)]
)
def test_a_gate_that_lets_through_less_than_half_of_the_usual(share, entered, fires):
    stages = [a_stage("data", 0.9, label="Data readiness"), a_stage("poc", share, entered)]
    found = fired(entries(**ON_TARGET), conversion=stages).get("gate_narrow")
    assert (found is not None) is fires
    if found:
        assert found["title"] == "Look at the gate after Data readiness"
        assert len(found["keys"]) == 20  # all of them are at poc


def months(wip, launched):
    return {
        "observed_days": 365,
        "months": [{"month": "", "wip": w, "launched": n} for w, n in zip(wip, launched, strict=True)],
    }


@pytest.mark.parametrize(
    ("wip", "launched", "fires"),
    [
        ([5, 5, 5, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1], True),
        ([5, 5, 5, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 2], False),  # more comes out
        ([5, 5, 5, 5, 6, 6, 8], [1, 1, 1, 1, 1, 1, 1], False),  # a month without a rise
        ([9, 9, 9, 8, 7, 6, 5], [1, 1, 1, 1, 0, 0, 0], False),
        ([5, 6, 7], [0, 0, 0], False),  # too short a past
    ],
)
def test_more_is_begun_while_no_more_comes_out(wip, launched, fires):
    found = fired(entries(**ON_TARGET), flow=months(wip, launched))
    assert ("stop_starting" in found) is fires


def test_too_short_a_history_stops_nobody():
    flow = months([5, 5, 5, 5, 6, 7, 8], [1] * 7) | {"observed_days": None}
    assert "stop_starting" not in fired(entries(**ON_TARGET), flow=flow)


@pytest.mark.parametrize(("n", "of", "fires"), [(2, 10, False), (3, 10, True), (7, 7, False)])
def test_more_than_a_fifth_that_nobody_assessed(n, of, fires):
    found = [entry("unassessed") for _ in range(n)]
    said = fired([*found, *entries(fill_in=of - n)], unassessed={"n": n, "of": of, "share": n / of})
    assert ("assess_first" in said) is fires
    if fires:
        assert said["assess_first"]["keys"] == [each.key for each in found]


quadrants = st.lists(
    st.tuples(
        st.sampled_from([*QUADRANTS, "intake", "unassessed"]),
        st.one_of(st.none(), st.floats(0, 1e6)),
        st.one_of(st.none(), st.floats(0, 1)),
    ),
    max_size=25,
)


@given(quadrants, st.sampled_from(["count", "cost"]))
def test_whatever_there_is_rules_speak_of_projects_that_are_there(found, measure):
    shown = picture(entry(code, cost=cost, p=p) for code, cost, p in found)
    keys = {each.key for each in shown.entries}
    for said in recommendations.of(basis(shown, measure)):
        assert set(said["keys"]) <= keys
        assert {change["project"] for change in said["changes"]} <= set(said["keys"])
        assert said["title"]
        assert said["why"]
        effects.of(shown, said["changes"], measure)


@given(st.lists(st.sampled_from(QUADRANTS), max_size=7))
def test_fewer_than_eight_projects_recommend_nothing_about_shares(found):
    said = fired([entry(code, cost=1.0, owner="A", owner_id=1, pitfalls={"P1": 90.0}) for code in found])
    assert set(said) <= {"nothing_to_show"}


def test_no_rule_has_a_name_too_long_for_its_column():
    assert all(len(code) <= 40 for code in recommendations.RULES)


def test_of_hundreds_of_projects_all_are_named_and_some_are_told():
    found = [entry("reconsider", key=f"A-{n}", p=n / 1000) for n in range(600)]
    said = fired(found)["reconsider_review"]
    assert (len(said["keys"]), len(said["projects"]), len(said["changes"])) == (600, 60, 40)
    assert said["title"] == "Stop or reshape 600 projects"
    assert effects.of(picture(found), said["changes"], "count")["launches"][1] < sum(each.p for each in found)
