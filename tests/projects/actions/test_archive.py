"""What is archived or deleted is left as it is until it is brought back."""

import pytest

from projects.actions import comments, moves, projects, teams, updates
from projects.errors import Refused
from projects.models import Event, Project
from tests.factories import SYSTEM, a_person, a_portfolio, a_project

pytestmark = pytest.mark.django_db
CHANGES = {
    "a move": lambda pk, person: moves.make(pk, to="framing", actor=SYSTEM),
    "an edit": lambda pk, person: projects.edit(pk, version=None, problem="Other", actor=SYSTEM),
    "an update": lambda pk, person: updates.post(pk, health="at_risk", text="Late.", actor=SYSTEM),
    "a comment": lambda pk, person: comments.post(pk, text="Why?", actor=SYSTEM),
    "a team role": lambda pk, person: teams.assign(pk, user_id=person.pk, role="SP", actor=SYSTEM),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_archived_project_is_not_changed_until_it_is_taken_out(change):
    project, person = a_project(a_portfolio()), a_person()
    projects.archive(project.pk, actor=SYSTEM)
    before = Project.objects.values().get(pk=project.pk), Event.objects.count()
    with pytest.raises(Refused) as caught:
        CHANGES[change](project.pk, person)
    assert caught.value.code == "archived"
    assert (Project.objects.values().get(pk=project.pk), Event.objects.count()) == before
    projects.unarchive(project.pk, actor=SYSTEM)
    CHANGES[change](project.pk, person)


@pytest.mark.parametrize("change", CHANGES)
def test_a_deleted_project_is_not_there_and_comes_back_as_it_was(change):
    project, person = a_project(a_portfolio()), a_person()
    seen = {"version", "deleted_at", "flags_due_at"}
    before = {
        name: value for name, value in Project.objects.values().get(pk=project.pk).items() if name not in seen
    }
    projects.delete(project.pk, actor=SYSTEM)
    with pytest.raises(Project.DoesNotExist):
        CHANGES[change](project.pk, person)
    projects.restore(project.pk, actor=SYSTEM)
    after = Project.objects.values().get(pk=project.pk)
    assert {name: after[name] for name in before} == before
    assert after["deleted_at"] is None
