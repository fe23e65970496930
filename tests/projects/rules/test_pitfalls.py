"""The score of a pitfall: ageing, unknowns that become due, critical questions, what does not apply."""

import pytest

from projects.rules import ageing, letters, pitfalls
from projects.rules.answers import Answer
from projects.rules.pitfalls import Progress
from projects.rules.stages import STANDARD_STAGES
from tests.projects.rules.score_cases import CARD, near, vectors

pytestmark = pytest.mark.once


def section(pitfall, answers, stage, *, days=None, age=0):
    """One pitfall of a project that has come to a stage."""
    written = letters.read(CARD, {pitfall: answers}, age)
    found = pitfalls.sections(CARD, written, Progress(stage, days), is_llm=False)
    return next(section for section in found if section.pitfall.code == pitfall)


@pytest.mark.parametrize(
    ("stage", "age", "decay"),
    [
        ("poc", 0, 0.0),
        ("poc", 30, 0.0),
        ("poc", 120, 0.292893),
        ("poc", 210, 0.5),
        ("poc", 390, 0.75),
        ("validation", 120, 0.292893),
        ("pilot", 120, 0.5),
        ("production", 120, 0.5),
        ("poc", -3, 0.0),
    ],
)
def test_answers_drift_to_unknown_by_half_lives_after_a_month(stage, age, decay):
    assert ageing.decay(CARD.ageing, stage, age) == near(decay)


@pytest.mark.parametrize(
    ("due", "stage", "days", "unknown"),
    [
        ("mvp", "poc", 400, 0.5),
        ("poc", "poc", 0, 0.5),
        ("poc", "poc", 15, 0.666667),
        ("poc", "poc", 45, 1.0),
        ("poc", "poc", 200, 1.0),
        ("poc", "mvp", 0, 1.0),
        ("poc", "poc", None, 1.0),
        ("pilot", "production", 0, 1.0),
        ("production", "production", 0, 1.0),
    ],
)
def test_the_unknown_weighs_more_as_it_falls_due(due, stage, days, unknown):
    assert ageing.unknown(CARD, due, stage, days) == near(unknown)


@pytest.mark.parametrize(
    ("pitfall", "answers", "stage", "age", "score"),
    [
        ("P1", "YYYYYY", "poc", 0, 0.0),
        ("P1", "UUUUUU", "idea", 0, 50.0),
        ("P1", "UUUUUU", "pilot", 0, 100.0),
        ("P2", "NNNNNN", "idea", 0, 100.0),
        ("P2", "YUPNYC", "poc", 0, 60.0),  # 48.08 by its answers, lifted to the floor
        ("P2", "YUPNYC", "data", 0, 36.538462),
        ("P2", "YCPNYC", "poc", 0, 30.769231),
        ("P2", "YCPNYC", "poc", 120, 48.793429),
        ("P2", "YCPNYC", "poc", 210, 61.538462),
        ("P2", "YCPNYC", "poc", 390, 76.923077),
        ("P1", "XXXXXX", "poc", 0, 100.0),
        ("P4", "NYYYYY", "mvp", 0, 60.0),
    ],
)
def test_a_pitfall_is_the_weighed_mean_of_its_answers(pitfall, answers, stage, age, score):
    assert section(pitfall, answers, stage, age=age).score == near(score)


@pytest.mark.parametrize(("answers", "score"), [("NNNNNN", 100.0), ("PPPPPP", 50.0), ("CCCCCC", 43.75)])
def test_old_good_news_drifts_and_old_bad_news_stays(answers, score):
    # At Idea nothing is due, so unknown is worth a half; at 390 days three quarters of the way are gone.
    assert section("P1", answers, "idea", age=390).score == near(score)


def test_what_the_floor_lifts_keeps_the_score_of_its_answers():
    lifted = section("P2", "YUPNYC", "poc")
    assert (lifted.raw, lifted.score, lifted.has_open) == (near(48.076923), 60.0, True)
    high = section("P2", "NNNNYY", "poc")
    assert high.score == high.raw == near(76.923077)


