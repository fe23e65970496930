"""Scores by REST: stored ones with their reasons, their history, and the scorecard that makes them."""

import base64
from datetime import UTC, datetime, timedelta
from math import exp

import pytest

from projects.actions import answers, blockers, projects, scorecards
from projects.actions.answers import Given
from projects.models import Project
from projects.queries import assessments
from projects.rules import scorecards as cards
from tests import factories
from tests.factories import SYSTEM
from tests.projects.api.callers import fields_of, problem, with_key

PATH = "projects/COM-1/scores"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINK = "https://wiki.example.org/sheet"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def poc(portfolio):
    """A project that was never scored, at the proof of concept."""
    (made,) = factories.a_crowd(portfolio, 1, stage="poc", standard_stage="poc", furthest_stage="poc")
    return made


def give(project, **letters):
    given = [Given(question, letter, LINK, None, "So it is.") for question, letter in letters.items()]
    answers.give_many(project.pk, given=given, actor=SYSTEM)


def test_what_is_not_known_is_null_and_never_zero(ci, poc):
    found = ci.get(PATH).json()
    lists = {"impact_missing", "gaps", "project"}
    assert {name for name, value in found.items() if value is not None} == lists
    assert (found["impact_missing"], found["gaps"]) == ([], [])


def test_the_scores_are_the_stored_ones(ci, poc):
    give(poc, WP1="Y", WP2="C", WP3="N", NT1="P", DQ4="X")
    found, row = ci.get(PATH).json(), Project.objects.get()
    assert [found[name] for name in ("risk", "p_production", "confidence")] == [
        row.risk,
        row.p_production,
        row.confidence,
    ]
    assert (found["state"], found["quadrant"], row.quadrant) == ("unassessed", None, "unassessed")
    assert found["model_version"] == "standard-1"
    assert found["confidence_band"] == "low"
    assert found["gaps"] == row.assessment.result["gaps"]
    assert (found["impact"], found["gross_impact"], found["annual_value"]) == (None, None, None)
    assert found["impact_missing"] == ["value", "strategic", "reach"]
    assert found["reasons"]["impact"] == {"value": None, "strategic": None, "reach": None}


def test_an_impact_of_which_a_part_is_known_is_told_with_what_is_missing(ci, poc):
    projects.edit(poc.pk, version=poc.version, actor=SYSTEM, strategic=0, value_likely=1_000_000)
    found = ci.get(PATH).json()
    assert found["impact"] == pytest.approx(Project.objects.get().impact)
    assert found["impact"] > 0
    assert (found["annual_value"], found["impact_missing"]) == (1_000_000, ["reach"])
    points = found["reasons"]["impact"]
    assert (points["strategic"], points["reach"]) == (0, None)
    assert points["value"] == pytest.approx(55 * 2 / 3)


def test_the_reasons_add_up(ci, poc):
    give(poc, WP1="N", WP2="C", WP3="N", NT1="P", DQ4="X", OO3="T")
    found = ci.get(PATH).json()
    reasons = found["reasons"]
    assert sum(each["risk_points"] for each in reasons["pitfalls"]) == pytest.approx(found["risk"], abs=1e-5)
    for pitfall in reasons["pitfalls"]:
        points = sum(part["points"] for part in pitfall["contributions"])
        assert points == pytest.approx(pitfall["answers"], abs=1e-4)
        lifted = pitfall["answers"] + pitfall["floor_lift"] + pitfall["blocker_lift"]
        assert lifted == pytest.approx(pitfall["score"], abs=1e-4)
    parts = {part["question"]: part for each in reasons["pitfalls"] for part in each["contributions"]}
    assert len(parts) == 30
    assert (parts["WP3"]["letter"], parts["WP3"]["age_days"]) == ("N", 0)
    assert (parts["MP1"]["letter"], parts["MP1"]["age_days"], parts["MP1"]["is_unknown"]) == ("U", None, True)
    assert (parts["OO3"]["is_unknown"], parts["WP1"]["is_open"]) == (True, True)
    assert "WP1" in reasons["open_critical"]
    assert reasons["unknown_points"] > 0


