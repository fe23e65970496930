"""What must hold for the scores of any project whatever: the nine properties of the model."""

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from projects.rules import pitfalls, score_records, scorecards, scores
from projects.rules.answers import CODES, Answer
from projects.rules.pitfalls import Progress
from projects.rules.quadrants import Sides
from projects.rules.risks import SEVERITIES, OpenBlocker
from projects.rules.stages import STANDARD_STAGES
from tests.projects.rules.score_cases import CARD, PERFECT, UNTIMED, inputs

pytestmark = pytest.mark.once

IDS = [question.id for question in CARD.questions]
ASKED_OF_ALL = [question.id for question in CARD.asked(is_llm=False)]
# From worse to better; unknown and planned are worth the same.
BETTER = {
    "N": ("U", "T", "P", "C", "Y"),
    "U": ("P", "C", "Y"),
    "T": ("P", "C", "Y"),
    "P": ("C", "Y"),
    "C": ("Y",),
}
ages = st.integers(0, 800)
given_answers = st.builds(Answer, st.sampled_from(CODES), ages)
some_blockers = st.builds(
    OpenBlocker,
    severity=st.sampled_from(SEVERITIES),
    pitfall=st.sampled_from(["P2", "P5"]),
    age_days=ages,
    is_past_sla=st.booleans(),
    is_accepted=st.booleans(),
    ref=st.text(max_size=3),
)


@st.composite
def projects(draw, letters=CODES):
    """Any project at all; the present stage may lie before the furthest."""
    furthest = draw(st.integers(0, 7))
    answers = draw(
        st.dictionaries(
            st.sampled_from(IDS), st.builds(Answer, st.sampled_from(letters), ages), max_size=len(IDS)
        )
    )
    return scores.Inputs(
        stage=STANDARD_STAGES[draw(st.integers(0, furthest))],
        furthest_stage=STANDARD_STAGES[furthest],
        active_days=draw(st.none() | st.integers(0, 400)),
        kind=draw(st.sampled_from(["", "existing", "new", "revolutionary"])),
        is_on_hold=draw(st.booleans()),
        is_llm=draw(st.booleans()),
        answers=answers,
        blockers=tuple(draw(st.lists(some_blockers, max_size=4))),
        annual_value=draw(st.none() | st.floats(-1e9, 1e12)),
        strategic=draw(st.none() | st.integers(0, 4)),
        reach=draw(st.none() | st.integers(0, 4)),
        metric_quality=draw(st.sampled_from([0, 0.25, 0.5, 0.75, 1])),
        last=Sides(draw(st.none() | st.booleans()), draw(st.none() | st.booleans())),
    )


def scored(project):
    return scores.score(CARD, project)


def with_answer(project, question, letter, age=0):
    return replace(project, answers={**project.answers, question: Answer(letter, age)})


@UNTIMED
@given(projects(), st.sampled_from(IDS), st.data())
def test_1_a_better_answer_never_raises_the_risk_or_lowers_the_odds(project, question, data):
    letter, age = project.answers.get(question, Answer("U"))
    assume(letter in BETTER)
    better = with_answer(
        project, question, data.draw(st.sampled_from(BETTER[letter])), min(age, data.draw(ages))
    )
    before, after = scored(project), scored(better)
    assert after.risk <= before.risk
    assert all(score is None or after.pitfalls[code] <= score for code, score in before.pitfalls.items())
    assert after.p_production >= before.p_production


@UNTIMED
@given(projects(), st.sampled_from(IDS), ages)
def test_2_answers_are_worth_what_they_say_in_every_stage(project, question, age):
    progress = Progress(project.furthest_stage, project.active_days)
    worth = {}
    for letter in "NUTPCY":
        found = pitfalls.sections(
            CARD, with_answer(project, question, letter, age).answers, progress, is_llm=True
        )
        (worth[letter],) = (m.value for s in found for m in s.marks if m.question.id == question)
    assert worth["N"] >= worth["U"] == worth["T"] >= worth["P"] >= worth["C"] >= worth["Y"]