@pytest.mark.parametrize(
    ("pitfall", "answers", "stage", "days", "age", "score", "confidence"),
    [
        ("P1", "TTTTTT", "idea", 5, 0, 50.0, 0.8),
        ("P1", "YYYTYT", "framing", 10, 0, 15.384615, 0.938462),
        ("P1", "YYYTYT", "poc", 0, 0, 15.384615, 0.753846),
        ("P1", "YYYTYT", "poc", 45, 0, 60.0, 0.753846),
        ("P2", "YTPNYC", "poc", 15, 120, 51.837491, 0.500414),
    ],
)
def test_a_plan_counts_as_unknown_but_is_known_until_it_is_due(
    pitfall, answers, stage, days, age, score, confidence
):
    found = section(pitfall, answers, stage, days=days, age=age)
    assert found.score == near(score)
    assert pitfalls.confidence(found.marks) == near(confidence)


def test_age_alone_never_opens_a_critical_question():
    for stage in STANDARD_STAGES:
        assert not section("P2", "PCCYYY", stage, age=5000).has_open
        assert section("P2", "NCCYYY", stage).has_open


@pytest.mark.parametrize(
    ("answers", "days", "is_open"), [("YNYYYY", 0, False), ("YYYUYY", 44, False), ("YYYUYY", 45, True)]
)
def test_only_critical_questions_open_and_unknown_ones_at_the_end_of_the_ramp(answers, days, is_open):
    assert section("P1", answers, "poc", days=days).has_open is is_open


def scores_of(written, stage="pilot"):
    found = pitfalls.sections(CARD, letters.read(CARD, written), Progress(stage), is_llm=False)
    return [section.score for section in found]


def test_only_the_first_of_the_pitfalls_that_do_not_apply_is_left_out():
    yes, none = "YYYYYY", "XXXXXX"
    assert scores_of({"P1": yes, "P2": yes, "P3": yes, "P4": none, "P5": yes}) == [0, 0, 0, None, 0]
    assert scores_of({"P1": yes, "P2": yes, "P3": none, "P4": none, "P5": yes}) == [0, 0, None, 100, 0]
    assert scores_of({"P1": none, "P2": none, "P3": none, "P4": none, "P5": none}) == [
        100,
        None,
        100,
        100,
        100,
    ]


def test_a_language_model_is_asked_more_before_its_pitfall_can_be_left_out():
    written = letters.read(CARD, {"P3": "XXXXXX"})
    plain = pitfalls.sections(CARD, written, Progress("idea"), is_llm=False)[2]
    llm = pitfalls.sections(CARD, written, Progress("idea"), is_llm=True)[2]
    assert (plain.score, llm.score) == (None, 50.0)
    assert (len(plain.marks), len(llm.marks)) == (6, 15)


def test_what_does_not_apply_weighs_nothing():
    assert section("P2", "XXPXXX", "data").score == 50.0
    assert pitfalls.confidence(section("P2", "XXXXXX", "data").marks) == 0.0
    assert pitfalls.confidence(section("P2", "XXCXXX", "data").marks) == near(0.6)
    assert pitfalls.assessed_share(section("P2", "XUUUUU", "data").marks) == near(3 / 13)


def test_answers_of_questions_that_are_not_asked_count_for_nothing():
    strange = {"WP99": Answer("N"), "GA1": Answer("N")}
    with_strange = pitfalls.sections(CARD, strange, Progress("idea"), is_llm=False)
    assert [section.score for section in with_strange] == [50.0] * 5


def test_published_ageing():
    for case in vectors("decay"):
        assert ageing.decay(CARD.ageing, case["stage"], case["age_days"]) == near(case["decay"])


def test_published_unknowns():
    for case in vectors("unknown_ramp"):
        found = ageing.unknown(
            CARD, case["due"], case["furthest_stage"], case["active_days_in_furthest_stage"]
        )
        assert found == near(case["u"]), case


def test_published_pitfalls():
    for case in vectors("pitfall"):
        found = section(case["pitfall"], case["answers"], case["stage"], age=case["age_days"])
        assert found.score == near(case["score"]), case


def test_published_plans():
    for case in vectors("answer_planned"):
        days = case["active_days_in_furthest_stage"]
        found = section(
            case["pitfall"], case["answers"], case["furthest_stage"], days=days, age=case["age_days"]
        )
        assert found.score == near(case["score"]), case
        assert pitfalls.confidence(found.marks) == near(case["section_confidence"]), case
