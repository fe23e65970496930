"""All scores of a project by the one function: states, gaps, confidence, published results."""

import csv
import itertools

import pytest

from projects.rules import blockers, letters, quadrants, scorecards, scores
from projects.rules.quadrants import Sides
from projects.rules.risks import OpenBlocker
from tests.projects.rules.score_cases import (
    CARD,
    PERFECT,
    blocker,
    inputs,
    inputs_of_vector,
    near,
    scored,
    vectors,
)
from tests.test_architecture import ROOT

pytestmark = pytest.mark.once

SAMPLE = ROOT / "portfolio" / "register" / "sample" / "projects.csv"
UNKNOWN = dict.fromkeys(PERFECT, "UUUUUU")
EARLY = {"P1": "YYYUYU", "P2": "YUUYUY", "P3": "UUUUUU", "P4": "UUUUUU", "P5": "YYYUUY"}


def answers(**columns):
    """Perfect answers but for some pitfalls."""
    return {**PERFECT, **columns}


def test_a_perfect_project():
    found = scored()
    assert found.pitfalls == dict.fromkeys(PERFECT, 0.0)
    assert (found.risk, found.confidence, found.due_confidence) == (0.0, 1.0, 1.0)
    assert (found.impact, found.gross_impact) == (50.216235, 57.389983)
    assert (found.state, found.quadrant, found.p_production) == ("placed", "quick_win", 0.901908)
    assert found.sides == Sides(high_risk=False, high_impact=True)
    assert found.is_borderline and not found.has_critical_gap and not found.is_unproven
    assert found.model_version == CARD.model_version == "standard-1"
    assert found.worst_pitfalls == ()


def test_one_no_on_a_critical_question_is_a_gap_that_the_risk_alone_does_not_show():
    found = scored("pilot", answers(P4="YYNYYY"))
    assert (found.pitfalls["P4"], found.risk, found.gaps) == (60.0, 31.2, ("OO3",))
    assert (found.quadrant, found.worst_pitfalls) == ("quick_win", ("P4",))
    assert quadrants.label(found.quadrant, has_critical_gap=found.has_critical_gap).endswith("critical gap")


@pytest.mark.parametrize(
    ("stage", "days", "risk", "gaps"),
    [("mvp", 60, 6.0, ()), ("validation", 15, 9.0, ()), ("validation", 30, 31.2, ("MP3",))],
)
def test_an_unknown_critical_question_becomes_a_gap_at_the_end_of_the_ramp(stage, days, risk, gaps):
    found = scored(stage, answers(P3="YYUYYY"), active_days=days)
    assert (found.risk, found.gaps) == (risk, gaps)


@pytest.mark.parametrize(
    ("one", "risk", "gaps"),
    [
        (blocker("critical", age_days=3), 31.2, ("blocker",)),
        (blocker("critical", age_days=40, is_accepted=True), 31.2, ("blocker",)),
        (blocker("high", age_days=40, is_accepted=True), 18.2, ()),
    ],
)
def test_a_critical_blocker_is_a_gap_even_when_it_is_accepted(one, risk, gaps):
    found = scored(blockers=(one,))
    assert (found.risk, found.gaps) == (risk, gaps)


def test_gaps_come_in_the_order_of_the_scorecard_with_blockers_last():
    columns = answers(P2="NYYYYY", P3="NYYYYY", P5="NYYYYY", GA="NYYYYYYNY")
    found = scored("pilot", columns, is_llm=True, blockers=(blocker("critical"),))
    assert found.gaps == ("DQ1", "MP1", "NT1", "GA1", "GA8", "blocker")


def test_an_idea_has_no_quadrant():
    found = scored("idea", {**UNKNOWN, "P1": "YYYUYU", "P5": "YYYUUU"})
    assert (found.state, found.quadrant, found.sides) == ("intake", "intake", quadrants.NO_SIDES)
    assert (found.risk, found.p_production) == (42.615385, 0.244561)
    assert not (found.is_borderline or found.is_unproven or found.is_metric_pending)


def test_too_few_answers_make_no_quadrant_and_forget_the_last_side():
    known = {"annual_value": 2000000, "strategic": 3, "reach": 3, "metric_quality": 0}
    few = scored("framing", {**UNKNOWN, "P1": "YPTUUU"}, last=Sides(True, True), **known)
    assert (few.state, few.quadrant, few.sides) == ("unassessed", "unassessed", quadrants.NO_SIDES)
    assert few.assessed_share == near(7 / 16)
    enough = scored("framing", {**UNKNOWN, "P1": "YPTUPU"}, **known)
    assert (enough.state, enough.quadrant, enough.assessed_share) == ("placed", "big_bet", near(9 / 16))
    assert enough.is_metric_pending and enough.is_unproven
    assert (enough.impact, enough.gross_impact) == (near(37.967775), near(75.93555))
    exactly_half = scored("framing", {**UNKNOWN, "P1": "YPTUUU"} | {"P5": "UUUUUU"}, **known)
    assert exactly_half.state == "unassessed"


def test_half_of_the_due_weight_is_enough():
    # Due in framing: WP1 WP2 WP3 WP5 (9) and NT1 NT2 NT3 (7); WP1 WP2 and NT1 are 8 of 16.
    columns = {**UNKNOWN, "P1": "NPUUUU", "P5": "XUUUUU"}
    found = scored("framing", columns)
    assert (found.assessed_share, found.state) == (0.5, "placed")


def test_only_framing_looks_at_the_gross_impact():
    poor = {"metric_quality": 0, "annual_value": 800000}
    assert scored("framing", **poor).quadrant == "quick_win"
    assert scored("framing", **poor).is_metric_pending
    after = scored("data", **poor)
    assert (after.quadrant, after.is_metric_pending) == ("fill_in", False)


