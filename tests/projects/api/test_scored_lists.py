"""The list of projects by REST with its scores: shown, null when not known, filtered by."""

import pytest

from projects.models import Project
from tests import factories
from tests.projects.api.callers import fields_of, problem

SCORED = {
    "risk": 70.5,
    "impact": 61.0,
    "p_production": 0.42,
    "confidence": 0.6,
    "annual_value": 250_000.0,
    "quadrant": "big_bet",
    "scored_at": "2026-11-20T10:00:00Z",
    "is_borderline": False,
    "is_unproven": True,
    "has_critical_gap": True,
}
UNSCORED = {
    "risk": None,
    "impact": None,
    "p_production": None,
    "confidence": None,
    "annual_value": None,
    "quadrant": "",
    "scored_at": None,
}


def put(project, **columns):
    Project.objects.filter(pk=project.pk).update(**columns)


def names_of(answer):
    return [row["name"] for row in answer.json()["items"]]


def test_a_row_carries_its_scores(ci, project):
    put(project, **SCORED)
    (row,) = ci.get("projects").json()["items"]
    assert row["scores"] == {
        **{name: value for name, value in SCORED.items() if name != "annual_value"},
        "state": "placed",
    }
    assert ci.get(f"projects/{project.key}").json()["scores"] == row["scores"]


def test_what_nobody_has_worked_out_is_null_and_not_zero(ci, project):
    put(project, **UNSCORED)
    (row,) = ci.get("projects").json()["items"]
    assert set(row["scores"].values()) == {None}


def test_an_impact_of_which_nothing_is_known_is_null(ci, project):
    (row,) = ci.get("projects").json()["items"]
    assert row["scores"]["impact"] is None
    assert row["scores"]["state"] == "intake"
    assert row["scores"]["quadrant"] is None
    assert row["scores"]["risk"] == 50
    put(project, strategic=0)
    assert ci.get("projects").json()["items"][0]["scores"]["impact"] == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("quadrant=big_bet", ["Bet"]),
        ("quadrant=big_bet,quick_win", ["Bet", "Win"]),
        ("quadrant=none", ["Fresh"]),
        ("min_risk=65", ["Bet"]),
        ("min_risk=1", ["Bet", "Win"]),
        ("gap=yes", ["Bet"]),
        ("gap=no&quadrant=quick_win", ["Win"]),
        ("unproven=yes", ["Bet"]),
    ],
)
def test_the_list_is_narrowed_by_scores(ci, portfolio, query, found):
    for name, columns in [
        ("Bet", SCORED),
        (
            "Win",
            {**SCORED, "quadrant": "quick_win", "risk": 20, "has_critical_gap": False, "is_unproven": False},
        ),
        ("Fresh", UNSCORED),
    ]:
        put(factories.a_project(portfolio, name), **columns)
    assert names_of(ci.get(f"projects?{query}")) == found


@pytest.mark.parametrize(
    "query", ["quadrant=star", "min_risk=101", "min_risk=high", "gap=maybe", "unproven=1"]
)
def test_a_filter_that_makes_no_sense_is_refused_by_its_name(ci, project, query):
    assert fields_of(problem(ci.get(f"projects?{query}"), 400)) == [query.split("=")[0]]
