"""What is read of one project by one statement is what each of its queries gives by itself."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Assessment, Event, Project, Spell
from projects.queries import gate_facts, scoring
from projects.queries.json_rows import RowsOf
from projects.queries.together import Together
from tests.factories import a_portfolio
from tests.projects.queries.test_gate_budgets import filled

pytestmark = pytest.mark.django_db
EXACT = datetime(2026, 3, 29, 1, 59, 59, 999_001, tzinfo=UTC)


@pytest.fixture
def full():
    project = filled(a_portfolio())
    Assessment.objects.filter(project=project).update(answered_at=EXACT, record={"a": [0.1, None, "é\"'"]})
    Spell.objects.filter(project=project).update(held=timedelta(days=2, seconds=3, microseconds=4))
    return project


@pytest.mark.parametrize("queries", [gate_facts.READ, scoring.READ])
def test_the_rows_of_one_project_are_those_of_the_queries(full, queries):
    makers = queries._queries
    with CaptureQueriesContext(connection) as captured:
        found = queries(**{name: [full.pk] for name in makers})
    assert len(captured) == 1
    for name, make in makers.items():
        ordered = list if make([full.pk]).query.order_by else sorted
        expected = ordered(make([full.pk]))
        assert ordered(map(tuple, found[name])) == expected != [], name
        assert [list(map(type, row)) for row in found[name][:1]] == [list(map(type, expected[0]))], name


def test_several_projects_and_different_ones_are_asked_for_query_by_query(full):
    def keys(ids):
        return Project.objects.filter(pk__in=ids).order_by("-pk").values_list("key", "name")

    other = filled(full.portfolio)
    both = Together(one=keys, two=keys, three=keys)
    with CaptureQueriesContext(connection) as captured:
        assert both(one=[full.pk], two=[other.pk], three=()) == {
            "one": [(full.key, full.name)],
            "two": [(other.key, other.name)],
            "three": (),
        }
        assert [key for key, _ in both(one=[full.pk, other.pk])["one"]] == [other.key, full.key]
    assert len(captured) == 3
    assert both(one=(), two=()) == {"one": (), "two": ()}
    assert both(one=[0]) == {"one": ()}


def test_payloads_moments_and_truths_are_as_the_query_gives_them(full):
    """Also of a query without rows, and in the order of the query."""
    events = Event.objects.filter(project=full).order_by("-pk")
    rows = events.values_list("pk", "at", "by_machine", "payload")
    none = events.filter(kind="never").values_list("pk")
    ((found, nothing),) = Project.objects.filter(pk=full.pk).values_list(RowsOf(rows), RowsOf(none))
    assert [tuple(row) for row in found] == list(rows) != []
    assert nothing == []
    assert type(found[0][2]) is bool


def test_what_json_does_not_hold_exactly_is_refused(full):
    Project.objects.filter(pk=full.pk).update(metric_target=Decimal("0.1"))
    with pytest.raises(TypeError, match="DecimalField"):
        RowsOf(Project.objects.values_list("metric_target"))