def test_moving_back_keeps_what_is_due_but_starts_from_the_present_stage():
    stayed = scored("data", EARLY, active_days=20)
    returned = scored("data", EARLY, furthest_stage="mvp", active_days=20)
    assert (stayed.risk, stayed.p_production, stayed.quadrant) == (39.384615, 0.395918, "quick_win")
    assert (returned.risk, returned.p_production, returned.quadrant) == (62.523077, 0.225771, "unassessed")
    assert returned.gaps == ("WP4", "DQ2", "NT4")


def test_confidence_in_words():
    assert scored().confidence_band == "high"
    assert scored(age=75, furthest_stage="production").confidence_band == "medium"
    assert scored("idea", UNKNOWN).confidence_band == "low"


def test_unproven_looks_only_at_what_is_due():
    early = scored("data", EARLY, active_days=0)
    assert (early.confidence, early.due_confidence, early.is_unproven) == (0.353846, 1.0, False)


def test_the_last_side_is_kept_within_the_band():
    near_line = {"annual_value": 800000, "last": Sides(high_risk=None, high_impact=False)}
    assert scored(**near_line).quadrant == "fill_in"
    assert scored(**{**near_line, "last": quadrants.NO_SIDES}).quadrant == "quick_win"


def test_language_model_questions_count_only_with_the_trait():
    columns = answers(GA="NNNNNNNNN")
    assert scored("pilot", columns).risk == 0.0
    found = scored("pilot", columns, is_llm=True)
    assert (found.pitfalls["P3"], found.risk, found.gaps) == (60.0, 31.2, ("GA1", "GA7", "GA8"))


def test_many_projects_are_scored_by_the_same_function():
    some = [inputs(stage, EARLY, age=age) for stage in ("data", "mvp") for age in (0, 90)]
    assert list(scores.every(CARD, iter(some))) == [scores.score(CARD, one) for one in some]


def test_scoring_many_holds_one_project_at_a_time():
    endless = scores.every(CARD, itertools.repeat(inputs("poc", EARLY)))
    assert next(endless) == next(endless) == scored("poc", EARLY)


def test_a_scorecard_with_another_version_names_itself():
    card = scorecards.parse({**scorecards.document(), "version": 7})
    assert scores.score(card, inputs()).model_version == "standard-7"


def _sample():
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sample_blocker(text):
    severity, category, age, late, _ = text.split(":")
    pitfall = blockers.shipped().category(category).pitfall
    return OpenBlocker(severity, pitfall, int(age), is_past_sla=late == "1")


def _sample_inputs(row):
    written = {column: row[f"answers_{column}"] for column in letters.columns(CARD)}
    assert letters.obstacles(CARD, written) == []
    found = row["blockers(severity:category:age_days:overdue:owner)"]
    return scores.Inputs(
        stage=row["stage"],
        furthest_stage=row["stage"],
        active_days=int(row["days_in_stage"]),
        kind=row["initiative_kind"],
        is_on_hold=row["status"] == "on_hold",
        is_llm=row["llm"] == "1",
        answers=letters.read(CARD, written, int(row["assessment_age_days"] or 0)),
        blockers=tuple(_sample_blocker(text) for text in found.split(";") if text),
        annual_value=float(row["annual_value_eur"]),
        strategic=int(row["strategic_0_4"]),
        reach=int(row["reach_0_4"]),
        metric_quality=float(row["metric_quality_0_1"]),
    )


@pytest.mark.parametrize("row", _sample(), ids=lambda row: row["code"])
def test_the_sample_portfolio_comes_out_to_the_digits_given(row):
    found = scores.score(CARD, _sample_inputs(row))
    assert {code: f"{round(value, 2)}" for code, value in found.pitfalls.items()} == {
        code: row[f"x_{code}"] for code in PERFECT
    }
    assert found.risk == pytest.approx(float(row["x_risk"]), abs=0.005)
    assert found.impact == pytest.approx(float(row["x_impact"]), abs=0.005)
    assert found.p_production == pytest.approx(float(row["x_p_production"]), abs=0.00005)
    assert found.confidence == pytest.approx(float(row["x_confidence"]), abs=0.0005)
    marks = (found.is_metric_pending, found.has_critical_gap, found.is_unproven)
    assert found.quadrant == row["x_quadrant"]
    assert [str(int(mark)) for mark in marks] == [
        row["x_metric_pending"],
        row["x_critical_gap"],
        row["x_unproven"],
    ]


def test_the_sample_has_24_projects_in_all_quadrants():
    assert len(_sample()) == 24
    assert {row["x_quadrant"] for row in _sample()} == {"intake", *quadrants.QUADRANTS.values()}


def test_published_projects():
    for case in vectors("project"):
        found, expected = scores.score(CARD, inputs_of_vector(case["input"])), case["expected"]
        label = case["input"]["label"]
        for code, value in expected["pitfalls"].items():
            assert found.pitfalls[code] == (None if value is None else near(value)), label
        for name, value in (
            ("risk", found.risk),
            ("gross", found.gross_impact),
            ("impact", found.impact),
            ("confidence", found.confidence),
            ("confidence_due", found.due_confidence),
            ("p_production", found.p_production),
        ):
            assert value == near(expected[name]), (label, name)
        exact = {
            "quadrant": found.quadrant,
            "state": found.state,
            "borderline": found.is_borderline,
            "metric_pending": found.is_metric_pending,
            "critical_gap": found.has_critical_gap,
            "gaps": list(found.gaps),
            "confidence_band": found.confidence_band,
            "unproven": found.is_unproven,
        }
        assert exact == {name: expected[name] for name in exact}, label