@UNTIMED
@given(projects(), st.integers(0, 1000))
def test_3_time_alone_never_lowers_the_risk(project, days):
    later = replace(
        project,
        answers={key: Answer(a.letter, a.age_days + days) for key, a in project.answers.items()},
        active_days=None if project.active_days is None else project.active_days + days,
        blockers=tuple(
            b._replace(age_days=b.age_days + days, is_past_sla=b.is_past_sla or days > 60)
            for b in project.blockers
        ),
    )
    before, after = scored(project), scored(later)
    assert after.risk >= before.risk
    assert all(score is None or after.pitfalls[code] >= score for code, score in before.pitfalls.items())


@UNTIMED
@given(projects(), st.integers(0, 7), st.integers(0, 7), st.none() | st.integers(0, 400))
def test_4_neither_a_later_stage_nor_a_way_back_lowers_the_risk(project, to, back, days):
    here = STANDARD_STAGES.index(project.furthest_stage)
    assume(to > here)
    entered = replace(
        project, stage=STANDARD_STAGES[to], furthest_stage=STANDARD_STAGES[to], active_days=days
    )
    assert scored(entered).risk >= scored(project).risk
    returned = replace(project, stage=STANDARD_STAGES[min(back, here)])
    assert scored(returned).risk == scored(project).risk


@UNTIMED
@given(projects(), some_blockers)
def test_5_an_open_blocker_never_lowers_the_risk_and_closing_it_never_raises_it(project, blocker):
    more = replace(project, blockers=(*project.blockers, blocker))
    assert scored(more).risk >= scored(project).risk
    assert scored(more).p_production <= scored(project).p_production


@UNTIMED
@given(projects())
def test_6_scores_stay_within_their_bounds(project):
    found = scored(project)
    assert 0 <= found.risk <= 100
    assert all(score is None or 0 <= score <= 100 for score in found.pitfalls.values())
    assert 0 <= found.impact <= found.gross_impact <= 100
    assert found.p_production == 1 or 0.02 <= found.p_production <= 0.98
    assert 0 <= found.confidence <= 1
    assert 0 <= found.due_confidence <= 1


@UNTIMED
@given(projects(), st.booleans())
def test_6_all_yes_and_fresh_is_no_risk_and_all_no_is_all_of_it(project, is_yes):
    letter = "Y" if is_yes else "N"
    same = replace(project, answers=dict.fromkeys(IDS, Answer(letter)), blockers=())
    assert scored(same).risk == (0 if is_yes else 100)


@UNTIMED
@given(projects(), st.sampled_from(["P1", "P5"]))
def test_7_problem_and_people_cannot_be_crossed_out(project, code):
    """Where nothing but "not applicable" is answered, the pitfall is as bad as it can be."""
    ids = [question.id for question in CARD.group(code)]
    crossed = {key: answer for key, answer in project.answers.items() if key not in ids}
    crossed |= dict.fromkeys(ids, Answer("X"))
    before, after = scored(project), scored(replace(project, answers=crossed))
    assert after.pitfalls[code] == 100
    assert after.risk >= before.risk


@UNTIMED
@given(projects())
def test_8_the_same_inputs_make_the_same_scores(project):
    again = score_records.read(json.loads(json.dumps(score_records.write(CARD, project))))
    assert scored(again) == scored(project)
    assert list(scores.every(CARD, [project, inputs(), project])) == [
        scored(project),
        scored(inputs()),
        scored(project),
    ]


@UNTIMED
@given(projects())
def test_9_a_stored_score_can_be_made_again_from_what_is_kept(project):
    kept = json.loads(json.dumps([score_records.write(CARD, project), scorecards.dump(CARD)]))
    record, card = kept[0], scorecards.parse(kept[1])
    assert record["model_version"] == card.model_version == scored(project).model_version
    assert scores.score(card, score_records.read(record)) == scored(project)


def test_the_properties_speak_of_all_questions():
    assert len(IDS) == 39 and set(ASKED_OF_ALL) < set(IDS)
    assert set(PERFECT) == {question.pitfall for question in CARD.questions}
