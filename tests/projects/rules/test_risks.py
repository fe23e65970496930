"""Risk: what blockers add, and how five pitfalls become one number."""

from dataclasses import replace

import pytest

from projects.rules import risks
from tests.projects.rules.score_cases import CARD, blocker, near, scored, vectors

pytestmark = pytest.mark.once

LATE = {"low": 61, "medium": 31, "high": 15, "critical": 8}


def score_of(*found):
    return risks.blocker_score(CARD.blockers, found)


@pytest.mark.parametrize(
    ("found", "score"),
    [
        ([], 0.0),
        ([blocker("low")], 5.0),
        ([blocker("medium")], 15.0),
        ([blocker("high")], 35.0),
        ([blocker("critical")], 60.0),
        ([blocker("high", age_days=14)], 35.0),
        ([blocker("high", age_days=15)], 52.5),
        ([blocker("critical", age_days=8)], 90.0),
        ([blocker("high", age_days=40, is_accepted=True)], 35.0),
        ([blocker("high", age_days=15), blocker("medium"), blocker("low")], 61.64375),
    ],
)
def test_blockers_add_up_without_passing_the_whole(found, score):
    assert score_of(*found) == near(score)


def test_no_blocker_takes_more_than_the_most():
    weights = replace(CARD.blockers, critical=0.8)
    assert risks.blocker_share(weights, blocker("critical")) == 0.8
    assert risks.blocker_share(weights, blocker("critical", age_days=8)) == 0.9


@pytest.mark.parametrize(
    ("pitfalls", "risk"),
    [((20, 85, 30, 25, 20), 55.6), ((40, 40, 40, 40, 40), 40.0), ((0, 0, 0, 0, 100), 52.0)],
)
def test_one_bad_pitfall_counts_and_so_does_a_middling_picture(pitfalls, risk):
    assert risks.risk(CARD.risk, dict(zip("12345", pitfalls, strict=True))) == near(risk)


def test_a_pitfall_that_is_left_out_counts_in_neither_mean_nor_worst():
    assert risks.risk(CARD.risk, {"P1": 40, "P2": None, "P3": 0}) == near(0.6 * 20 + 0.4 * 40)


def test_data_blockers_belong_to_the_data_and_the_others_to_the_people():
    found = scored(blockers=(blocker("high", "data_access"), blocker("medium", "skills")))
    assert found.pitfalls == {"P1": 0, "P2": 35, "P3": 0, "P4": 0, "P5": 15}


def test_blockers_of_a_pitfall_that_is_left_out_count_with_the_people():
    answers = {"P1": "YYYYYY", "P2": "XXXXXX", "P3": "YYYYYY", "P4": "YYPYYY", "P5": "YYYYYY"}
    found = scored("pilot", answers, blockers=(blocker("high", "data_access", 3),))
    assert found.pitfalls == {"P1": 0, "P2": None, "P3": 0, "P4": near(11.538462), "P5": 35}
    assert found.risk == near(20.980769)


def test_a_blocker_does_not_add_to_a_pitfall_that_is_worse_by_its_answers():
    answers = {"P1": "YYYYYY", "P2": "YYYYYY", "P3": "YYYYYY", "P4": "YYYYYY", "P5": "NNNNNN"}
    assert scored("pilot", answers, blockers=(blocker("critical"),)).pitfalls["P5"] == 100


def test_the_parts_of_the_pitfalls_make_the_risk_and_level_ones_share_the_worst():
    pitfalls = {"P1": 20.0, "P2": 85.0, "P3": None, "P4": 85.0, "P5": 0.0}
    parts = risks.shares(CARD.risk, pitfalls)
    assert sum(parts.values()) == near(risks.risk(CARD.risk, pitfalls))
    assert parts["P2"] == parts["P4"] == near(0.15 * 85 + 0.2 * 85)
    assert "P3" not in parts


def test_published_blockers():
    for case in vectors("blockers"):
        found = [
            blocker(severity, age_days=LATE[severity] if late else 0) for severity, late in case["blockers"]
        ]
        assert score_of(*found) == near(case["score"])


def test_published_risks():
    for case in vectors("risk"):
        assert risks.risk(CARD.risk, case["pitfalls"]) == near(case["risk"])
