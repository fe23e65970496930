"""Blockers: the shipped policy, and what may be done with them."""

import copy
from datetime import date, timedelta
from importlib import resources

import pytest
import yaml

from projects.rules import blockers
from tests.projects.rules.cases import TODAY
from tests.projects.rules.score_cases import POLICY

pytestmark = pytest.mark.once

DOCUMENT = yaml.safe_load((resources.files("projects") / "presets" / "blockers.yaml").read_text("utf-8"))


def test_there_are_thirteen_categories_and_only_data_access_belongs_to_the_data():
    assert len(POLICY.categories) == 13
    assert [c.code for c in POLICY.categories if c.pitfall == "P2"] == ["data_access"]
    assert {c.pitfall for c in POLICY.categories} == {"P2", "P5"}
    owners = "SP PO SP PO SP LE SE DS OW PO PO EN PM"
    assert " ".join(category.owner for category in POLICY.categories) == owners
    assert all(category.label and category.examples for category in POLICY.categories)


@pytest.mark.parametrize(
    ("severity", "respond", "sla", "steps"),
    [
        ("low", 10, 60, (60, 120)),
        ("medium", 5, 30, (30, 60, 90)),
        ("high", 2, 14, (7, 14, 28)),
        ("critical", 1, 7, (0, 7, 14)),
    ],
)
def test_graver_blockers_have_less_time(severity, respond, sla, steps):
    kind = POLICY.severity(severity)
    assert (kind.respond_days, kind.sla_days, kind.step_days) == (respond, sla, steps)


def test_what_is_sorted_under_other_has_to_be_sorted_again():
    assert blockers.sort_by(POLICY, "other", TODAY) == TODAY + timedelta(14)
    assert blockers.sort_by(POLICY, "budget", TODAY) is None


def test_ages_fall_into_bands():
    assert POLICY.band_labels == ("0–14", "15–30", "31–60", "61+")
    assert [POLICY.band(age) for age in (0, 14, 15, 30, 31, 60, 61, 999)] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_three_projects_make_a_blocker_one_of_the_portfolio():
    assert [blockers.is_shared(POLICY, projects) for projects in (1, 2, 3, 4)] == [False, False, True, True]


def test_the_value_held_up_is_what_the_projects_are_expected_to_bring():
    assert blockers.value_held_up([(0.5, 100.0), (0.25, 400.0), (None, 9.0), (0.9, None)]) == 150
    assert blockers.value_held_up([(None, 9.0)]) is None
    assert blockers.value_held_up([]) is None


def resolve(**changed):
    said = {
        "severity": "high",
        "resolution": "solved",
        "raised_on": TODAY - timedelta(9),
        "resolved_on": TODAY,
        "today": TODAY,
    }
    return [o.code for o in blockers.resolve_obstacles(POLICY, **{**said, **changed})]


def test_a_blocker_is_resolved_between_its_start_and_today():
    assert resolve() == []
    assert resolve(resolved_on=TODAY - timedelta(9)) == []
    assert resolve(resolved_on=TODAY - timedelta(10)) == ["before_raised"]
    assert resolve(resolved_on=TODAY + timedelta(1)) == ["in_future"]
    assert resolve(resolution="forgotten", resolved_on=date(1, 1, 1)) == [
        "resolution_unknown",
        "before_raised",
    ]


def test_accepting_a_critical_blocker_takes_sponsor_and_portfolio_manager():
    accept = {"severity": "critical", "resolution": "accepted"}
    assert resolve(**accept) == resolve(**accept, agreed=["SP"]) == ["acceptance_needed"]
    assert resolve(**accept, agreed=["PM", "PO"]) == ["acceptance_needed"]
    assert resolve(**accept, agreed=["PM", "SP"]) == []
    assert resolve(severity="critical") == resolve(resolution="accepted") == []


@pytest.mark.parametrize(
    ("level", "to", "held", "code"),
    [
        (2, 1, ["SP"], None),
        (2, 0, ["PO", "SP"], None),
        (1, 0, ["ML"], None),
        (2, 1, ["PO"], "level_needed"),
        (3, 2, ["SP"], "level_needed"),
        (1, 0, [], "level_needed"),
        (2, 2, ["SP"], "not_lower"),
        (1, 3, ["PO"], "not_lower"),
        (1, -1, ["PO"], "not_lower"),
        (0, 0, ["PM"], "not_lower"),
    ],
)
def test_only_the_level_that_holds_a_blocker_gives_it_back(level, to, held, code):
    found = blockers.set_back_obstacles(POLICY, level=level, to=to, held=held)
    assert [o.code for o in found] == ([code] if code else [])
    assert all(o.remedy.endswith(".") for o in found)


def test_a_later_deadline_needs_the_sponsor_or_the_board():
    assert blockers.extend_obstacles(POLICY, held=["SP"]) == []
    assert blockers.extend_obstacles(POLICY, held=["PM"]) == []
    (refused,) = blockers.extend_obstacles(POLICY, held=["PO", "ML"])
    assert refused.code == "level_needed"
    assert "business sponsor or portfolio manager" in refused.message


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        (["colour"], "red", "", "“colour” is not known"),
        (["categories", 0, "pitfall"], "P6", "categories[0].pitfall", "not one of the choices"),
        (["categories", 0, "owner"], "XX", "categories[0].owner", "not one of the choices"),
        (["categories", 1, "code"], "stewardship", "categories[1]", "comes twice"),
        (["severities", 0, "code"], "high", "severities", "not the four severities"),
        (["severities", 0, "sla_days"], 0, "severities[0].sla_days", "not a whole number"),
        (["severities", 0, "step_days"], [9, 3], "severities[0].step_days", "do not rise"),
        (["levels"], [], "levels", "0 members"),
        (["levels", 1, "roles"], ["PO", "PO"], "levels[1].roles[1]", "comes twice"),
        (["age_bands"], [], "age_bands", "0 members"),
        (["shared_from"], 1, "shared_from", "not a whole number"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(path, value, where, words):
    document = copy.deepcopy(DOCUMENT)
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(blockers.BlockersInvalid) as refused:
        blockers.parse(document)
    assert any(p.path == where and words in p.message for p in refused.value.problems), refused.value.problems


@pytest.mark.parametrize("part", sorted(DOCUMENT))
@pytest.mark.parametrize("nonsense", [None, -7, "text", {}, [None], [[]], {"a": 1}], ids=repr)
def test_nonsense_in_any_part_is_refused(part, nonsense):
    with pytest.raises(blockers.BlockersInvalid):
        blockers.parse({**DOCUMENT, part: nonsense})
