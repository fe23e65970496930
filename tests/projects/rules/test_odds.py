"""The probability of reaching production."""

import pytest

from projects.rules import odds
from tests.projects.rules.score_cases import CARD, blocker, near, scored, vectors

pytestmark = pytest.mark.once

CRITICAL, HIGH = blocker("critical", age_days=8), blocker("high", age_days=15)


def p(stage, risk, **more):
    return odds.p_production(CARD.odds, stage, risk, **more)


@pytest.mark.parametrize(
    ("stage", "risk", "more", "expected"),
    [
        ("poc", 45, {}, 0.42),
        ("poc", 50, {"kind": "new"}, 0.378064),
        ("poc", 50, {"kind": "new", "is_on_hold": True}, 0.231872),
        ("poc", 50, {"blockers": [CRITICAL, HIGH]}, 0.223086),
        ("poc", 30, {"kind": "existing"}, 0.646166),
        ("pilot", 20, {"kind": ""}, 0.820334),
        ("framing", 90, {"kind": "revolutionary"}, 0.051443),
        ("production", 100, {"is_on_hold": True, "blockers": [CRITICAL]}, 1.0),
        ("idea", 100, {"kind": "revolutionary", "is_on_hold": True, "blockers": [CRITICAL] * 9}, 0.02),
        ("pilot", 0, {"kind": "existing"}, 0.932050),
    ],
)
def test_the_stage_gives_the_start_and_the_project_shifts_it(stage, risk, more, expected):
    assert p(stage, risk, **more) == near(expected)


def test_blockers_that_are_in_time_mild_or_accepted_do_not_shift_it():
    mild = [blocker("critical", age_days=7), blocker("medium", age_days=99)]
    accepted = [blocker("critical", age_days=99, is_accepted=True)]
    assert p("poc", 50, blockers=[*mild, *accepted]) == p("poc", 50)


def test_late_blockers_shift_it_only_so_far():
    assert p("poc", 50, blockers=[CRITICAL] * 3) == p("poc", 50, blockers=[CRITICAL] * 30)


def test_after_a_rollback_it_is_of_the_present_stage_again():
    assert scored("production").p_production == 1.0
    rolled_back = scored("validation", furthest_stage="production", age=75)
    assert rolled_back.p_production == near(0.697852)


def test_the_terms_add_up():
    terms = odds.terms(CARD.odds, "poc", 50, is_on_hold=True, blockers=[HIGH])
    assert odds.probability(CARD.odds, sum(terms.values())) == near(
        p("poc", 50, is_on_hold=True, blockers=[HIGH])
    )
    assert terms["risk"] == near(-0.175) and terms["late_blockers"] == -0.25


def test_published_probabilities():
    for case in vectors("p_production"):
        found = p(
            case["stage"],
            case["risk"],
            kind=case["kind"],
            is_on_hold=case["on_hold"],
            blockers=[CRITICAL] * case["critical_overdue"] + [HIGH] * case["high_overdue"],
        )
        assert found == near(case["p"])
