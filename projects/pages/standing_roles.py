"""Roles on all projects of a portfolio: people named and taken out on its page of people and roles."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from projects import permissions
from projects.actions import standing_roles as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Role, StandingRole
from projects.pages import answers
from projects.pages.fields import PersonField
from projects.queries import standing_roles as queries


class StandingRoleForm(forms.Form):
    """One member for one role."""

    role = forms.ChoiceField(
        choices=Role.choices, error_messages={"invalid_choice": "There is no such role."}
    )
    person = PersonField(
        label="Person",
        empty_label="Choose a member",
        error_messages={"required": "Choose a member."},
        help_text="Members of this portfolio; add somebody to it first to name them here.",
    )

    def __init__(self, data: Any = None, *, portfolio: Portfolio, role: str = "") -> None:
        super().__init__(data, initial={"role": role})
        person: Any = self.fields["person"]
        person.offer(queries.who_may_have_one(portfolio))


@require_http_methods(["GET", "POST"])
def name(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a member a role on all projects whose teams name nobody for it."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "standing_role.edit", portfolio)
    if request.method == "GET":
        form = StandingRoleForm(portfolio=portfolio, role=request.GET.get("role", ""))
        return _dialog(request, portfolio, form)
    form = StandingRoleForm(request.POST, portfolio=portfolio)
    if not form.is_valid():
        return _dialog(request, portfolio, form, answers.INVALID)
    person, role = form.cleaned_data["person"], form.cleaned_data["role"]
    try:
        actions.name(portfolio.pk, user_id=person.pk, role=role, actor=actor)
    except Refused as refusal:
        form.add_error("person", refusal.message)
        return _dialog(request, portfolio, form, answers.CONFLICT)
    return answers.go(request, _back(portfolio), f"{person.name} is {_label(role)} on all projects")


@require_POST
def remove(request: HttpRequest, slug: str, role: str, person_id: int) -> HttpResponse:
    """Take the role away; the toast gives it back."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "standing_role.edit", portfolio)
    rows = StandingRole.objects.filter(portfolio=portfolio, role=role, user=person_id)
    held = rows.select_related("user").first()
    if held is None:
        return answers.go(request, _back(portfolio), "Nothing changed")
    actions.remove(portfolio.pk, user_id=person_id, role=role, actor=actor)
    undo = reverse("restore-standing-role", args=[slug, role, person_id])
    said = f"{held.user.name} is no longer {_label(role)} on all projects"
    return answers.go(request, _back(portfolio), said, undo=undo)


@require_POST
def restore(request: HttpRequest, slug: str, role: str, person_id: int) -> HttpResponse:
    """Give the role back that was taken away a moment ago."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    try:
        held = actions.name(portfolio.pk, user_id=person_id, role=role, actor=actor)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return answers.go(request, _back(portfolio))
    return answers.go(request, _back(portfolio), f"{held.user.name} is {_label(role)} on all projects again")


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)


def _label(role: str) -> str:
    return Role(role).label


def _back(portfolio: Portfolio) -> str:
    return f"/portfolios/{portfolio.slug}/members/"


def _dialog(
    request: HttpRequest, portfolio: Portfolio, form: StandingRoleForm, status: int = answers.OK
) -> HttpResponse:
    context = {"portfolio": portfolio, "form": form, "nav": "settings"}
    return render(request, "projects/portfolios/standing_role.html", context, status=status)
