"""Reasons: every number opens, and what would help is recomputed with that one change."""

from dataclasses import replace

import pytest
from hypothesis import given

from projects.rules import explanations, scores
from projects.rules.answers import YES, Answer
from tests.projects.rules.score_cases import (
    CARD,
    PERFECT,
    UNTIMED,
    blocker,
    inputs,
    inputs_of_vector,
    near,
    vectors,
)
from tests.projects.rules.test_scores_properties import projects

pytestmark = pytest.mark.once

MIXED = {"P1": "YYYPYY", "P2": "YYYYYY", "P3": "YCYYYY", "P4": "YYYNYY", "P5": "YYNYYY"}
STOPPED_BY = (blocker("high", "budget", 20, ref="B-1"), blocker("medium", "data_access", 10, ref="B-2"))


def explained(*said, **more):
    return explanations.explain(CARD, inputs(*said, **more))


def drops(explanation):
    return [(lever.ref, lever.drop) for lever in explanation.top]


def test_what_would_lower_this_most_names_questions_and_blockers_in_one_list():
    found = explained("validation", MIXED, age=60, active_days=20, blockers=STOPPED_BY)
    assert found.score.risk == near(36.014992)
    assert drops(found) == [("B-1", near(14.499544)), ("OO4", near(1.846154)), ("WP4", near(1.535679))]
    assert [lever.kind for lever in found.top] == ["blocker", "question", "question"]
    assert all(lever.p_production > found.score.p_production for lever in found.top)


def test_ties_go_by_weight_and_then_by_the_order_of_the_scorecard():
    answers = {"P1": "YYYUYU", "P2": "YUUYUY", "P3": "UUUUUU", "P4": "UUUUUU", "P5": "YYYUUY"}
    found = explained("data", answers, active_days=0)
    assert drops(found) == [("WP4", near(1.384615)), ("DQ2", near(1.384615)), ("MP1", near(1.384615))]


def test_questions_of_a_panel_come_last_among_equals_and_blockers_after_questions():
    answers = {**PERFECT, "P5": "YYYYYP", "GA": "YYYYPYYYY"}
    found = explained("validation", answers, is_llm=True, active_days=30)
    assert [lever.ref for lever in found.levers] == ["NT6", "GA5"]
    pair = (blocker("low", age_days=1, ref="young"), blocker("low", age_days=9, ref="old"))
    assert [lever.ref for lever in explained(blockers=pair).levers] == ["old", "young"]


def test_a_graver_blocker_comes_first_among_equals():
    level = replace(CARD, blockers=replace(CARD.blockers, medium=CARD.blockers.high))
    pair = (blocker("medium", age_days=9, ref="medium"), blocker("high", age_days=1, ref="high"))
    found = explanations.levers(level, inputs(blockers=pair))
    assert [lever.ref for lever in found] == ["high", "medium"]
    assert found[0].drop == found[1].drop


def test_where_no_single_change_helps_the_open_critical_questions_are_named():
    found = explained("pilot", {**PERFECT, "GA": "NNNNNNNNN"}, is_llm=True)
    assert found.levers == ()
    assert found.open_critical == ("GA1", "GA7", "GA8")


def test_shown_claims_and_what_does_not_apply_are_no_levers():
    assert explained("validation", furthest_stage="production", age=75).levers == ()
    assert explained("pilot", {**PERFECT, "P5": "XXXXXX"}).levers == ()


def test_an_accepted_blocker_cannot_be_closed_again():
    assert explained(blockers=(blocker("high", age_days=40, is_accepted=True),)).levers == ()


def test_the_parts_of_a_pitfall_add_up_to_its_score():
    late = blocker("critical", age_days=9)
    found = explained("poc", {**PERFECT, "P2": "YUPNYC", "P5": "YYCUUC"}, active_days=45, blockers=(late,))
    for reasons in found.pitfalls:
        points = sum(contribution.points for contribution in reasons.contributions)
        assert points == near(reasons.answers)
        total = reasons.answers + reasons.floor_lift + reasons.blocker_lift
        assert total == near(reasons.score)
    data, people = found.pitfalls[1], found.pitfalls[4]
    assert data.floor_lift > 0 and data.blocker_lift == 0
    assert (people.blockers, people.score) == (90.0, 90.0)
    assert sum(reasons.risk_points for reasons in found.pitfalls) == pytest.approx(found.score.risk, abs=1e-5)


