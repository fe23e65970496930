"""The way to another place on the matrix: each step lowers the risk, the last one reaches the target."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.insights.rules.matrix import proposals
from projects.rules import scorecards, scores
from projects.rules.answers import YES, Answer
from projects.rules.scores import Inputs

CARD = scorecards.shipped("standard")
ASKED = [question.id for question in CARD.asked(False)]
LETTERS = st.sampled_from("YCPTNU")
DATA = Inputs(stage="data", furthest_stage="data", annual_value=500_000.0, strategic=2, reach=2)


def given_answers(letters):
    return replace(DATA, answers={each: Answer(letter) for each, letter in zip(ASKED, letters, strict=True)})


@settings(max_examples=15, deadline=None)
@given(st.lists(LETTERS, min_size=len(ASKED), max_size=len(ASKED)), st.integers(0, 100))
def test_the_steps_together_make_what_they_say(letters, target):
    inputs = given_answers(letters)
    way = proposals.lower_risk(CARD, inputs, target)
    changed = replace(inputs, answers={**inputs.answers, **{step.ref: YES for step in way.steps}})
    assert scores.score(CARD, changed).risk == pytest.approx(way.end)
    assert all(step.by >= 0 for step in way.steps)
    if way.start <= target:
        assert way.steps == ()
    else:
        # Everything answered with yes is a risk of 0, so every target can be reached within the steps.
        assert way.end <= target or len(way.steps) >= proposals.MOST_STEPS
        assert all(step.after > target for step in way.steps[:-1])


def test_an_impact_is_raised_by_marks_first_and_then_by_what_is_missing():
    marks = {"baseline_measured": True, "target_dated": False, "method_agreed": False, "metric_owned": False}
    way = proposals.raise_impact(CARD, replace(DATA, metric_quality=0.25), marks, 40)
    assert [step.kind for step in way.steps] == ["mark"] * len(way.steps)
    assert way.end > way.start
    bare = Inputs(stage="data", furthest_stage="data")
    assert [
        step.ref for step in proposals.raise_impact(CARD, bare, marks, 90).steps if step.kind == "field"
    ] == [
        "value",
        "strategic",
        "reach",
    ]


def test_the_value_asked_for_makes_the_impact():
    value = proposals.value_for(CARD, DATA, 1.0, 60)
    assert scores.score(CARD, replace(DATA, annual_value=value, metric_quality=1.0)).impact == pytest.approx(
        60
    )
    assert proposals.value_for(CARD, DATA, 1.0, 100) is None
