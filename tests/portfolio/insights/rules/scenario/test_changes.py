from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.insights.rules.entries import QUADRANTS, Added, Entry, Frame, Picture
from portfolio.insights.rules.scenario import changes
from portfolio.insights.rules.scenario.changes import Change

ONE = Entry(1, "ACME-1", "Churn", quadrant="big_bet", risk=60, impact=70, p=0.378064)
HELD = Entry(2, "ACME-2", "Pricing", quadrant="quick_win", status="on_hold", p=0.231872)
NEW = Entry(3, "ACME-3", "Routing", quadrant="intake", standard="idea", risk=30, impact=70, p=0.2)
LIVE = Entry(4, "ACME-4", "Search", quadrant="quick_win", standard="production", outcome="in_production")
PICTURE = Picture(Frame("acme", "Acme", date(2026, 11, 21), target={"quick_win": 30}), (ONE, HELD, NEW, LIVE))
MIX = {"quick_win": 30, "big_bet": 25, "fill_in": 40, "reconsider": 5}
MONTHS = st.none() | st.builds(date, st.integers(2000, 2100), st.integers(1, 12), st.just(1))
NAMES = st.text("abc: é0-7", min_size=1, max_size=12).map(str.strip).filter(bool)
ANY = st.one_of(
    st.builds(Change, st.sampled_from(["stop", "hold", "start"]), project=st.sampled_from(["A-1", "BB2-17"])),
    st.builds(
        Change,
        st.just("people"),
        capability=NAMES,
        fte=st.integers(-400, 400).filter(bool).map(lambda n: n / 4),
        since=MONTHS,
    ),
    st.builds(Change, st.just("budget"), amount=st.integers(0, 10**13).map(float)),
    st.builds(
        Change,
        st.just("mix"),
        target=st.permutations([30, 25, 40, 5]).map(lambda t: dict(zip(QUADRANTS, t, strict=True))),
    ),
)


def do(*asked):
    return changes.apply(PICTURE, changes.parse(asked))


def entry(picture, key):
    return next((each for each in picture.entries if each.key == key), None)


@given(ANY)
def test_a_change_reads_the_same_from_its_stored_and_its_compact_form(change):
    assert changes.parse([change.plain()]) == (change,)
    assert changes.parse([change.compact()]) == (change,)


def test_all_that_is_wrong_is_named_at_once():
    with pytest.raises(changes.Unclear) as caught:
        changes.parse(
            [
                "burn:ACME-1",
                "stop:",
                "people:Data:much",
                "budget:-1",
                "mix:30,30,30,30",
                "stop:a-1",
                "hold:A-1",
            ]
        )
    assert [problem.code for problem in caught.value.problems] == [
        *("unknown_change", "no_project", "no_number", "amount", "mix_sum", "twice"),
    ]
    assert all(problem.message and problem.remedy for problem in caught.value.problems)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "people",
        "people:Data",
        "people::2",
        "people:Data:2:2027-13",
        "people:Data:0",
        "mix:1,2",
        "mix:",
        "budget:nan",
        {"do": ["stop"]},
        {"do": "people", "capability": 3, "fte": True},
        {"do": "mix", "target": "x"},
    ],
)
def test_what_is_no_change_is_refused(asked):
    with pytest.raises(changes.Unclear):
        changes.parse([asked])


def test_what_means_nothing_to_the_portfolio_is_named():
    asked = changes.parse(["stop:ACME-9", "start:ACME-1", "hold:ACME-2", "stop:ACME-4", "people:Cooks:2"])
    found = changes.problems(PICTURE, asked, ["Data engineering"])
    assert [problem.code for problem in found] == [
        *("unknown_project", "not_held", "held_already", "is_live", "unknown_capability"),
    ]
    assert (
        changes.problems(
            PICTURE,
            changes.parse(["start:ACME-2", "start:ACME-3", "people:data ENGINEERING:1"]),
            ["Data engineering"],
        )
        == []
    )


def test_what_means_nothing_any_more_changes_nothing():
    assert do("stop:ACME-9", "start:ACME-1", "hold:ACME-2", "stop:ACME-4") == PICTURE


def test_a_stopped_project_is_gone():
    assert [each.key for each in do("stop:ACME-1").entries] == ["ACME-2", "ACME-3", "ACME-4"]


def test_a_hold_lowers_the_chance_and_a_start_gives_it_back():
    held = entry(do("hold:ACME-1"), "ACME-1")
    assert held.is_held
    assert held.p == pytest.approx(0.231872, abs=1e-6)  # T6
    started = entry(do("start:ACME-2"), "ACME-2")
    assert not started.is_held
    assert started.p == pytest.approx(0.378064, abs=1e-6)


def test_a_project_of_the_intake_is_placed_by_its_scores():
    assert entry(do("start:ACME-3"), "ACME-3").quadrant == "quick_win"
    blank = replace(PICTURE, entries=(replace(NEW, impact=None),))
    assert changes.apply(blank, changes.parse(["start:ACME-3"])).entries[0].quadrant == "unassessed"


def test_people_budget_and_mix_change_what_is_around_the_projects():
    found = do("people:Data engineering:-1.5", "people:Legal:2:2027-02", "budget:1200000", "mix:30,25,40,5")
    assert found.added == (
        Added("Data engineering", -1.5, date(2026, 11, 1)),
        Added("Legal", 2, date(2027, 2, 1)),
    )
    assert found.frame.budget == 1_200_000
    assert found.frame.target == MIX
    assert found.entries == PICTURE.entries


def test_changes_are_said_in_words():
    asked = changes.parse(
        ["stop:ACME-1", "start:ACME-8", "people:Data:-2:2027-01", "budget:1200000", "mix:30,25,40,5"]
    )
    assert [changes.words(each, {"ACME-1": "Churn"}, "EUR") for each in asked] == [
        "Stop Churn (ACME-1)",
        "Start ACME-8",
        "Take away 2 FTE of Data from January 2027",
        "Set the budget to EUR 1,200,000",
        "Set the target mix to 30 / 25 / 40 / 5 percent (quick wins / big bets / fill-ins / reconsider)",
    ]
