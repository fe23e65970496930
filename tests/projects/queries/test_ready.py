"""A query that is written once gives what it would give anew, to every thread, for every value."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from projects.models import Project
from projects.queries.ready import Ready, ReadyChange
from tests import factories


@pytest.fixture
def projects(db):
    portfolio = factories.a_portfolio()
    return [factories.a_project(portfolio, name) for name in ("A", "B", "C")]


def test_rows_are_those_of_the_query_itself(projects, django_assert_num_queries):
    def make(pk, name):
        rows = Project.objects.select_related("portfolio").annotate(zone=F("portfolio__time_zone"))
        return rows.filter(Q(pk=pk) | Q(name=name)).order_by("pk")

    ready = Ready(make)
    for project in projects:
        with django_assert_num_queries(1):
            found = ready(project.pk, "C")
            shown = [(row.name, row.created_at, row.portfolio.name, row.zone) for row in found]
        assert shown == [
            (row.name, row.created_at, row.portfolio.name, row.zone) for row in make(project.pk, "C")
        ]
    assert ready(0, "nobody") == []


def test_values_are_converted_as_ever(projects):
    columns = ("pk", "created_at", "metric_target", "measurements")
    Project.objects.filter(pk=projects[0].pk).update(metric_target="1.5", measurements={"a": 1})
    ready = Ready(lambda pk: Project.objects.filter(pk=pk).values(*columns))
    for project in projects:
        assert ready(project.pk) == list(Project.objects.filter(pk=project.pk).values(*columns))


def test_a_value_is_never_text_of_the_statement(projects):
    ready = Ready(lambda name: Project.objects.filter(name=name))
    assert ready("A") == [projects[0]]
    assert ready("A' OR 1=1 --") == []


def test_what_would_be_asked_with_a_stand_in_is_refused(projects):
    with pytest.raises(ValueError, match="does not stand"):
        Ready(lambda name: Project.objects.filter(name__contains=name))("A")
    with pytest.raises(ValueError, match="does not stand"):
        Ready(lambda _pk: Project.objects.all())(1)


def test_a_change_is_the_one_that_would_be_made_anew(projects, django_assert_num_queries):
    change = ReadyChange(
        lambda pk, at, name: (
            Project.objects.filter(pk=pk, deleted_at=None),
            {"name": name, "last_update_at": Greatest("created_at", Value(at, DateTimeField()))},
        )
    )
    later = timezone.now() + timedelta(days=3)
    for project in projects:
        with django_assert_num_queries(1):
            assert change(project.pk, later, f"{project.name}' OR 1=1 --") == 1
    assert change(0, later, "nobody") == 0
    assert change(projects[0].pk, later - timedelta(days=9), "First") == 1
    shown = Project.objects.order_by("pk").values_list("name", "last_update_at")
    assert list(shown) == [
        ("First", projects[0].created_at),
        ("B' OR 1=1 --", later),
        ("C' OR 1=1 --", later),
    ]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection():
    project = factories.a_project()
    ready = Ready(lambda pk: Project.objects.filter(pk=pk))
    assert ready(project.pk) == [project]
    found = []

    def ask():
        try:
            found.append((ready(project.pk), connection))
        finally:
            connection.close()

    for thread in [threading.Thread(target=ask) for _ in range(3)]:
        thread.start()
        thread.join()
    assert [rows for rows, _ in found] == [[project]] * 3