def test_a_lever_does_what_it_says(ci, poc):
    give(poc, WP1="N", WP2="C", WP4="Y", NT4="Y", DQ1="Y", DQ2="Y", NT1="Y")
    before = ci.get(PATH).json()
    levers = before["reasons"]["levers"]
    assert [each["drop"] for each in levers] == sorted((each["drop"] for each in levers), reverse=True)
    first = levers[0]
    assert (first["kind"], first["ref"]) == ("question", "WP1")
    assert first["label"].startswith("Is there one business number")
    assert len(first["actions"]) == 2
    give(poc, WP1="Y")
    after = ci.get(PATH).json()
    assert before["risk"] - after["risk"] == pytest.approx(first["drop"], abs=1e-5)
    assert after["p_production"] == pytest.approx(first["p_production"], abs=1e-6)


def test_a_blocker_is_a_lever_with_its_title(ci, poc):
    give(poc, NT1="Y", NT2="Y", NT3="Y", NT4="Y", NT5="Y", NT6="Y")
    raised = blockers.raise_(
        poc.pk, title="No run money", category="budget", severity="critical", actor=SYSTEM
    )
    found = ci.get(PATH).json()
    (lever,) = [each for each in found["reasons"]["levers"] if each["kind"] == "blocker"]
    assert (lever["ref"], lever["label"]) == (str(raised.pk), "No run money")
    assert "blocker" in found["gaps"]
    assert found["reasons"]["pitfalls"][4]["blockers"] == 60


def test_odds_add_up_to_the_probability(ci, poc):
    give(poc, WP1="N")
    found = ci.get(PATH).json()
    assert found["p_production"] == pytest.approx(
        1 / (1 + exp(-sum(found["reasons"]["odds"].values()))), abs=1e-6
    )


def test_reasons_stay_those_of_the_stored_scores(ci, poc, monday):
    give(poc, WP1="C", WP2="C")
    before = ci.get(PATH).json()
    monday.shift(timedelta(days=50))
    document = cards.document()
    document["questions"] = [each for each in document["questions"] if each["id"] not in ("WP2", "WP3")]
    scorecards.publish(poc.portfolio_id, definition=document, actor=SYSTEM)
    after = ci.get(PATH).json()
    of_removed = [each for each in after["reasons"]["levers"] if each["ref"] in ("WP2", "WP3")]
    assert [each["label"] for each in of_removed] == [each["ref"] for each in of_removed]
    for scores in (before, after):
        scores["reasons"].pop("levers")
    assert after == before
    assert assessments.explanation(Project.objects.get()).score.risk == before["risk"]


def test_the_history_has_a_row_for_each_day_the_newest_first(ci, poc, monday):
    for letter in "CPN":
        give(poc, WP1=letter)
        monday.shift(timedelta(days=3))
    first = ci.get(f"{PATH}/history?limit=2").json()
    assert [row["on"] for row in first["items"]] == ["2026-11-29", "2026-11-26"]
    assert first["items"][0]["risk"] == Project.objects.get().risk
    assert first["items"][0]["impact"] is None
    assert set(first["items"][0]["pitfalls"]) == {"P1", "P2", "P3", "P4", "P5"}
    rest = ci.get(f"{PATH}/history?cursor={first['next_cursor']}").json()
    assert [row["on"] for row in rest["items"]] == ["2026-11-23"]


@pytest.mark.parametrize(
    "last", ['["-on", "2026-02-30", 1]', '["-on", 7, 1]', '["-on", "2026-11-23T09:00", 1]']
)
def test_a_made_up_cursor_is_refused(ci, poc, last):
    cursor = base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")
    assert fields_of(problem(ci.get(f"{PATH}/history?cursor={cursor}"), 400)) == ["cursor"]


def test_the_scorecard_in_force_can_be_read_and_published_again(ci, portfolio, poc):
    scorecards.publish(portfolio.pk, definition=cards.document(), actor=SYSTEM, note="Nothing new")
    found = ci.get("portfolios/commerce/scorecard").json()
    assert (found["number"], found["model_version"], found["note"]) == (2, "standard-2", "Nothing new")
    assert (found["risk_line"], found["impact_line"]) == (50, 50)
    assert cards.parse(found["document"]).questions == cards.shipped().questions


def test_who_may_read_the_scorecard(portfolio, viewer, stranger):
    path = "portfolios/commerce/scorecard"
    assert viewer.get(path).status_code == 200
    problem(stranger.get(path), 404)
    problem(with_key(factories.a_portfolio()).get(path), 404)
    assert problem(with_key(portfolio, scopes=["moves:write"]).get(path), 403)["code"] == "scope_missing"
