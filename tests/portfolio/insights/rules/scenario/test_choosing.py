"""T15 and T16 of the domain's worked examples, and the integer program against trying every set."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.insights.rules.scenario import choosing
from portfolio.insights.rules.scenario.limits import Asked, Candidate
from tests.portfolio.insights.rules import sets

# key, quadrant, unit, cost, people, p, value; thousands of euros, one year
ROWS = (
    ("A", "quick_win", "X", 200, 1, 0.8, 900),
    ("B", "quick_win", "Y", 300, 1.5, 0.7, 1000),
    ("C", "big_bet", "X", 500, 2, 0.35, 4000),
    ("D", "big_bet", "Y", 400, 2, 0.25, 3000),
    ("E", "fill_in", "X", 100, 0.5, 0.9, 300),
    ("F", "fill_in", "Z", 150, 0.5, 0.85, 350),
    ("G", "reconsider", "Z", 250, 1, 0.3, 400),
    ("H", "fill_in", "Y", 120, 0.5, 0.9, 280),
)
EIGHT = [
    Candidate(key, p * value - cost, p * (1 - p) * value**2, cost, quadrant, unit, fte)
    for key, quadrant, unit, cost, fte, p, value in ROWS
]
SHARES = Asked(most={"big_bet": 0.55}, least={"fill_in": 0.1}, unit_cap=0.65)
LAW = {"G": "regulation"}


def text(chosen):
    return chosen and "".join(chosen.keys)


@pytest.mark.parametrize(
    ("has_shares", "is_mandatory", "keys", "value", "cost"),
    [
        (True, True, "ABEFG", 1107.5, 1000),
        (True, False, "BCF", 1447.5, 950),
        (False, True, "ACG", 1290.0, 950),
        (False, False, "ABC", 1820.0, 1000),
    ],
)
def test_t15_chooses(has_shares, is_mandatory, keys, value, cost):
    asked = replace(
        SHARES if has_shares else Asked(), budget=1000, people=5, mandatory=LAW if is_mandatory else {}
    )
    found = choosing.best(EIGHT, asked)
    assert (text(found), found.cost) == (keys, cost)
    assert found.value == pytest.approx(value, abs=1e-6)


def test_t15_knows_the_spread_and_the_people():
    found = choosing.best(EIGHT, replace(SHARES, budget=1000, people=5, mandatory=LAW))
    assert found.sd == pytest.approx(630.0149, abs=1e-4)
    assert found.fte == 4.5


@pytest.mark.parametrize("budget", [250, 400])
def test_t15_has_no_set_for_a_small_budget(budget):
    assert choosing.best(EIGHT, replace(SHARES, budget=budget, people=9, mandatory=LAW)) is None


def test_t15_frontier_of_budgets():
    budgets = [500, 600, 700, 800, 900, 1000, 1200, 1500, 2020]
    found = choosing.over_budgets(EIGHT, replace(SHARES, budget=1000, people=9, mandatory=LAW), budgets)
    assert [(budget, text(chosen), round(chosen.value, 6)) for budget, chosen in found] == [
        (500, "EGH", 172.0),
        (600, "AEG", 560.0),
        (700, "AEFG", 707.5),
        (800, "AEFG", 707.5),
        (900, "ABEG", 960.0),
        (1000, "ABEFG", 1107.5),
        (1200, "ACFG", 1437.5),
        (1500, "ABCEFG", 2007.5),
        (2020, "ABCDEFGH", 2489.5),
    ]


def test_t16_frontier_of_caution():
    cautions = [0, 0.0001, 0.0002, 0.001, 0.002]
    found = choosing.over_cautions(EIGHT, replace(SHARES, budget=1200, people=9), cautions)
    assert [(text(chosen), round(chosen.value, 6), round(chosen.sd, 4)) for _, chosen in found] == [
        ("ABCF", 1967.5, 1998.8043),
        ("ABCF", 1967.5, 1998.8043),
        ("ABEFH", 1369.5, 608.5842),
        ("ABEFH", 1369.5, 608.5842),
        ("AEFH", 969.5, 400.4682),
    ]


def test_a_rule_has_its_price():
    asked = replace(SHARES, budget=1000, people=5, mandatory=LAW)
    found = {price.label: price for price in choosing.prices(EIGHT, asked, choosing.best(EIGHT, asked))}
    assert found["G has to be done: regulation"].amount == pytest.approx(340)  # 1447.5 without it
    assert found["All rules about shares together"].amount == pytest.approx(182.5)  # 1290 without them
    assert found["People at work"].amount == 0


def test_near_ties_are_the_next_best_sets():
    asked = replace(SHARES, budget=1000, people=5, mandatory=LAW)
    first = choosing.best(EIGHT, asked)
    worths = sorted(
        (sets.worth(some, asked) for some in sets.every(EIGHT) if sets.respects(some, asked)), reverse=True
    )
    found = [first, *choosing.near_ties(EIGHT, asked, first)]
    assert [each.worth for each in found] == pytest.approx(worths[:4])
    assert len({each.keys for each in found}) == 4


def test_slack_says_what_is_used_up():
    asked = replace(SHARES, budget=1000, people=5, mandatory=LAW)
    found = {(row.code, row.name): row for row in choosing.slacks(EIGHT, asked, choosing.best(EIGHT, asked))}
    assert (found["budget", ""].reached, found["budget", ""].is_tight) == (1000, True)
    assert (found["people", ""].reached, found["people", ""].is_tight) == (4.5, False)
    assert found["unit", "Z"].reached == pytest.approx(0.4)


def test_what_is_forced_in_shows_what_it_displaces():
    asked = replace(SHARES, budget=1000, people=5, mandatory=LAW)
    assert choosing.forced(EIGHT, asked, "H").value == pytest.approx(1092)
    assert choosing.forced(EIGHT, replace(asked, barred={"H": "prohibited"}), "H") is None


def test_no_candidates_are_no_answer_but_no_error():
    assert choosing.best([], Asked(budget=10)).keys == ()


KEYS = "ABCDEFG"
PERIODS = ("2027", "2028")
AMOUNTS = st.integers(0, 40)
PARTS = st.sampled_from([0, 0.1, 0.25, 1 / 3, 0.5, 0.6, 0.8, 1])


@st.composite
def candidates(draw):
    """A few projects in small whole numbers, so that ties and limits met exactly are common."""
    found = []
    for key in KEYS[: draw(st.integers(1, 7))]:
        cost = draw(AMOUNTS)
        first = draw(st.integers(0, cost))
        found.append(
            Candidate(
                key,
                gain=draw(st.integers(-20, 60)),
                variance=draw(st.integers(0, 300)),
                cost=cost,
                quadrant=draw(st.sampled_from(["quick_win", "big_bet", "fill_in", "reconsider", ""])),
                unit=draw(st.sampled_from(["X", "Y", "Z", ""])),
                fte=draw(st.integers(0, 8)) / 2,
                spend={"2027": first, "2028": cost - first},
                demand={("Data", period): draw(st.integers(0, 4)) for period in PERIODS},
                starts_in=draw(st.sampled_from(["", "2027 Q1", "2027 Q2"])),
            )
        )
    return found


@st.composite
def questions(draw):
    """A few projects, and any rules at all, each there or not."""
    projects = draw(candidates())
    names = [each.key for each in projects]
    keys, pairs = st.sampled_from(names), st.permutations(names).map(lambda some: tuple(some[:2]))

    def some(values, most=2):
        return draw(st.lists(values, max_size=most, unique=True))

    return projects, Asked(
        budget=draw(st.none() | st.integers(0, 120)),
        budgets={period: draw(AMOUNTS) for period in some(st.sampled_from(PERIODS))},
        people=draw(st.none() | st.integers(0, 12)),
        supply={
            name: {period: draw(st.integers(0, 9)) for period in PERIODS} for name in some(st.just("Data"))
        },
        most={code: draw(PARTS) for code in some(st.sampled_from(["big_bet", "reconsider"]))},
        least={code: draw(PARTS) for code in some(st.sampled_from(["fill_in", "quick_win"]))},
        unit_cap=draw(st.none() | PARTS),
        mandatory=dict.fromkeys(some(keys), "regulation"),
        either_or=some(pairs) if len(names) > 1 else (),
        needs=some(pairs) if len(names) > 1 else (),
        starts=draw(st.none() | st.integers(0, 2)),
        barred=dict.fromkeys(some(keys), "prohibited"),
        caution=draw(st.sampled_from([0, 0.01, 0.2])),
    )


@settings(max_examples=100, deadline=None)
@given(questions())
def test_the_program_finds_what_trying_every_set_finds(question):
    projects, asked = question
    found = choosing.best(projects, asked)
    expected = sets.best(projects, asked)
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert found.worth == pytest.approx(expected, abs=1e-6)
    assert sets.respects([each for each in projects if each.key in found.keys], asked)
