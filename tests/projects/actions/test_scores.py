"""Scores are made anew by whatever changes what they are made of, and say what they were made of."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from projects.actions import answers, blockers, moves, projects, scores, stages, workflows
from projects.actions.answers import Given
from projects.actors import Actor
from projects.models import Assessment, Event, Project, Score
from projects.rules import presets, workflow
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, on_team
from tests.projects.actions.answered import LINK, MONDAY
from tests.projects.actions.kept_scores import assert_made_of_its_record, assert_of_now, columns, result, row

pytestmark = pytest.mark.django_db
EDITS = {
    "kind": {"kind": "revolutionary"},
    "llm": {"llm": True},
    "value": {
        "value_low": Decimal(400_000),
        "value_likely": Decimal(900_000),
        "value_high": Decimal(2_000_000),
    },
    "strategic fit": {"strategic": 4},
    "reach": {"reach": 3},
    "a measured baseline": {"metric_baseline": Decimal(8), "metric_is_measured": True},
    "a target with its date": {"metric_target": Decimal(5), "metric_target_on": MONDAY.date()},
    "an agreed method": {"metric_method_agreed": True},
    "an owner of the metric": {"metric_owner": "Ines Vogel"},
}
FULL_MARKS = {
    "metric_baseline": Decimal(8),
    "metric_is_measured": True,
    "metric_target": Decimal(5),
    "metric_target_on": MONDAY.date(),
    "metric_method_agreed": True,
    "metric_owner": "Ines Vogel",
}
WORTH = {"value_likely": Decimal(500_000), "strategic": 2, "reach": 2}


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project(monday):
    """A project past the framing, worth something, with a few answers that have grown old."""
    project = a_project(a_portfolio(time_zone="Pacific/Auckland"), **WORTH)
    stages.report(project.pk, to="mvp", actor=SYSTEM)
    given = [Given(each, "Y", LINK) for each in ("WP1", "WP2", "NT1", "DQ1", "DQ2", "MP1", "OO1", "NT4")]
    answers.give_many(project.pk, given=[*given, Given("WP4", "C"), Given("DQ3", "P")], actor=SYSTEM)
    monday.shift(timedelta(days=45))
    scores.refresh(row(project), actor=SYSTEM)
    return project


def quadrants_told():
    return [each.payload["quadrant"] for each in Event.objects.filter(kind="score.quadrant_changed")]


def test_a_new_project_has_its_scores_at_once():
    project = a_project(a_portfolio())
    assert (row(project).quadrant, row(project).risk) == ("intake", 50)
    assert_of_now(project)
    assert Score.objects.get().project == project
    assert quadrants_told() == []


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_what_counts_changes_the_scores(project, edit):
    before = columns(project), result(project)
    projects.edit(project.pk, version=None, actor=SYSTEM, **EDITS[edit])
    assert (columns(project), result(project)) != before
    assert_of_now(project)


MOVES = {
    "forward": {"to": "validation"},
    "back": {
        "kind": "back",
        "to": "data",
        "reason_code": "failed_evidence",
        "note": "The labels were wrong.",
    },
    "hold": {"kind": "hold", "note": "No budget.", "until": (MONDAY + timedelta(days=90)).date()},
}


@pytest.mark.parametrize("move", MOVES)
def test_a_move_changes_the_scores(project, move):
    sponsor = on_team(project, "SP")
    before = columns(project)
    said = {**MOVES[move], "approver": sponsor} if move == "hold" else MOVES[move]
    if move == "forward":
        stages.report(project.pk, actor=SYSTEM, **said)
    else:
        moves.make(project.pk, actor=SYSTEM, **said)
    after = columns(project)
    assert (after["risk"], after["p_production"]) != (before["risk"], before["p_production"])
    assert after["risk"] >= before["risk"]  # moving back takes nothing away
    assert_of_now(project)
    if move == "hold":
        moves.make(project.pk, kind="resume", actor=SYSTEM)
        assert columns(project)["p_production"] == before["p_production"]
        assert_of_now(project)


def test_in_production_it_is_certain_and_after_a_rollback_it_is_not(project):
    stages.report(project.pk, to="production", actor=SYSTEM)
    assert row(project).p_production == 1
    assert_of_now(project)
    at_risk = row(project).risk
    moves.make(project.pk, kind="rollback", to="pilot", note="Alarm at night.", actor=SYSTEM)
    assert row(project).p_production < 0.9
    assert row(project).risk == at_risk  # all questions are still due
    assert_of_now(project)


def test_an_answer_and_a_blocker_change_the_scores_and_its_resolution_takes_that_back(project):
    answers.give(project.pk, given=Given("OO3", "N"), actor=SYSTEM)
    assert "OO3" in result(project)["gaps"]
    assert_of_now(project)
    before = columns(project)
    raised = blockers.raise_(
        project.pk, title="No contract.", category="data_access", severity="critical", actor=SYSTEM
    )
    assert "blocker" in result(project)["gaps"]
    assert_of_now(project)
    blockers.resolve(raised.pk, resolution="solved", actor=SYSTEM)
    assert columns(project)["risk"] == before["risk"]
    assert_of_now(project)


def test_a_project_that_ended_keeps_its_last_score_until_it_begins_again(project, monday):
    before = columns(project), result(project)
    moves.make(project.pk, kind="stop", reason_code="budget", note="Nobody pays.", actor=SYSTEM)
    monday.shift(timedelta(days=200))
    projects.edit(project.pk, version=None, kind="revolutionary", actor=SYSTEM)
    scores.age(project.portfolio_id, actor=SYSTEM, now=timezone.now())
    assert (columns(project), result(project)) == before
    moves.make(project.pk, kind="restart", to="framing", note="Money again.", actor=SYSTEM)
    assert columns(project) != before[0]
    assert_of_now(project)


@pytest.mark.parametrize(
    ("put_away", "bring_back"),
    [(projects.archive, projects.unarchive), (projects.delete, projects.restore)],
    ids=["archived", "deleted"],
)
def test_what_was_put_away_is_scored_when_it_comes_back(project, monday, put_away, bring_back):
    put_away(project.pk, actor=SYSTEM)
    before = columns(project)
    monday.shift(timedelta(days=120))
    assert columns(project) == before
    bring_back(project.pk, actor=SYSTEM)
    assert columns(project)["risk"] > before["risk"]
    assert_of_now(project)


def test_another_workflow_version_changes_what_is_due(project):
    definition = workflow.dump(presets.workflow("standard"))
    version = workflows.publish(project.portfolio_id, definition=definition, actor=SYSTEM)
    before = columns(project)["risk"]
    workflows.adopt(project.pk, version_id=version.pk, stages={"mvp": "poc"}, actor=SYSTEM)
    assert columns(project)["risk"] < before
    assert_of_now(project)


def test_what_does_not_count_writes_nothing(project, django_assert_num_queries):
    before, days = columns(project), list(Score.objects.values())
    found = row(project)
    with django_assert_num_queries(1):
        scores.refresh(found, actor=SYSTEM)
    projects.edit(project.pk, version=None, problem="Nobody knows what a claim costs.", actor=SYSTEM)
    assert (columns(project), list(Score.objects.values())) == (before, days)


def test_the_same_score_of_other_answers_is_stored_with_them(monday):
    project = a_project(a_portfolio())
    before = result(project)
    answers.give(project.pk, given=Given("OO5", "U"), actor=SYSTEM)
    assert result(project) == before
    assert Assessment.objects.get(project=project).record["answers"] == {"OO5": ["U", 0]}
    assert_made_of_its_record(project)


def test_a_day_has_one_row_of_history_which_says_the_last_word(project, monday):
    for strategic in (0, 1, 3):
        projects.edit(project.pk, version=None, strategic=strategic, actor=SYSTEM)
        monday.shift(timedelta(minutes=1))
    today = row(project).scored_at
    days = Score.objects.filter(project=project, at__gte=today - timedelta(hours=1))
    assert [(day.at, day.impact) for day in days] == [(today, row(project).impact)]


def test_only_a_change_between_real_quadrants_is_news(project):
    person = acting(a_member(project.portfolio))
    assert row(project).quadrant == "fill_in"
    assert quadrants_told() == []  # it came from intake
    projects.edit(project.pk, version=None, actor=person, strategic=4, reach=4, **FULL_MARKS)
    risk = row(project).risk
    assert quadrants_told() == [["fill_in", "quick_win"]]
    told = Event.objects.get(kind="score.quadrant_changed")
    assert (told.payload["risk"], told.project) == (risk, project)
    assert told.actor is None  # nobody decides on a quadrant
    unknown = [Given(each, "U") for each in ("WP1", "WP2", "NT1", "DQ1", "DQ2", "NT4")]
    answers.give_many(project.pk, given=unknown, actor=person)
    assert row(project).quadrant == "unassessed"
    assert len(quadrants_told()) == 1


def test_within_the_band_a_side_is_kept_and_beyond_it_changes(project):
    """The line of impact is 50 and the band 3: what was high stays high down to 47, what was low up to 53."""
    projects.edit(project.pk, version=None, actor=SYSTEM, value_likely=Decimal(400_000), **FULL_MARKS)
    seen = []
    for thousands in (400, 300, 250, 200, 250, 330, 500):
        projects.edit(project.pk, version=None, actor=SYSTEM, value_likely=Decimal(1000 * thousands))
        found = row(project)
        seen.append((round(found.impact), found.high_impact))
        assert_made_of_its_record(project)
    # The first is within the band and was low before its metric could be measured.
    assert seen == [(52, False), (50, False), (48, False), (46, False), (48, False), (50, False), (54, True)]
    for thousands, is_high in ((400, True), (300, True), (250, True), (200, False)):
        projects.edit(project.pk, version=None, actor=SYSTEM, value_likely=Decimal(1000 * thousands))
        assert row(project).high_impact == is_high
        assert_made_of_its_record(project)


def test_what_is_told_of_the_past_is_not_scored(monday):
    portfolio = a_portfolio()
    past = Actor(None, "import", at=MONDAY - timedelta(days=30))
    project = projects.create(portfolio.pk, name="Old", actor=past)
    assert row(project).scored_at is None
    assert not Score.objects.exists()
    scores.age(portfolio.pk, actor=SYSTEM, now=MONDAY)
    assert_of_now(project)
    assert Project.objects.get().quadrant == "intake"
