"""Who does what on a project."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from projects.actions import teams as team_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project, Role
from projects.pages import answers, subjects
from projects.pages.fields import PersonField
from projects.queries import facts, people, signatories, teams
from projects.queries import projects as project_queries


class RoleForm(forms.Form):
    """One person for one role."""

    role = forms.ChoiceField(
        choices=Role.choices, error_messages={"invalid_choice": "There is no such role."}
    )
    person = PersonField(
        label="Person", empty_label="Choose a person", error_messages={"required": "Choose a person."}
    )

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data)
        person: Any = self.fields["person"]
        person.offer(people.who_may_see(project))


@require_GET
def team(request: HttpRequest, key: str) -> HttpResponse:
    """Every role with its people; empty ones say which gate will ask for them."""
    return _page(request, project_queries.one(Actor.of(request), key))


@require_POST
def assign(request: HttpRequest, key: str) -> HttpResponse:
    """Name somebody in a role."""
    actor, project = subjects.project(request, key, "team.edit")
    form = RoleForm(request.POST, project=project)
    if not form.is_valid():
        return _page(request, project, form, status=answers.INVALID)
    person, role = form.cleaned_data["person"], form.cleaned_data["role"]
    try:
        team_actions.assign(project.pk, user_id=person.pk, role=role, actor=actor)
    except Refused as refusal:
        form.add_error("person", refusal.message)
        return _page(request, project, form, status=answers.CONFLICT)
    return _back(request, project, f"{person.name} is {Role(role).label.lower()} of {project.key}")


@require_POST
def release(request: HttpRequest, key: str) -> HttpResponse:
    """Take somebody out of a role; the toast puts them back."""
    actor, project = subjects.project(request, key, "team.edit")
    held = [row for row in teams.members(project) if str(row.user_id) == request.POST.get("person")]
    row = next((row for row in held if row.role == request.POST.get("role")), None)
    if row is None:
        return _back(request, project, "Nothing changed")
    team_actions.release(project.pk, user_id=row.user_id, role=row.role, actor=actor)
    return _back(request, project, f"{row.user.name} is no longer {row.get_role_display().lower()}")


def _page(
    request: HttpRequest, project: Project, form: RoleForm | None = None, status: int = answers.OK
) -> HttpResponse:
    form = form or RoleForm(project=project)
    slots = teams.slots(project, teams.members(project))
    signing = signatories.of(project, [slot.code for slot in slots], facts.today(project))
    context = {
        "slots": [(slot, [each for each in signing[slot.code] if each.via != "team"]) for slot in slots],
        "form": form,
        "failed_role": form.data.get("role", "") if form.is_bound else "",
        "choices": form.fields["person"].choices,  # type: ignore[attr-defined]
    }
    return answers.project_page(request, project, "projects/team.html", tab="team", status=status, **context)


def _back(request: HttpRequest, project: Project, said: str) -> HttpResponse:
    return answers.go(request, reverse("project_team", args=[project.key]), said)