def test_a_contribution_says_what_is_unknown_aged_and_open():
    found = explained("poc", {**PERFECT, "P2": "YUPNYC"}, active_days=45, age=120)
    by_id = {c.question: c for c in found.pitfalls[1].contributions}
    assert by_id["DQ2"].is_unknown and by_id["DQ2"].is_open and by_id["DQ2"].confidence == 0
    assert by_id["DQ1"].points == by_id["DQ1"].age_points == near(100 * 3 / 13 * 0.292893218813)
    assert by_id["DQ4"].age_points == 0 and not by_id["DQ4"].is_open
    assert (by_id["DQ5"].is_due, by_id["DQ1"].is_due) == (False, True)


def test_a_pitfall_that_is_left_out_has_no_score_and_no_part_of_the_risk():
    found = explained("pilot", {**PERFECT, "P2": "XXXXXX", "P4": "YYPYYY"})
    left_out = found.pitfalls[1]
    assert (left_out.score, left_out.answers, left_out.risk_points) == (None, None, 0.0)
    assert all(contribution.points == 0 for contribution in left_out.contributions)


def test_what_unknowns_and_age_add_is_recomputed():
    unknown = explained("idea", dict.fromkeys(PERFECT, "UUUUUU"))
    assert (unknown.score.risk, unknown.unknown_points, unknown.age_points) == (50, 50, 0)
    assert [reasons.unknown_points for reasons in unknown.pitfalls] == [50] * 5
    old = explained("poc", age=120)
    assert old.unknown_points == 0
    assert old.age_points == old.score.risk > 0


def test_impact_and_odds_open_too():
    found = explained("poc", kind="existing", is_on_hold=True)
    assert sum(found.impact.values()) == near(found.score.gross_impact)
    assert found.odds["kind"] == 0.4 and found.odds["on_hold"] == -0.7
    assert explained("production").odds == {}


@UNTIMED
@given(projects())
def test_every_lever_is_what_that_one_change_really_does(project):
    before = scores.score(CARD, project)
    refs = tuple(
        replaced._replace(ref=f"blocker:{number}") for number, replaced in enumerate(project.blockers)
    )
    project = replace(project, blockers=refs)
    found = explanations.explain(CARD, project)
    assert found.score == before
    figures = [lever.drop for lever in found.levers]
    assert figures == sorted(figures, reverse=True)
    for lever in found.levers:
        if lever.kind == "question":
            changed = replace(project, answers={**project.answers, lever.ref: YES})
        else:
            changed = replace(project, blockers=tuple(b for b in refs if b.ref != lever.ref))
        after = scores.score(CARD, changed)
        assert lever.drop > 0
        assert before.risk - after.risk == pytest.approx(lever.drop, abs=2e-6)
        assert after.p_production == lever.p_production


@UNTIMED
@given(projects())
def test_reasons_add_up_for_any_project(project):
    found = explanations.explain(CARD, project)
    assert sum(r.risk_points for r in found.pitfalls) == pytest.approx(found.score.risk, abs=1e-5)
    assert 0 <= found.unknown_points <= found.score.risk + 1e-6
    assert 0 <= found.age_points <= found.score.risk + 1e-6
    for reasons in found.pitfalls:
        assert reasons.score == found.score.pitfalls[reasons.code]
        if reasons.answers is not None:
            assert sum(c.points for c in reasons.contributions) == pytest.approx(reasons.answers, abs=1e-4)


def test_an_answer_that_is_absent_is_a_lever_like_an_unknown_one():
    absent = explanations.levers(CARD, replace(inputs("poc"), answers={}))
    unknown = explanations.levers(
        CARD, replace(inputs("poc"), answers={q.id: Answer("U") for q in CARD.questions})
    )
    assert absent == unknown


def test_published_explanations():
    for case in vectors("project"):
        found = explanations.explain(CARD, inputs_of_vector(case["input"]))
        expected = [(ref, near(drop)) for ref, drop in case["expected"]["explain_top3"]]
        assert drops(found) == expected, case["input"]["label"]
