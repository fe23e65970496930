"""Scores age by themselves: night after night, in chunks, by the same function as for one project."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import answers, moves, portfolios, projects, scorecards, scores, stages
from projects.actions.answers import Given
from projects.errors import NotAllowed
from projects.models import Assessment, Blocker, Portfolio, Project, Score
from projects.models.blockers import POLICY
from projects.queries import comparisons
from projects.rules import clocks
from projects.rules import scores as rules
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting
from tests.projects.actions.answered import LINK, MONDAY
from tests.projects.actions.kept_scores import assert_made_of_its_record, columns, result, row

pytestmark = pytest.mark.django_db
AUCKLAND = "Pacific/Auckland"  # there it is the next day at noon of UTC
EVERYTHING = ("WP1", "WP2", "WP3", "NT1", "DQ1", "NT4")


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project(monday):
    """A project in data readiness since Monday, with six answers of Monday."""
    project = a_project(a_portfolio())
    stages.report(project.pk, to="data", actor=SYSTEM)
    answers.give_many(project.pk, given=[Given(each, "Y", LINK) for each in EVERYTHING], actor=SYSTEM)
    return project


def night(project, days=0, **actor):
    """One run over the project's portfolio, so many days after Monday."""
    now = MONDAY + timedelta(days=days)
    return scores.age(project.portfolio_id, actor=actor.get("actor", SYSTEM), now=now)


def history(project):
    return list(Score.objects.filter(project=project).order_by("on").values_list("on", flat=True))


def test_old_good_answers_drift_towards_not_known(project):
    """Nothing for 30 days, then half of the way in 180."""
    fresh, seen, risks = result(project)["pitfalls"]["P1"], [], []
    for days in (30, 31, 210, 390, 4000):
        night(project, days)
        seen.append(result(project)["pitfalls"]["P1"] - fresh)
        risks.append(columns(project)["risk"])
        assert_made_of_its_record(project)
    assert seen[0] == 0 < seen[1] < seen[2] < seen[3]
    assert seen[2] == pytest.approx(seen[4] / 2, rel=1e-4)
    assert seen[3] == pytest.approx(seen[4] * 3 / 4, rel=1e-4)
    assert risks == sorted(risks)
    assert columns(project)["confidence"] < 1e-4


def test_what_is_due_and_not_known_weighs_more_with_each_day_in_the_stage(monday):
    """Up to the typical stay, where it weighs in full; 45 days in data readiness."""
    project = a_project(a_portfolio())
    stages.report(project.pk, to="data", actor=SYSTEM)
    typical = rules_of(project).stage("data").typical_days.p50
    seen = []
    for days in (0, 1, typical // 2, typical, typical + 50):
        night(project, days)
        seen.append(result(project)["pitfalls"]["P2"])
    assert seen[0] < seen[1] < seen[2] < seen[3] == seen[4]


def rules_of(project):
    return row(project).workflow.rules


def test_evidence_that_ends_makes_a_claim_of_a_yes_on_the_day_after(project):
    until = (MONDAY + timedelta(days=10)).date()
    given = Given("DQ2", "Y", LINK, evidence_until=until)
    answers.give(project.pk, given=given, actor=SYSTEM)
    night(project, 10)
    before = result(project)["pitfalls"]["P2"]
    assert Assessment.objects.get(project=project).record["answers"]["DQ2"][0] == "Y"
    night(project, 11)
    assert result(project)["pitfalls"]["P2"] > before
    assert Assessment.objects.get(project=project).record["answers"]["DQ2"] == ["C", 11]


def test_a_blocker_past_its_deadline_weighs_more(project):
    raised = MONDAY.date()
    clock = clocks.start(POLICY, "high", raised)
    Blocker.objects.create(
        portfolio=project.portfolio, project=project, title="No contract.", category="budget",
        severity="high", raised_on=raised, respond_by=clock.respond_by, due_on=clock.due_on,
    )  # fmt: skip
    for days, score in ((14, 35.0), (15, 52.5)):
        night(project, days)
        assert result(project)["pitfalls"]["P5"] == max(score, _without_blockers(project))


def _without_blockers(project):
    kept = Assessment.objects.get(project=project)
    card, inputs = comparisons.made_of(kept.scorecard_id, kept.record)
    return rules.score(card, replace(inputs, blockers=())).pitfalls["P5"]


def test_days_are_those_of_the_portfolios_own_clock(monday):
    """At 11:30 UTC it is half past midnight in Auckland: an answer of yesterday is 31 days old there only."""
    here, there = (a_project(a_portfolio(time_zone=zone)) for zone in ("UTC", AUCKLAND))
    for project in (here, there):
        stages.report(project.pk, to="framing", actor=SYSTEM)
        answers.give(project.pk, given=Given("WP1", "Y", LINK), actor=SYSTEM)
    for project in (here, there):
        scores.age(project.portfolio_id, actor=SYSTEM, now=datetime(2026, 12, 23, 11, 30, tzinfo=UTC))
    ages = [Assessment.objects.get(project=each).record["answers"]["WP1"][1] for each in (here, there)]
    assert ages == [30, 31]


def test_ageing_is_kept_once_a_month_and_when_it_changes_the_quadrant(project):
    days = [MONDAY.date()]
    assert history(project) == days
    for number in range(1, 100):
        before = columns(project)["quadrant"]
        night(project, number)
        on = (MONDAY + timedelta(days=number)).date()
        if on.day == 1 or columns(project)["quadrant"] != before:
            days.append(on)
    assert history(project) == days
    assert {date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)} <= set(days)


