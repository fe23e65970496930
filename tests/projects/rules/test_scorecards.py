"""The shipped scorecard is complete, and a document that would make unsound scores is refused."""

import copy
import json

import pytest

from projects.rules import presets, scorecards
from projects.rules.stages import STANDARD_STAGES
from tests.projects.rules.score_cases import CARD

pytestmark = pytest.mark.once

# What the model prescribes: weights in order, and the first letter of the stage in which each is due.
WEIGHTS = {
    "P1": [3, 2, 2, 3, 2, 1],
    "P2": [3, 3, 2, 2, 2, 1],
    "P3": [3, 2, 3, 2, 2, 1],
    "P4": [3, 2, 3, 2, 2, 1],
    "P5": [3, 2, 2, 3, 2, 1],
    "GA": [1] * 9,
}
DUE = {
    "P1": "framing framing framing poc framing mvp",
    "P2": "data poc poc data mvp data",
    "P3": "mvp mvp validation validation validation mvp",
    "P4": "mvp validation validation poc pilot poc",
    "P5": "framing framing framing poc mvp data",
    "GA": " ".join(["validation"] * 9),
}
CRITICAL = "WP1 WP4 DQ1 DQ2 MP1 MP3 OO1 OO3 NT1 NT4 GA1 GA7 GA8"


@pytest.mark.parametrize("group", WEIGHTS)
def test_questions_have_the_weights_and_due_stages_of_the_model(group):
    asked = CARD.group(group)
    assert [question.weight for question in asked] == WEIGHTS[group]
    assert " ".join(question.due for question in asked) == DUE[group]


def test_thirteen_questions_are_critical():
    assert " ".join(question.id for question in CARD.questions if question.critical) == CRITICAL


def test_thirty_questions_are_asked_of_all_and_nine_more_of_language_models():
    assert len(CARD.asked(is_llm=False)) == 30
    assert len(CARD.asked(is_llm=True)) == 39
    weights = {
        is_llm: [sum(q.weight for q in questions) for _, questions in CARD.sections(is_llm)]
        for is_llm in (False, True)
    }
    assert weights == {False: [13] * 5, True: [13, 13, 22, 13, 13]}


def test_every_question_says_what_good_evidence_looks_like_and_what_would_help():
    for question in CARD.questions:
        assert question.text.endswith("?")
        assert question.evidence and question.help.endswith(".") and question.actions
    assert len({question.text for question in CARD.questions}) == 39


def test_the_ramp_has_the_usual_days_of_the_standard_workflow():
    stages = presets.workflow("standard").stages
    usual = {stage.code: stage.typical_days.p50 for stage in stages if stage.code != "production"}
    assert CARD.ramp_days == usual


def test_a_document_survives_json_and_keeps_its_version():
    document = json.loads(json.dumps(scorecards.document()))
    again = scorecards.parse(document)
    assert again == CARD
    assert again.model_version == "standard-1"


def test_an_unknown_scorecard_is_a_key_error():
    with pytest.raises(KeyError):
        scorecards.shipped("nobody")
    assert scorecards.names() == ("standard",)


def _set(path, value):
    def change(document):
        *way, last = path
        for key in way:
            document = document[key]
        document[last] = value

    return change


def _drop(*path):
    def change(document):
        *way, last = path
        for key in way:
            document = document[key]
        del document[last]

    return change


