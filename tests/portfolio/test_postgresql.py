from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.postgresql.base import Moment
from projects.models import Event
from projects.queries.ready import Ready

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
TIMESTAMPTZ, TEXT = 1184, 0


def test_the_reader_is_psycopgs_own():
    with connection.cursor() as cursor:
        reader = cursor.adapters.get_loader(TIMESTAMPTZ, TEXT)(TIMESTAMPTZ, cursor)
    assert type(reader).__module__.startswith("psycopg_binary")
    assert not isinstance(reader, Moment)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 21, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_it_was_put_and_in_utc(at):
    pk = Event.objects.create(kind="project.created", door="page", at=at).pk
    found = Event.objects.values_list("at", flat=True).get(pk=pk)
    assert found == at and found.tzinfo is UTC


def test_a_moment_with_another_offset_is_the_same_moment():
    with connection.cursor() as cursor:
        cursor.execute("SELECT '2026-01-01 00:30:00+05:30'::timestamptz, NULL::timestamptz")
        assert cursor.fetchone() == (datetime(2025, 12, 31, 19, 0, tzinfo=UTC), None)


def test_what_the_database_computes_is_a_moment_too():
    Event.objects.create(kind="project.created", door="page")
    newest = Event.objects.aggregate(at=models.Max("at"))["at"]
    assert newest.tzinfo is UTC and timezone.now() - newest < timedelta(minutes=5)


def test_a_statement_whose_plan_is_kept_has_its_text():
    ready = Ready(lambda pk: Event.objects.filter(pk=pk).values_list("pk"))
    with CaptureQueriesContext(connection) as captured:
        for pk in range(1, 6):
            ready(pk)
    assert len(captured) == 5 and all("projects_event" in query["sql"] for query in captured)
