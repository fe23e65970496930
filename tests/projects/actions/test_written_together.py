"""Rows that an action writes itself: to the last digit, and on PostgreSQL by one statement."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects import events
from projects.actions import _bulk
from projects.actors import Actor
from projects.models import Event, Project, Spell
from tests import factories

SPELL = (
    "project",
    "attempt",
    "stage",
    "standard_stage",
    "entered_at",
    "left_at",
    "precision",
    "cause",
    "held",
)
AT = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
WHO = Actor.system("command")
TEXT = """100 % of Ana's "labels" \\ %s {} ü"""


@pytest.fixture
def projects(db):
    portfolio = factories.a_portfolio()
    return [factories.a_project(portfolio, name) for name in ("A", "B")]


def a_spell(project, held):
    return (project.pk, 3, TEXT[:20], "data", AT, AT + timedelta(microseconds=1), "day", "back", held)


@pytest.mark.parametrize("held", [timedelta(), timedelta(days=400, microseconds=1), -timedelta(hours=25)])
@pytest.mark.parametrize("many", [1, 3])
def test_every_value_comes_back_as_it_was_given(projects, held, many):
    keys = _bulk.add(Spell, SPELL, [a_spell(projects[0], held)] * many)
    assert len(keys) == many
    for pk in keys:
        assert Spell.objects.filter(pk=pk).values_list(*SPELL).get() == a_spell(projects[0], held)


@pytest.mark.parametrize("many", [1, 2])
def test_a_row_is_changed_where_it_is_found(projects, many):
    columns = ("name", "metric_target", "measurements", "stage_shift", "owner", "stated_on", "is_generated")
    said = (
        TEXT,
        Decimal("0.1001"),
        {"a": [None, TEXT, 0.1]},
        timedelta(days=-1),
        None,
        AT.date(),
        True,
    )
    _bulk.change(Project, columns, [(project.pk, *said) for project in projects[:many]])
    expected = [said] * many + [("B", None, {}, timedelta(), projects[1].owner_id, None, False)] * (2 - many)
    found = Project.objects.order_by("pk").values_list(*columns)
    assert [
        (*row[:1], row[1] if row[1] is None else row[1].normalize(), *row[2:]) for row in found
    ] == expected


def test_what_is_written_together_is_one_statement(projects):
    first, second = projects
    at_once = connection.vendor != "postgresql"
    with CaptureQueriesContext(connection) as seen:
        with _bulk.together():
            _bulk.append(Spell, SPELL, [a_spell(first, timedelta())])
            _bulk.change(Project, ["name"], [(first.pk, "A2"), (second.pk, "B2")])
            _bulk.append_rows([events.build(first, "stage.advanced", WHO)], events.COLUMNS)
            assert len(seen) == (3 if at_once else 0)
        assert len(seen) == (3 if at_once else 1)
    assert Spell.objects.filter(project=first, attempt=3).count() == 1
    assert set(Project.objects.values_list("name", flat=True)) == {"A2", "B2"}
    assert Event.objects.filter(project=first, kind="stage.advanced").count() == 1


def test_keys_are_there_at_once_and_nothing_to_write_asks_nothing(projects, django_assert_num_queries):
    with django_assert_num_queries(1), _bulk.together():
        assert len(_bulk.add(Spell, SPELL, [a_spell(projects[0], timedelta())])) == 1
    with django_assert_num_queries(0), _bulk.together():
        _bulk.change(Project, ["name"], [])


def test_what_fails_on_the_way_is_not_written_later(projects):
    @_bulk.together()
    def half_way():
        _bulk.change(Project, ["name"], [(projects[0].pk, "never")])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert _bulk.WAITING.get() is None
    # Where each row is written as it comes, its transaction takes it back.
    assert Project.objects.filter(name="never").exists() == (connection.vendor != "postgresql")
