"""Following a project: anybody who may see it, for themselves only, as often as they like."""

import pytest

from projects.actions import follows, projects
from projects.errors import NotAllowed, Refused
from projects.models import Event, Follow, Project
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db


def test_whoever_may_see_a_project_follows_it_once_and_leaves_no_trace():
    project = factories.a_project()
    viewer = factories.a_member(project.portfolio, "viewer")
    before = Event.objects.count()
    first = follows.follow(project.pk, actor=acting(viewer))
    assert follows.follow(project.pk, actor=acting(viewer)) == first
    assert Follow.objects.get().user == viewer
    follows.unfollow(project.pk, actor=acting(viewer))
    follows.unfollow(project.pk, actor=acting(viewer))
    assert not Follow.objects.exists()
    assert Event.objects.count() == before


def test_a_stranger_a_program_and_what_was_deleted():
    project = factories.a_project()
    with pytest.raises(NotAllowed):
        follows.follow(project.pk, actor=acting(factories.a_person()))
    with pytest.raises(Refused, match="Only people"):
        follows.follow(project.pk, actor=SYSTEM)
    projects.delete(project.pk, actor=SYSTEM)
    with pytest.raises(Project.DoesNotExist):
        follows.follow(project.pk, actor=acting(factories.an_administrator()))
    assert not Follow.objects.exists()
