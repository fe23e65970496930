"""The assessment as a sheet: what is asked, how each answer counts, and reasons that agree with scores."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import answers, portfolios, projects, scorecards, scores, todos
from projects.actions.answers import Given
from projects.actors import Actor
from projects.models import Project
from projects.models.scorecards import card_of
from projects.queries import assessments, scoring, timelines
from projects.rules import scorecards as cards
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
LINK = "https://wiki.example.org/sheet"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def anna(project):
    return acting(a_member(project.portfolio, name="Anna"))


def fresh(project):
    return Project.objects.select_related("portfolio").get(pk=project.pk)


def row_of(sheet, question):
    return next(row for row in sheet.rows if row.question.id == question)


def test_a_project_of_which_nothing_is_known_is_asked_thirty_questions(project):
    sheet = assessments.sheet(fresh(project))
    assert (sheet.answered, sheet.asked, sheet.answered_at) == (0, 30, None)
    assert [section.pitfall.code for section in sheet.sections] == ["P1", "P2", "P3", "P4", "P5"]
    assert {row.letter for row in sheet.rows} == {"U"}
    assert all(row.answer is None and row.contribution.is_unknown for row in sheet.rows)
    assert not any(row.is_due for row in sheet.rows)
    assert sheet.rows[0].offered[0] == "T"


def test_a_language_model_is_asked_nine_more_within_its_pitfall(project, anna):
    projects.edit(project.pk, version=project.version, actor=anna, llm=True)
    sheet = assessments.sheet(fresh(project))
    sizes = {section.pitfall.code: section.total for section in sheet.sections}
    assert sizes == {"P1": 6, "P2": 6, "P3": 15, "P4": 6, "P5": 6}


def test_a_row_tells_the_answer_how_it_counts_and_what_it_brings(project, anna, monday):
    given = [Given("WP1", "Y", LINK), Given("WP2", "X", reason="Nobody has it."), Given("WP3", "N")]
    answers.give_many(project.pk, given=given, actor=anna)
    monday.shift(timedelta(days=10))
    sheet = assessments.sheet(fresh(project))
    yes, not_applicable, no = (row_of(sheet, question) for question in ("WP1", "WP2", "WP3"))
    assert (yes.letter, yes.age_days, yes.answer.given_by.name) == ("Y", 10, "Anna")
    assert yes.contribution.points == 0
    assert (not_applicable.letter, not_applicable.answer.letter) == ("U", "X")
    assert not_applicable.waits_for_agreement
    assert not yes.waits_for_agreement
    assert no.contribution.points == pytest.approx(100 * 2 / 13, abs=1e-6)
    assert (sheet.answered, sheet.sections[0].known, sheet.answered_at) == (2, 2, MONDAY)


def test_a_question_is_due_by_the_furthest_stage():
    portfolio = a_portfolio()
    (project,) = a_crowd(portfolio, 1, stage="poc", standard_stage="poc", furthest_stage="mvp")
    sheet = assessments.sheet(fresh(project))
    assert row_of(sheet, "OO1").is_due
    assert not row_of(sheet, "MP3").is_due
    assert row_of(sheet, "OO1").offered[0] == "Y"


def test_the_to_dos_made_of_mitigations_stand_beside_their_question(project, anna):
    made = todos.add(project.pk, text="Sit down", actor=anna, source="mitigation", ref="WP1")
    todos.add(project.pk, text="Free", actor=anna)
    sheet = assessments.sheet(fresh(project))
    assert row_of(sheet, "WP1").todos == (made,)
    assert sum(len(row.todos) for row in sheet.rows) == 1


@pytest.mark.parametrize(
    ("stage", "furthest", "after", "letter"),
    [
        ("production", "production", 30, "Y"),
        ("production", "production", 31, "C"),
        ("pilot", "pilot", 31, "Y"),
        ("pilot", "production", 31, "C"),
    ],
)
def test_evidence_of_what_is_watched_live_runs_out_in_production(monday, stage, furthest, after, letter):
    place = {"stage": stage, "standard_stage": stage, "furthest_stage": furthest}
    (project,) = a_crowd(a_portfolio(), 1, llm=True, **place)
    given = [Given(question, "Y", LINK) for question in ("GA1", "GA7", "GA8", "GA9")]
    answers.give_many(project.pk, given=given, actor=SYSTEM)
    monday.shift(timedelta(days=after))
    counted = assessments.counted(fresh(project))
    assert [counted[question].letter for question in ("GA7", "GA8", "GA9")] == [letter] * 3
    assert counted["GA1"].letter == "Y"
    inputs = scoring.inputs([fresh(project)], now=MONDAY + timedelta(days=after))[0]
    assert inputs.answers["GA7"].letter == letter
    answers.confirm(project.pk, actor=SYSTEM)
    assert assessments.counted(fresh(project))["GA7"] == ("Y", 0)


def _agrees(project):
    project = fresh(project)
    score = assessments.explanation(project).score
    found = (score.risk, score.impact, score.p_production, score.confidence, score.quadrant)
    assert found == (
        project.risk,
        project.impact,
        project.p_production,
        project.confidence,
        project.quadrant,
    )
    return score


def test_reasons_agree_with_the_stored_scores_until_they_are_made_anew(project, anna, monday):
    answers.give_many(project.pk, given=[Given("WP1", "Y", LINK), Given("NT1", "C")], actor=anna)
    first = _agrees(project)
    monday.shift(timedelta(days=90))
    assert _agrees(project) == first
    scores.age(project.portfolio_id, actor=Actor.system("worker"), now=MONDAY + timedelta(days=90))
    assert _agrees(project).confidence < first.confidence


def test_reasons_are_those_of_the_scorecard_and_the_lines_of_that_day(project, anna):
    answers.give(project.pk, given=Given("WP6", "N"), actor=anna)
    first = _agrees(project)
    document = cards.document()
    document["questions"] = [each for each in document["questions"] if each["id"] != "WP6"]
    scorecards.publish(project.portfolio_id, definition=document, actor=SYSTEM)
    portfolio = fresh(project).portfolio
    portfolios.edit(portfolio.pk, version=portfolio.version, actor=SYSTEM, risk_line=40)
    assert _agrees(project) == first
    sheet = assessments.sheet(fresh(project))
    assert "WP6" not in [row.question.id for row in sheet.rows]
    assert sheet.explanation.score == first


def test_a_project_that_was_never_scored_is_explained_by_this_moment(project):
    given = [Given("WP1", "N")]
    answers.give_many(project.pk, given=given, actor=Actor(None, "import", at=MONDAY - timedelta(days=9)))
    project.assessment.delete()
    (project,) = a_crowd(a_portfolio(), 1)
    sheet = assessments.sheet(fresh(project))
    assert sheet.explanation.score.risk == 50
    assert sheet.asked == 30


def test_the_history_of_a_question_has_every_answer_the_newest_first(project, anna, monday):
    for letter in "CPN":
        answers.give(project.pk, given=Given("WP1", letter), actor=anna)
        monday.shift(timedelta(days=1))
    answers.give(project.pk, given=Given("WP2", "N"), actor=anna)
    found = assessments.history(project, "WP1")
    assert [(row.letter, row.replaced_at is None) for row in found] == [
        ("N", True),
        ("P", False),
        ("C", False),
    ]


@pytest.mark.parametrize("number", [0, 1, 30])
def test_a_sheet_and_an_explanation_cost_the_same_whatever_is_known(project, anna, number):
    asked = scoring.card(project).asked(False)[:number]
    answers.give_many(
        project.pk, given=[Given(each.id, "X", reason="Not here.") for each in asked], actor=anna
    )
    for each in asked:
        answers.agree(project.pk, question=each.id, actor=acting(a_member(project.portfolio)))
        todos.add(project.pk, text="Do", actor=anna, source="mitigation", ref=each.id)
    found = fresh(project)
    with CaptureQueriesContext(connection) as captured:
        sheet = assessments.sheet(found)
        names = [row.answer.given_by.name for row in sheet.rows if row.answer]
        names += [row.answer.agreed_by.name for row in sheet.rows if row.answer]
        assert len(names) == 2 * number
    assert len(captured) == 3, [query["sql"] for query in captured]


def test_the_timeline_tells_of_answers_in_words(project, anna, monday):
    ben = acting(a_member(project.portfolio, name="Ben"))
    given = [Given("WP1", "P"), Given("WP2", "C"), Given("DQ4", "X", reason="No labels.")]
    answers.give_many(project.pk, given=given, actor=anna)
    answers.agree(project.pk, question="DQ4", actor=ben)
    answers.give(project.pk, given=Given("WP1", "N"), actor=ben)
    monday.shift(timedelta(days=1))
    answers.confirm(project.pk, questions=["WP2"], actor=anna)
    monday.shift(timedelta(days=1))
    answers.give_many(project.pk, given=[Given("DQ1", "P"), Given("DQ2", "P")], actor=anna)
    monday.shift(timedelta(days=1))
    answers.confirm(project.pk, pitfall="P2", actor=anna)
    found = [entry.text for entry in timelines.page(project, "all").entries]
    card = card_of(project.portfolio)
    asked = {each.id: f"“{each.text}”" for each in card.questions}
    [data] = [each for each in card.pitfalls if each.code == "P2"]
    assert found[:6] == [
        f"confirmed 2 answers about “{data.label}” as still true",
        f"answered {asked['DQ2']}: partly",
        f"answered {asked['DQ1']}: partly",
        f"confirmed the answer to {asked['WP2']} as still true",
        f"answered {asked['WP1']}: no, was partly",
        f"agreed that {asked['DQ4']} does not apply",
    ]
