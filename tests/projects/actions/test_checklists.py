"""Checklists filled in: by whom, with what, and what is kept of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from projects.actions import checklists, projects
from projects.errors import NotAllowed, Refused
from projects.models import Event, Project
from projects.queries import checklists as queries
from projects.queries import timelines
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project(a_portfolio())


def kept(project):
    return Project.objects.values_list("checklists", flat=True).get(pk=project.pk)


def fill(project, actor=SYSTEM, checklist="production", **points):
    return checklists.fill(project.pk, checklist=checklist, points=points, actor=actor)


def test_points_are_kept_as_text_and_the_history_says_what_changed(project):
    ada = a_member(project.portfolio, name="Ada")
    fill(project, acting(ada), C1=Decimal(1), C2=Decimal("0.5"))
    fill(project, acting(ada), C2=Decimal(0), C3="1")
    assert kept(project) == {"production": {"C1": "1", "C2": "0", "C3": "1"}}
    first, second = Event.objects.filter(kind="checklist.filled").order_by("pk")
    assert first.payload == {"checklist": "production", "points": {"C1": [None, "1"], "C2": [None, "0.5"]}}
    assert second.payload["points"] == {"C2": ["0.5", "0"], "C3": [None, "1"]}
    (entry, *_) = timelines.page(project, "all").entries
    assert (entry.who, entry.text) == ("Ada", "filled in C2, C3 of the list “Production checklist”")
    project.refresh_from_db()
    last = queries.last_filled(project, "production")
    assert (last.person, last.by_machine) == (ada, False)
    assert queries.last_filled(project, "ml_test") is None


def test_the_same_again_changes_nothing(project):
    fill(project, C1="0.5")
    before = Event.objects.count()
    fill(project, C1=Decimal("0.50"))
    fill(project, C4=None)
    assert Event.objects.count() == before


def test_points_are_taken_away_and_not_known_is_not_zero(project):
    fill(project, C1="0")
    project.refresh_from_db()
    assert queries.of(project, "production").score == 0
    fill(project, C1=None)
    project.refresh_from_db()
    assert kept(project) == {"production": {}}
    assert queries.of(project, "production").score is None


def test_each_list_keeps_its_own_points(project):
    fill(project, C1="1")
    fill(project, checklist="ml_test", D1="1", M1="1", I1="0.5", O1="1")
    project.refresh_from_db()
    assert queries.of(project, "production").score == 1
    assert queries.of(project, "ml_test").score == Decimal("0.5")


@pytest.mark.parametrize(
    ("checklist", "points", "code"),
    [
        ("no_list", {"C1": "1"}, "checklist_unknown"),
        ("production", {"C10": "1"}, "item_unknown"),
        ("production", {"": "1"}, "item_unknown"),
        ("production", {"C1": "0.75"}, "points_unknown"),
        ("production", {"C1": "NaN"}, "points_unknown"),
        ("production", {"C1": "sNaN"}, "points_unknown"),
        ("production", {"C1": "2"}, "points_unknown"),
        ("production", {"C1": "-1"}, "points_unknown"),
        ("production", {"C1": True}, "points_unknown"),
        ("production", {"C1": ["1"]}, "points_unknown"),
        ("production", {"C1": "1\0"}, "points_unknown"),
        ("production", {"C1": "1", "C2": "many"}, "points_unknown"),
    ],
)
def test_what_cannot_be_is_refused_whole(project, checklist, points, code):
    before = Event.objects.count()
    with pytest.raises(Refused) as caught:
        checklists.fill(project.pk, checklist=checklist, points=points, actor=SYSTEM)
    assert [each.code for each in caught.value.obstacles] == [code]
    assert kept(project) == {} and Event.objects.count() == before


def test_a_viewer_may_not_and_what_is_archived_stays(project):
    with pytest.raises(NotAllowed):
        fill(project, acting(a_member(project.portfolio, "viewer")), C1="1")
    projects.archive(project.pk, actor=SYSTEM)
    with pytest.raises(Refused, match="archived"):
        fill(project, C1="1")
    assert kept(project) == {}


def audited_on(project):
    return Project.objects.values_list("audited_on", flat=True).get(pk=project.pk)


def test_an_audit_is_dated_when_its_last_area_is_filled_in_and_again_when_one_is_confirmed(
    project, time_machine
):
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False)
    fill(project, checklist="pipeline_audit", A1="3", A2="4", A3="2", A4="5")
    assert audited_on(project) is None
    fill(project, checklist="pipeline_audit", A5="0")
    assert audited_on(project) == date(2026, 3, 2)
    fill(project, checklist="production", C1="1")
    time_machine.shift(timedelta(days=180))
    editor = acting(a_member(project.portfolio))
    for _ in range(2):
        fill(project, editor, "pipeline_audit", A1="3")
    assert audited_on(project) == date(2026, 8, 29)
    event = Event.objects.filter(kind="checklist.filled").latest("pk")
    assert (event.payload["points"], event.payload["audited_on"]) == ({}, "2026-08-29")
    assert "filled in the list “Pipeline audit”" in timelines.page(project).entries[0].text


def test_an_area_that_nobody_has_filled_in_any_more_leaves_the_day_as_it_was(project):
    fill(project, checklist="pipeline_audit", **{f"A{number}": "4" for number in range(1, 6)})
    Project.objects.update(audited_on=date(2026, 1, 1))
    fill(project, checklist="pipeline_audit", A1=None)
    assert audited_on(project) == date(2026, 1, 1)
