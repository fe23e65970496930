"""More projects in a stage than its workflow allows: raised, grown, cleared and back, whoever looks."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from portfolio import tasks
from portfolio.operations.models import JobRun
from projects.actions import stage_flags, workflows
from projects.errors import NotAllowed
from projects.models import Event, Flag, Portfolio, Project
from projects.queries import flag_sentences
from projects.rules import workflow
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ON_HOLD = {"status": "on_hold", "hold_since": NOW, "resume_on": NOW.date()}
ACTIVE = {"status": "active", "hold_since": None, "resume_on": None}


def limited(portfolio, **limits):
    """The workflow with limits of projects at once."""
    definition = workflow.dump(Portfolio.objects.get(pk=portfolio.pk).workflow.rules)
    for stage in definition["stages"]:
        stage["wip_limit"] = limits.get(stage["code"])
    workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    portfolio.refresh_from_db()
    return portfolio


@pytest.fixture
def portfolio(db):
    return limited(a_portfolio(time_zone="UTC"), poc=2)


def crowd(portfolio, number, **fields):
    return a_crowd(portfolio, number, **{"stage": "poc", "standard_stage": "poc", **fields})


def settle(portfolio, days=0, actor=SYSTEM):
    return stage_flags.settle(portfolio.pk, actor=actor, now=NOW + timedelta(days=days))


def flag():
    return Flag.objects.get(rule="WIP_OVER_LIMIT")


def kinds():
    rows = Event.objects.filter(kind__startswith="flag.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


@pytest.mark.parametrize(("number", "severity"), [(2, None), (3, "warn"), (4, "critical")])
def test_more_than_the_limit_warns_and_more_than_half_again_is_critical(portfolio, number, severity):
    crowd(portfolio, number)
    assert settle(portfolio) == (severity is not None)
    found = Flag.objects.filter(rule="WIP_OVER_LIMIT")
    assert [row.severity for row in found] == ([severity] if severity else [])


def test_it_is_about_a_stage_of_the_portfolio(portfolio):
    crowd(portfolio, 3)
    settle(portfolio)
    found = flag()
    assert (found.project_id, found.portfolio_id, found.subject) == (None, portfolio.pk, "poc")
    assert found.label == "3 at once in Proof of concept, limit 2"
    assert found.sentence.startswith("3 projects are active in Proof of concept; the")
    event = Event.objects.get(kind="flag.opened")
    assert (event.project_id, event.portfolio_id, event.payload["stage"]) == (None, portfolio.pk, "poc")
    assert flag_sentences.WRITERS["flag.opened"](event.payload, {}).endswith(": " + found.label)


def test_only_active_projects_count(portfolio):
    crowd(portfolio, 2)
    crowd(portfolio, 2, **ON_HOLD)
    crowd(portfolio, 2, outcome="stopped", ended_at=NOW)
    crowd(portfolio, 2, archived_at=NOW)
    crowd(portfolio, 2, deleted_at=NOW)
    crowd(a_portfolio(), 5)
    assert settle(portfolio) == 0


def test_projects_of_an_older_workflow_count_where_they_would_stand(portfolio):
    crowd(portfolio, 3, stage="build-it", standard_stage="poc")
    settle(portfolio)
    assert flag().facts["active"] == 3


def test_over_it_for_more_than_thirty_days_is_critical_without_a_move(portfolio):
    crowd(portfolio, 3)
    for days in (0, 30):
        settle(portfolio, days)
        assert (flag().severity, flag().facts["since"]) == ("warn", NOW.date().isoformat())
    settle(portfolio, 31)
    assert (flag().severity, flag().opened_at) == ("critical", NOW)
    assert flag().severity_since == NOW + timedelta(days=31)
    assert kinds() == ["flag.opened", "flag.changed"]


def test_what_grows_critical_wakes_and_was_answered_by_nobody(portfolio):
    crowd(portfolio, 3)
    settle(portfolio)
    Flag.objects.update(snoozed_until=NOW.date() + timedelta(days=9), answered_at=NOW, escalated_at=NOW)
    crowd(portfolio, 1)
    settle(portfolio)
    found = flag()
    assert (found.severity, found.snoozed_until, found.answered_at, found.escalated_at) == (
        "critical",
        None,
        None,
        None,
    )
    assert kinds() == ["flag.opened", "flag.changed", "flag.woken"]


def test_it_clears_by_itself_and_within_a_week_it_is_the_same_again(portfolio):
    first, *_ = crowd(portfolio, 3)
    settle(portfolio)
    Project.objects.filter(pk=first.pk).update(**ON_HOLD)
    assert settle(portfolio, 1) == 1
    assert flag().cleared_at == NOW + timedelta(days=1)
    Project.objects.filter(pk=first.pk).update(**ACTIVE)
    settle(portfolio, 8)
    assert (flag().cleared_at, flag().flaps) == (None, 1)
    Project.objects.filter(pk=first.pk).update(**ON_HOLD)
    settle(portfolio, 9)
    Project.objects.filter(pk=first.pk).update(**ACTIVE)
    settle(portfolio, 17)
    assert Flag.objects.count() == 2
    assert kinds() == ["flag.opened", "flag.cleared"] * 2 + ["flag.opened"]


@pytest.mark.parametrize("how", ["higher", "none", "renamed", "archived"])
def test_a_limit_that_is_no_more_clears_it(portfolio, how):
    crowd(portfolio, 3)
    settle(portfolio)
    if how == "archived":
        Portfolio.objects.update(archived_at=NOW)
    elif how == "renamed":
        Flag.objects.update(subject="proof")
        Project.objects.update(**ON_HOLD)
    else:
        limited(portfolio, **({"poc": 3} if how == "higher" else {}))
    assert stage_flags.sweep(actor=SYSTEM, now=NOW) == 1
    assert flag().cleared_at == NOW


def test_again_nothing_is_written_and_portfolios_cost_no_query_each(portfolio, django_assert_num_queries):
    crowd(portfolio, 3)
    for _ in range(5):
        crowd(limited(a_portfolio(time_zone="UTC"), poc=1), 2)
    assert stage_flags.sweep(actor=SYSTEM, now=NOW) == 6
    with django_assert_num_queries(3):
        assert stage_flags.sweep(actor=SYSTEM, now=NOW) == 0
    assert kinds() == ["flag.opened"] * 6


def test_the_sweep_and_the_nightly_summary_look(portfolio):
    crowd(portfolio, 3)
    run = JobRun.objects.create(name="summary", slot="x", due_at=NOW, portfolio=portfolio)
    tasks.run(run.pk)
    assert flag().facts["active"] == 3
    crowd(portfolio, 1)
    run = JobRun.objects.create(name="sweep", slot="y", due_at=NOW)
    tasks.run(run.pk)
    assert flag().severity == "critical"


def test_a_project_carries_none_of_it(portfolio):
    crowd(portfolio, 3)
    settle(portfolio)
    assert not Project.objects.exclude(flag_level=0).exists()


def test_nobody_below_a_manager_settles(portfolio):
    crowd(portfolio, 3)
    with pytest.raises(NotAllowed):
        settle(portfolio, actor=acting(a_member(portfolio, "contributor")))
    with pytest.raises(NotAllowed):
        stage_flags.sweep(actor=acting(a_member(portfolio, "administrator")), now=NOW)
    assert not Flag.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_raise_one_flag_and_disturb_nobody():
    portfolio = limited(a_portfolio(time_zone="UTC"), poc=2)
    crowd(portfolio, 4)
    start, written = Barrier(3, timeout=30), []

    def settles():
        start.wait()
        written.append(stage_flags.sweep(actor=SYSTEM, now=NOW))
        connection.close()

    def creates():
        start.wait()
        a_project(portfolio)
        connection.close()

    threads = [Thread(target=work) for work in (settles, settles, creates)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 1]
    assert Flag.objects.count() == 1
    assert Event.objects.filter(kind="flag.opened").count() == 1
