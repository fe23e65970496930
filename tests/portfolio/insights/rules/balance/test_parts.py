"""Ageing, heat and the only approver."""

import pytest

from portfolio.insights.rules.balance import ageing, approvers, heats
from portfolio.insights.rules.balance.approvers import Person, Wanted
from portfolio.insights.rules.balance.balances import digest, tidy
from projects.rules.stages import Stage, TypicalDays
from tests.portfolio.insights.rules.portfolios import entry

pytestmark = pytest.mark.once
STAGES = [
    Stage("poc", "poc", "Proof of concept", typical_days=TypicalDays(45, 90, 135)),
    Stage("own", "mvp", "Our own"),
    Stage("production", "production", "Production"),
]
RUTH, SAM = Person(1, "Ruth"), Person(2, "Sam")
ROLES = {"LE": "Legal", "ML": "ML lead"}


def test_beyond_p85_is_late_and_the_day_itself_is_not():
    assert ageing.is_late(entry(days_in_stage=91))
    assert not ageing.is_late(entry(days_in_stage=90))
    assert not ageing.is_late(entry(days_in_stage=999, typical_days=None))


def test_ageing_by_stage_the_longest_first():
    found = ageing.of(
        [
            entry(key="A", days_in_stage=10),
            entry(key="B", days_in_stage=100),
            entry(key="C", stage="own", standard="mvp", days_in_stage=500, typical_days=None),
        ],
        STAGES,
    )
    assert [stage["label"] for stage in found["stages"]] == ["Proof of concept", "Our own"]
    assert [project["key"] for project in found["stages"][0]["projects"]] == ["B", "A"]
    assert found["stages"][1]["p85"] is None
    assert (found["beyond_p85"], found["beyond_n"], found["n"]) == (0.5, 1, 2)
    assert [project["key"] for project in found["oldest"]] == ["C", "B", "A"]


def test_no_project_no_share():
    assert ageing.of([], STAGES)["beyond_p85"] is None


def test_five_oldest_are_told_and_all_are_counted():
    found = ageing.of([entry(days_in_stage=day) for day in range(7)], STAGES)
    assert [project["days"] for project in found["oldest"]] == [6, 5, 4, 3, 2]
    assert found["stages"][0]["n"] == 7


def test_heat_is_the_mean_of_those_who_know():
    found = heats.of(
        [
            entry(top_unit="Retail", pitfalls={"P1": 40.0, "P2": None}),
            entry(top_unit="Retail", pitfalls={"P1": 60.0}),
            entry(top_unit="", pitfalls={"P1": 10.0, "P2": 20.0}),
        ],
        {"P1": "One", "P2": "Two"},
    )
    assert found["units"] == ["Retail", "No unit"]
    assert found["counts"] == [2, 1]
    assert found["cells"] == [[50.0, None], [10.0, 20.0]]


def test_one_person_everywhere_is_the_only_approver():
    found = approvers.alone(
        [
            Wanted("A", "LE", frozenset([RUTH])),
            Wanted("B", "LE", frozenset([RUTH])),
            Wanted("A", "ML", frozenset([RUTH])),
            Wanted("B", "ML", frozenset([SAM])),
        ],
        ROLES,
    )
    assert found == [{"code": "LE", "role": "Legal", "name": "Ruth", "n": 2, "keys": ["A", "B"]}]


@pytest.mark.parametrize(
    "wanted",
    [
        [Wanted("A", "LE", frozenset([RUTH]))],  # one project has one approver anyway
        [Wanted("A", "LE", frozenset([RUTH, SAM])), Wanted("B", "LE", frozenset([RUTH]))],
        [Wanted("A", "LE", frozenset()), Wanted("B", "LE", frozenset())],  # nobody is not one
        [],
    ],
)
def test_two_people_or_one_project_are_no_concentration(wanted):
    assert approvers.alone(wanted, ROLES) == []


def test_two_of_one_name_are_two_people():
    other = Person(3, "Ruth")
    wanted = [Wanted("A", "LE", frozenset([RUTH])), Wanted("B", "LE", frozenset([other]))]
    assert approvers.alone(wanted, ROLES) == []


def test_a_set_of_projects_is_known_again_in_any_order():
    assert digest(["A-2", "A-1"]) == digest(["A-1", "A-2"])
    assert digest(["A-1"]) != digest(["A-1", "A-2"]) != digest(["A-1A-2"])


def test_figures_are_stored_with_six_decimals():
    assert tidy({"a": (1 / 3, [2 / 3]), "b": None, "c": 7, "d": True}) == {
        "a": [0.333333, [0.666667]],
        "b": None,
        "c": 7,
        "d": True,
    }
