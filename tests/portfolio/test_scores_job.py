"""The job that makes scores anew: by the clock, on request, twice, and by a worker that dies over it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portfolio import tasks
from portfolio.celery import app
from portfolio.insights.models import PortfolioForecast, Snapshot
from portfolio.operations.actions import leases, runs
from portfolio.operations.models import JobRun, State
from portfolio.wake import wake
from projects.actions import answers, portfolios, scorecards, scores, stages
from projects.actions.answers import Given
from projects.models import Assessment, Portfolio, Project, Score
from projects.models.scorecards import card_of
from projects.queries import scoring
from projects.rules import scores as rules
from tests.brokers import BROKERS
from tests.factories import SYSTEM, a_crowd, a_portfolio, a_project
from tests.projects.actions.answered import LINK, MONDAY
from tests.projects.actions.kept_scores import assert_made_of_its_record, columns
from tests.waiting import wait_until

TICK = "portfolio.tasks.tick"
PROJECTS = 3_000  # six chunks
ANSWERED = ("WP1", "WP2", "WP3", "DQ1", "NT1", "NT4")


@pytest.fixture
def monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def project(db, monday):
    project = a_project(a_portfolio())
    stages.report(project.pk, to="data", actor=SYSTEM)
    answers.give_many(project.pk, given=[Given(each, "Y", LINK) for each in ANSWERED], actor=SYSTEM)
    return project


def tick_and_work():
    """What beat and one worker do."""
    tasks.tick()
    for run_id in leases.claimable(timezone.now()):
        tasks.run(run_id)


def asked_at(project):
    return Portfolio.objects.get(pk=project.portfolio_id).scores_asked_at


def test_scores_age_night_after_night_without_anybodys_doing(project, monday):
    tick_and_work()
    risks = [columns(project)["risk"]]
    for _ in range(40):
        monday.shift(timedelta(days=1))
        tick_and_work()
        risks.append(columns(project)["risk"])
        assert_made_of_its_record(project)
    assert risks == sorted(risks)
    assert len(set(risks)) == 41  # the stage's clock runs on each day, and from the 31st on answers grow old
    assert not JobRun.objects.filter(name="scores").exclude(state=State.DONE).exists()


def test_after_the_scores_of_a_day_come_its_forecasts_and_then_its_summary(project, monday):
    tasks.tick()
    assert not JobRun.objects.filter(name="summary").exists()
    (night,) = JobRun.objects.filter(name="scores")
    tasks.run(night.pk)
    assert not PortfolioForecast.objects.exists() and not Snapshot.objects.exists()
    tick_and_work()
    assert PortfolioForecast.objects.count() == 1 and not Snapshot.objects.exists()
    tick_and_work()
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("change", ["line", "scorecard"])
def test_a_changed_line_or_scorecard_is_answered_by_the_next_tick(project, change):
    tick_and_work()
    if change == "line":
        portfolios.edit(project.portfolio_id, version=None, risk_line=20, actor=SYSTEM)
    else:
        scorecards.publish_shipped(project.portfolio, actor=SYSTEM)
    assert asked_at(project) is not None
    tick_and_work()
    assert asked_at(project) is None
    kept = Assessment.objects.get(project=project)
    if change == "line":
        assert (kept.record["lines"]["risk_line"], columns(project)["high_risk"]) == (20, True)
    else:
        assert kept.model_version == "standard-2"
    tasks.tick()
    assert JobRun.objects.filter(name="scores").count() == 2  # the night's and the one asked for


def test_a_run_does_not_answer_who_asked_after_it_had_begun(project, monday):
    portfolios.edit(project.portfolio_id, version=None, risk_line=40, actor=SYSTEM)
    tasks.tick()
    run = JobRun.objects.filter(name="scores").latest("due_at")
    monday.shift(timedelta(seconds=5))
    portfolios.edit(project.portfolio_id, version=None, risk_line=20, actor=SYSTEM)
    later = asked_at(project)
    tasks.run(run.pk)
    assert JobRun.objects.get(pk=run.pk).state == State.DONE
    assert asked_at(project) == later
    tick_and_work()
    assert asked_at(project) is None
    assert Assessment.objects.get(project=project).record["lines"]["risk_line"] == 20


def test_a_run_that_goes_on_after_a_failure_does_not_answer_who_asked_meanwhile(project, monday, monkeypatch):
    a_crowd(project.portfolio, 10)
    monkeypatch.setattr(scores, "CHUNK", 4)
    portfolios.edit(project.portfolio_id, version=None, risk_line=40, actor=SYSTEM)
    tasks.tick()
    run = JobRun.objects.filter(name="scores").latest("due_at")
    claimed = leases.claim(run.pk, timezone.now())
    first = scores.age(project.portfolio_id, actor=SYSTEM, now=timezone.now())
    leases.go_on(claimed, timezone.now(), cursor=first.after)
    leases.fail(claimed, timezone.now(), error=ValueError("the disk is full"))
    monday.shift(timedelta(minutes=2))
    portfolios.edit(project.portfolio_id, version=None, risk_line=60, actor=SYSTEM)
    later = asked_at(project)
    tasks.run(run.pk)
    assert JobRun.objects.get(pk=run.pk).state == State.DONE
    assert asked_at(project) == later


def test_a_night_after_a_failed_request_answers_it(project, monday):
    portfolios.edit(project.portfolio_id, version=None, risk_line=40, actor=SYSTEM)
    tasks.tick()
    JobRun.objects.filter(name="scores").update(state=State.FAILED)
    monday.shift(timedelta(days=1))
    tick_and_work()
    assert asked_at(project) is None


def test_the_same_run_twice_is_done_once(project):
    tasks.tick()
    run = JobRun.objects.get(name="scores")
    tasks.run(run.pk)
    before = list(Assessment.objects.values())
    tasks.run(run.pk)
    assert JobRun.objects.get(name="scores").attempts == 1
    assert list(Assessment.objects.values()) == before


@pytest.fixture
def many(transactional_db):
    """Projects with answers that have grown old, and no scores yet; a night waits for its worker."""
    portfolio = a_portfolio()
    crowd = a_crowd(portfolio, PROJECTS, stage="data", standard_stage="data", furthest_stage="data")
    day = (timezone.now() - timedelta(days=100)).date().isoformat()
    letters = "YCPN"
    Assessment.objects.bulk_create(
        Assessment(
            project=each,
            answers={
                question: [letters[number % 4], day, None] for question in ("WP1", "WP2", "DQ1", "NT1", "NT4")
            },
        )
        for number, each in enumerate(crowd)
    )
    run = runs.ask("scores", actor=SYSTEM, now=timezone.now(), portfolio=portfolio)
    JobRun.objects.filter(pk=run.pk).update(slot=f"{portfolio.pk}:{timezone.now().isoformat()}")
    return run


def scores_of_a_quiet_day():
    """What one undisturbed look at every project gives."""
    found = list(Project.objects.select_related("portfolio"))
    card = card_of(found[0].portfolio)
    made = scoring.inputs(found, now=timezone.now())
    return {each.pk: rules.score(card, inputs).risk for each, inputs in zip(found, made, strict=True)}


def scores_now():
    return dict(Project.objects.exclude(risk=None).values_list("pk", "risk"))


@pytest.mark.worker
@pytest.mark.parametrize("broker", BROKERS)
def test_after_a_worker_was_killed_the_scores_are_those_of_an_undisturbed_night(
    many, broker, celery_worker_process
):
    expected = scores_of_a_quiet_day()
    assert len(set(expected.values())) == 4
    first = celery_worker_process(broker, PLIMSOLL_JOB_LEASE_SECONDS="2")
    _kill_in_the_middle(many, first)
    halfway = JobRun.objects.get(pk=many.pk)
    assert halfway.state == State.RUNNING
    assert 0 < len(scores_now()) < PROJECTS

    second = celery_worker_process(broker, PLIMSOLL_JOB_LEASE_SECONDS="2")
    wait_until(
        lambda: JobRun.objects.filter(pk=many.pk, state=State.DONE).exists(),
        nudge=lambda: wake(TICK),
        said=second.log.read_text,
    )
    assert scores_now() == expected
    assert Score.objects.count() == PROJECTS  # one a day, whoever wrote it
    assert JobRun.objects.get(pk=many.pk).attempts >= 2


def _kill_in_the_middle(run, worker):
    """Let the worker begin, and kill it when a part of the scores is there."""
    said = worker.log.read_text
    if connection.vendor == "sqlite":
        app.send_task(runs.RUN_TASK, args=[run.pk])
        wait_until(Score.objects.exists, pause=0.01, said=said)
        worker.kill()
        return
    with transaction.atomic():
        # The last chunk waits for this row, in the middle of its transaction.
        last = Project.objects.select_for_update().order_by("-pk")[0].pk
        app.send_task(runs.RUN_TASK, args=[run.pk])
        wait_until(lambda: JobRun.objects.get(pk=run.pk).cursor >= last - scores.CHUNK, said=said)
        worker.kill()