def test_a_month_whose_first_night_was_missed_is_kept_by_the_next(project):
    night(project, 6)
    night(project, 12)
    assert history(project) == [MONDAY.date(), date(2026, 12, 5)]
    night(project, 13)
    assert len(history(project)) == 2


def test_a_second_run_of_the_same_night_writes_nothing(project):
    assert night(project, 50).written == 1
    before = list(Assessment.objects.values()), list(Project.objects.values()), Score.objects.count()
    assert night(project, 50) == scores.Aged(None, 1, 0)
    assert (
        list(Assessment.objects.values()),
        list(Project.objects.values()),
        Score.objects.count(),
    ) == before


def test_running_projects_of_the_portfolio_only(monday, project):
    others = {name: a_project(project.portfolio, name) for name in ("stopped", "archived", "deleted")}
    elsewhere = a_project(a_portfolio())
    moves.make(others["stopped"].pk, kind="stop", reason_code="budget", note="No money.", actor=SYSTEM)
    projects.archive(others["archived"].pk, actor=SYSTEM)
    projects.delete(others["deleted"].pk, actor=SYSTEM)
    before = {each.pk: columns(each) for each in (*others.values(), elsewhere)}
    assert night(project, 60).projects == 1
    assert {each.pk: columns(each) for each in (*others.values(), elsewhere)} == before


def test_only_a_manager_or_the_product_runs_it(project):
    with pytest.raises(NotAllowed):
        night(project, actor=acting(a_member(project.portfolio)))
    assert night(project, actor=acting(a_member(project.portfolio, "manager"))).projects == 1


def test_chunk_after_chunk_reaches_everybody_once(project, monkeypatch):
    monkeypatch.setattr(scores, "CHUNK", 7)
    a_crowd(project.portfolio, 20)
    after, looked_at, parts = 0, 0, 0
    while after is not None:
        aged = scores.age(project.portfolio_id, actor=SYSTEM, now=MONDAY, after=after)
        after, looked_at, parts = aged.after, looked_at + aged.projects, parts + 1
    assert (looked_at, parts) == (21, 4)  # the fourth finds nobody
    assert not Project.objects.filter(scored_at=None).exists()


@pytest.mark.parametrize("number", [1, 20])
def test_a_night_takes_the_same_queries_for_one_project_and_for_twenty(monday, number):
    portfolio = a_portfolio()
    for each in a_crowd(portfolio, number, stage_since=MONDAY):
        stages.report(each.pk, to="data", actor=SYSTEM)
        answers.give(each.pk, given=Given("WP1", "Y", LINK), actor=SYSTEM)
    with CaptureQueriesContext(connection) as captured:
        aged = scores.age(portfolio.pk, actor=SYSTEM, now=MONDAY + timedelta(days=40))
    assert aged.written == number
    said = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # Portfolio, projects, answers, blockers; projects, assessments and a row of history written.
    assert len(said) == 7, said


def test_a_changed_line_forgets_the_sides_and_asks_for_all_scores_anew(project):
    portfolio = project.portfolio
    risk = columns(project)["risk"]
    # The project stands two points below the new line, and stood high.
    Project.objects.filter(pk=project.pk).update(high_risk=True)
    portfolios.edit(portfolio.pk, version=None, risk_line=round(risk) + 2, actor=SYSTEM)
    asked_at = Portfolio.objects.get(pk=portfolio.pk).scores_asked_at
    night(project, 1)
    assert columns(project)["high_risk"] is False
    assert Assessment.objects.get(project=project).record["lines"]["risk_line"] == round(risk) + 2
    assert_made_of_its_record(project)
    scores.finished(portfolio.pk, asked_at - timedelta(microseconds=1))
    assert Portfolio.objects.get(pk=portfolio.pk).scores_asked_at == asked_at
    scores.finished(portfolio.pk, asked_at)
    assert Portfolio.objects.get(pk=portfolio.pk).scores_asked_at is None


def test_a_new_scorecard_scores_everybody_and_keeps_a_row_of_it(project):
    version = scorecards.publish_shipped(project.portfolio, actor=SYSTEM)
    assert night(project).written == 1
    assert Assessment.objects.get(project=project).scorecard == version
    assert Score.objects.get(project=project, on=MONDAY.date()).model_version == "standard-2"
    assert_made_of_its_record(project)


def test_an_action_writes_what_the_night_would_have_written(project, monday):
    """The one row by the model, the many by a statement of our own: the same to the last digit."""
    monday.shift(timedelta(days=77))
    night(project, 77)
    by_night = columns(project), result(project)
    Assessment.objects.filter(project=project).update(result={})
    Project.objects.filter(pk=project.pk).update(risk=1, scored_at=None)
    scores.refresh(row(project), actor=SYSTEM)
    assert (columns(project), result(project)) == by_night