DAYS_OF_FIRST = "questions[0].evidence_days_in_production"


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (_drop("odds"), "", "“odds” is missing"),
        (_set(["colour"], "red"), "", "“colour” is not known"),
        (_set(["version"], 0), "version", "not a whole number"),
        (_set(["name"], "My card"), "name", "right form"),
        (_set(["questions"], []), "questions", "0 members"),
        (_set(["questions", 0, "id"], "WP2"), "questions[1]", "comes twice"),
        (_set(["questions", 0, "weight"], 0), "questions[0].weight", "not a whole number"),
        (_set(["questions", 0, "due"], "later"), "questions[0].due", "not one of the choices"),
        (_set(["questions", 0, "critical"], "yes"), "questions[0].critical", "true or false"),
        (_set(["questions", 0, "panel"], "GB"), "questions[0].panel", "not one of the choices"),
        (_set(["questions", 0, "colour"], "red"), "questions[0]", "“colour” is not known"),
        (_set(["questions", 0, "evidence_days_in_production"], 0), DAYS_OF_FIRST, "not a whole number"),
        (_set(["questions", 0, "evidence_days_in_production"], 3651), DAYS_OF_FIRST, "not a whole number"),
        (_drop("questions", 0, "text"), "questions[0]", "“text” is missing"),
        (_drop("pitfalls", 0), "pitfalls", "not the five pitfalls"),
        (_set(["pitfalls", 4, "may_be_left_out"], True), "pitfalls[4]", "P5 always counts"),
        (_set(["panels", 0, "code"], "P1"), "panels[0]", "code of a pitfall"),
        (_set(["answers", "values", "C"], 0.6), "answers", "do not rise"),
        (_set(["unknown", "before_due"], 0.4), "answers", "do not rise"),
        (_set(["answers", "values", "Y"], 0.1), "answers", "do not rise"),
        (_set(["answers", "values", "N"], True), "answers.values.N", "not a number that fits"),
        (_set(["answers", "confidence", "P"], float("nan")), "answers.confidence.P", "not a number"),
        (_drop("ramp_days", "poc"), "ramp_days", "“poc” is missing"),
        (_set(["ramp_days", "poc"], 0), "ramp_days.poc", "not a whole number"),
        (_set(["ageing", "half_life_days"], 0), "ageing.half_life_days", "not a number that fits"),
        (_set(["ageing", "late_half_life_days"], 200), "ageing", "more slowly"),
        (_set(["ageing", "late_stages"], ["pilot"]), "ageing", "not the last ones"),
        (_set(["risk", "mean_weight"], 0.7), "risk", "add up to 1.1"),
        (_set(["risk", "critical_floor"], 101), "risk.critical_floor", "not a number that fits"),
        (_set(["blockers", "medium"], 0.5), "blockers", "weighs less"),
        (_set(["blockers", "past_sla_factor"], 0.5), "blockers.past_sla_factor", "not a number that fits"),
        (_set(["impact", "reach_weight"], 0.3), "impact", "add up to 1.1"),
        (_set(["impact", "low_value"], 1e9), "impact", "not below"),
        (_set(["odds", "stages", "poc", "p"], 1), "odds.stages.poc.p", "not a number that fits"),
        (_set(["odds", "kinds", "new"], "none"), "odds.kinds.new", "not a number that fits"),
        (_drop("odds", "on_hold"), "odds", "“on_hold” is missing"),
        (_set(["quadrants", "band"], -1), "quadrants.band", "not a number that fits"),
        (_set(["certainty", "medium"], 0.8), "certainty", "above high"),
    ],
)
def test_a_scorecard_that_would_make_unsound_scores_is_refused(change, path, words):
    document = copy.deepcopy(scorecards.document())
    change(document)
    with pytest.raises(scorecards.ScorecardInvalid) as refused:
        scorecards.parse(document)
    found = [problem for problem in refused.value.problems if problem.path == path]
    assert any(words in problem.message for problem in found), refused.value.problems
    assert all(problem.remedy.endswith(".") for problem in refused.value.problems)


def _paths(value, path=()):
    """Every place of a document; one question stands for all of them."""
    yield path
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _paths(member, (*path, key))
    elif isinstance(value, list):
        for number, member in enumerate(value[:1]):
            yield from _paths(member, (*path, number))


# Where such a value makes sense after all.
OPTIONAL = ("panel", "critical", "evidence", "help", "actions", "evidence_days_in_production")
MAY_BE = {
    "None": OPTIONAL,
    "[]": ("actions", "late_stages"),
    "True": ("critical", "may_be_left_out"),
}


@pytest.mark.parametrize(
    "nonsense", [None, -7, "\0", [], {}, [None], [[{}]], {"a": 1}, True, float("inf")], ids=repr
)
def test_nonsense_in_any_place_is_a_problem_and_no_crash(nonsense):
    for path in list(_paths(scorecards.document()))[1:]:
        document = copy.deepcopy(scorecards.document())
        _set(list(path), nonsense)(document)
        try:
            scorecards.parse(document)
        except scorecards.ScorecardInvalid:
            continue
        assert path[-1] in MAY_BE.get(repr(nonsense), ()), path


def test_all_problems_come_at_once():
    document = {**scorecards.document(), "version": 0, "label": ""}
    with pytest.raises(scorecards.ScorecardInvalid) as refused:
        scorecards.parse(document)
    assert [problem.path for problem in refused.value.problems] == ["version", "label"]


def test_questions_know_when_they_are_due():
    question = CARD.question("NT4")
    assert [stage for stage in STANDARD_STAGES if question.is_due(stage)] == list(STANDARD_STAGES[3:])
    assert CARD.has("NT4") and not CARD.has("NT7")


def test_what_is_watched_live_has_to_be_shown_again_in_production():
    assert CARD.evidence_days("production") == {"GA7": 30, "GA8": 30, "GA9": 30}
    assert CARD.evidence_days("pilot") == {}
