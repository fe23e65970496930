"""Checklists filled in: by whom, with what, and what is kept of it."""

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
