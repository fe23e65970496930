"""The fewest answers that give a project its quadrant."""

from dataclasses import replace

import pytest

from projects.rules import placements, scorecards, scores
from projects.rules.answers import Answer
from projects.rules.scores import Inputs

CARD = scorecards.shipped()
FRAMING = Inputs(stage="framing", furthest_stage="framing")


def answered(inputs, questions, letter="C"):
    return replace(inputs, answers={**inputs.answers, **{each: Answer(letter) for each in questions}})


@pytest.mark.parametrize("stage", ["framing", "data", "poc", "mvp", "validation", "pilot", "production"])
@pytest.mark.parametrize("is_llm", [False, True])
def test_answering_what_is_named_places_the_project_and_one_less_does_not(stage, is_llm):
    inputs = Inputs(stage=stage, furthest_stage=stage, is_llm=is_llm)
    named = placements.to_answer(CARD, inputs)
    assert scores.score(CARD, answered(inputs, named)).state == "placed"
    assert scores.score(CARD, answered(inputs, named[:-1])).state == "unassessed"
    assert placements.to_answer(CARD, answered(inputs, named)) == ()


def test_the_heaviest_open_questions_come_first():
    assert placements.to_answer(CARD, FRAMING)[:2] == ("WP1", "NT1")
    assert "WP1" not in placements.to_answer(CARD, answered(FRAMING, ["WP1"], "N"))


def test_planned_counts_as_an_answer_and_unknown_does_not():
    named = placements.to_answer(CARD, FRAMING)
    assert placements.to_answer(CARD, answered(FRAMING, named, "T")) == ()
    assert placements.to_answer(CARD, answered(FRAMING, named, "U")) == named


def test_an_idea_is_never_placed():
    assert placements.to_answer(CARD, Inputs(stage="idea", furthest_stage="idea")) == ()
