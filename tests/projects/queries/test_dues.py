"""Which updates are due: of one's own projects and of those without an owner, by each stage's cadence."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import updates
from projects.models import Project
from projects.queries import dues
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio()


@pytest.fixture
def me(portfolio):
    return factories.a_member(portfolio)


def said(project, days):
    """Somebody said something so many days ago."""
    Project.objects.filter(pk=project.pk).update(last_update_at=timezone.now() - days * DAY)


def found(person):
    return [(due.project.name, due.words) for due in dues.of(acting(person)).rows]


def test_what_is_late_comes_first_and_what_runs_out_in_two_days_is_asked_for(portfolio, me):
    # In the first stage an update is asked for every 30 days.
    for name, days in (("Tomorrow", 29), ("Late", 33), ("Today", 30), ("In two", 28), ("Fine", 27)):
        said(factories.a_project(portfolio, name, owner=me), days)
    assert found(me) == [
        ("Late", "3 days late"),
        ("Today", "due today"),
        ("Tomorrow", "due tomorrow"),
        ("In two", "due in 2 days"),
    ]
    assert dues.count(acting(me)) == 4


def test_a_hold_has_a_cadence_of_its_own_and_what_has_ended_has_none(portfolio, me):
    held, ended, away = (factories.a_project(portfolio, name, owner=me) for name in ("Held", "Ended", "Away"))
    for each in (held, ended, away):
        said(each, 40)
    rows = Project.objects.filter
    rows(pk=held.pk).update(status="on_hold", hold_since=timezone.now(), resume_on=timezone.localdate() + DAY)
    rows(pk=ended.pk).update(outcome="stopped", ended_at=timezone.now())
    rows(pk=away.pk).update(archived_at=timezone.now())
    assert found(me) == []
    said(held, 61)
    assert found(me) == [("Held", "1 day late")]


def test_without_an_owner_the_product_owner_speaks_and_without_one_the_ml_lead(portfolio, me):
    project = factories.a_project(portfolio, "Nobody's")
    said(project, 31)
    for role in ("DS", "ML"):
        assert found(me) == []
        factories.on_team(project, role, me)
    assert found(me) == [("Nobody's", "1 day late")]
    other = factories.on_team(project, "PO")
    assert found(me) == []
    assert found(other) == [("Nobody's", "1 day late")]
    Project.objects.filter(pk=project.pk).update(owner=me)
    assert found(other) == []
    assert found(me) == [("Nobody's", "1 day late")]


def test_nobody_is_asked_for_what_they_may_not_do_or_see(portfolio, me):
    viewer, stranger = factories.a_member(portfolio, "viewer"), factories.a_person()
    for each in (viewer, stranger):
        project = factories.a_project(portfolio)
        Project.objects.filter(pk=project.pk).update(owner=each)
        said(project, 31)
        assert found(each) == []
    assert dues.of(acting(stranger)).count == dues.count(SYSTEM) == 0


def test_the_last_word_stands_with_it(portfolio, me):
    silent, spoken = (factories.a_project(portfolio, name, owner=me) for name in ("Silent", "Spoken"))
    wrong = updates.post(spoken.pk, health="on_track", text="Frist.", actor=SYSTEM)
    updates.post(spoken.pk, health="on_track", text="First.", corrects=wrong.pk, actor=SYSTEM)
    for each in (silent, spoken):
        said(each, 31)
    rows = {due.project.name: due for due in dues.of(acting(me)).rows}
    assert (rows["Silent"].last_text, rows["Silent"].can_repeat) == ("", False)
    assert (rows["Spoken"].last_text, rows["Spoken"].can_repeat) == ("First.", True)


def test_as_many_queries_for_forty_as_for_one_and_the_rest_is_counted(portfolio, me):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            waiting = dues.of(acting(me))
        return len(queries), len(waiting.rows), waiting.more

    said(factories.a_project(portfolio, "One", owner=me), 31)
    few = counted()
    for each in factories.a_crowd(portfolio, 39, owner=me):
        said(each, 40)
    many = counted()
    assert (few[1:], many[1:]) == ((1, 0), (30, 10))
    assert few[0] == many[0] <= 5
