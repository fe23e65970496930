"""The level on a project's row says what its open flags say, whatever happened to it."""

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.actions import moves, projects, updates
from projects.errors import Refused
from projects.models import Flag, Project
from tests.factories import SYSTEM, a_crowd, a_portfolio, a_project
from tests.projects.actions.test_flags import sweep
from tests.races import at_once

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
RANK = {"warn": 1, "critical": 2}
MOVES = {
    "advance": {},
    "back": {"to": "idea", "reason_code": "new_information", "note": "Again."},
    "stop": {"reason_code": "budget", "note": "No money."},
    "restart": {"note": "There is money."},
}


def levels():
    """What every project's row says."""
    return dict(Project.objects.values_list("pk", "flag_level"))


def levels_of_open_flags():
    """The same, counted from the flags."""
    found = dict.fromkeys(Project.objects.values_list("pk", flat=True), 0)
    for project_id, severity in Flag.objects.filter(cleared_at=None).values_list("project_id", "severity"):
        found[project_id] = max(found[project_id], RANK[severity])
    return found


def change(project_id, name, number):
    """One of the things that can happen to a project; what its state does not allow is no change."""
    today = timezone.localdate()
    try:
        if name in MOVES:
            moves.make(project_id, kind=name, actor=SYSTEM, **MOVES[name])
        elif name == "say":
            updates.post(project_id, health="on_track", text="Going well.", actor=SYSTEM)
        elif name == "plan":
            date = today + timedelta(days=number - 20)
            projects.edit(project_id, version=None, gate_planned_on=date, actor=SYSTEM)
        else:
            getattr(projects, name)(project_id, actor=SYSTEM)
    except (Refused, Project.DoesNotExist):
        pass


happenings = st.one_of(
    st.tuples(st.sampled_from(["wait", "sweep"]), st.integers(0, 40), st.just(0)),
    st.tuples(
        st.sampled_from([*MOVES, "say", "plan", "archive", "unarchive", "delete", "restore"]),
        st.integers(0, 40),
        st.integers(0, 2),
    ),
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=st.lists(happenings, min_size=3, max_size=12))
def test_the_level_agrees_with_the_open_flags_after_anything(time_machine, happened):
    with transaction.atomic():
        time_machine.move_to(AS_OF, tick=False)
        portfolio = a_portfolio()
        made = [a_project(portfolio, f"Project {number}").pk for number in range(3)]
        for name, number, which in [*happened, ("sweep", 0, 0)]:
            if name == "wait":
                time_machine.shift(timedelta(days=number))
            elif name == "sweep":
                sweep(portfolio)
            else:
                change(made[which], name, number)
            assert levels() == levels_of_open_flags(), name
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("put_away", [projects.archive, projects.delete])
def test_a_project_put_away_has_no_level(put_away):
    project = a_project(gate_planned_on=timezone.localdate() - timedelta(days=3))
    sweep()
    assert levels() == {project.pk: 1}
    put_away(project.pk, actor=SYSTEM)
    assert levels() == {project.pk: 0}


@pytest.mark.django_db
def test_a_sweep_mends_a_level_that_is_wrong_without_touching_flags():
    portfolio = a_portfolio()
    a_crowd(portfolio, 3)
    Project.objects.update(flag_level=2)
    assert sweep(full=True) == (0, 0, 0)
    assert set(levels().values()) == {0}


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 20])
def test_levels_are_written_in_one_statement(number):
    portfolio, long_ago = a_portfolio(), timezone.now() - timedelta(days=200)
    a_crowd(portfolio, number, created_at=long_ago, stage_since=long_ago)
    soon = timezone.now() - timedelta(days=31)
    a_crowd(portfolio, number, created_at=soon, stage_since=soon)
    with CaptureQueriesContext(connection) as captured:
        sweep(portfolio)
    written = [query for query in captured if query["sql"].startswith('UPDATE "projects_project"')]
    assert len(written) == 1
    assert sorted(levels().values()) == [1] * number + [2] * number


@pytest.mark.django_db
def test_no_other_level_can_be_stored():
    project = a_project()
    with pytest.raises(IntegrityError, match="flag_level"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(flag_level=3)


@pytest.mark.django_db
def test_the_migration_fills_the_levels_of_an_installation_that_has_flags():
    portfolio, today = a_portfolio(), timezone.localdate()
    for days in (-3, 3, 30):
        a_project(portfolio, f"Gate {days} days ago", gate_planned_on=today - timedelta(days=days))
    sweep()
    Project.objects.update(flag_level=0)
    migration = importlib.import_module("projects.migrations.0003_fill_flag_levels")
    migration.fill(apps, connection.SchemaEditorClass(connection))
    assert set(levels().values()) == {0, 1, 2}
    assert levels() == levels_of_open_flags()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_levels_agree_after_sweeps_and_updates_at_once():
    portfolio, now = a_portfolio(), timezone.now()
    silent, lost = now - timedelta(days=31), now - timedelta(days=200)
    a_crowd(portfolio, 150, created_at=silent, stage_since=silent)
    spoken = a_crowd(portfolio, 30, created_at=lost, stage_since=lost)

    def everybody_speaks():
        for project in spoken:
            updates.post(project.pk, health="on_track", text="Fine.", actor=SYSTEM)

    results = at_once(sweep, sweep, everybody_speaks, sweep)
    assert not [result for result in results if isinstance(result, Exception)]
    assert set(levels().values()) == {1, 2}
    assert levels() == levels_of_open_flags()
