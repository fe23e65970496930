"""Whom a project needs, by kind of work: all of it in one dialog."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import demands as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Capability, Demand, Project
from projects.pages import answers, returns, subjects
from projects.pages.fields import DayField
from projects.queries import capacities
from projects.rules import capacities as rules
from projects.rules.gate_inputs import MOST_FTE

NOT_FTE = "This is not a number. Use digits with a point, such as 2.5."


class DemandsForm(forms.Form):
    """A number and two days for each kind of work of the portfolio."""

    marks_optional = False  # everything is

    def __init__(self, data: Any = None, *, kinds: list[Capability], stated: list[Demand]) -> None:
        held = {row.capability_id: row for row in stated}
        super().__init__(data, initial={name: value for row in stated for name, value in _shown(row)})
        self.kinds, self.held = kinds, held
        for kind in kinds:
            self.fields[f"fte-{kind.pk}"] = forms.DecimalField(
                label=f"Full-time people: {kind.name}",
                min_value=0,
                max_value=MOST_FTE,
                max_digits=6,
                decimal_places=2,
                required=False,
                error_messages={"invalid": NOT_FTE},
                widget=forms.NumberInput(attrs={"step": "0.05"}),
            )
            self.fields[f"from-{kind.pk}"] = DayField(label=f"From: {kind.name}", required=False)
            self.fields[f"until-{kind.pk}"] = DayField(label=f"Until: {kind.name}", required=False)

    @property
    def rows(self) -> Iterator[tuple[Capability, BoundField, BoundField, BoundField]]:
        """Each kind of work with its three fields."""
        for kind in self.kinds:
            yield kind, self[f"fte-{kind.pk}"], self[f"from-{kind.pk}"], self[f"until-{kind.pk}"]

    def clean(self) -> dict[str, Any]:
        """A last day is not before the first, and days without people mean nothing."""
        found = super().clean() or {}
        for kind in self.kinds:
            fte, *days = (found.get(f"{part}-{kind.pk}") for part in ("fte", "from", "until"))
            if fte is None and any(days) and f"fte-{kind.pk}" not in self.errors:
                self.add_error(f"fte-{kind.pk}", "Say how many people are needed in this time.")
            elif fte is not None:
                for obstacle in rules.demand_obstacles(rules.Need(fte, *days)):
                    part = "until" if obstacle.field == "until_on" else "fte"
                    self.add_error(f"{part}-{kind.pk}", f"{obstacle.message} {obstacle.remedy}")
        return found

    def state(self, project: Project, actor: Actor) -> None:
        """State what changed, all of it or nothing."""
        with transaction.atomic():
            for kind in self.kinds:
                fte, from_on, until_on = (
                    self.cleaned_data[f"{part}-{kind.pk}"] for part in ("fte", "from", "until")
                )
                if fte is not None:
                    said = {"fte": fte, "from_on": from_on, "until_on": until_on}
                    actions.state(project.pk, capability=kind.name, actor=actor, **said)
                elif kind.pk in self.held:
                    actions.remove(project.pk, capability=kind.name, actor=actor)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Everybody whom the project needs."""
    actor, project = subjects.project(request, key, "project.edit")
    kinds, stated = capacities.kinds(project.portfolio), capacities.of_project(project)
    form = DemandsForm(request.POST or None, kinds=kinds, stated=stated)
    if request.method == "GET":
        return _dialog(request, project, form, actor)
    if not form.is_valid():
        return _dialog(request, project, form, actor, status=answers.INVALID)
    try:
        form.state(project, actor)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _dialog(request, project, form, actor, status=answers.CONFLICT)
    return answers.go(request, _below(request, project), "People needed saved")


def _dialog(
    request: HttpRequest, project: Project, form: DemandsForm, actor: Actor, status: int = answers.OK
) -> HttpResponse:
    may = permissions.granted(actor, "capacity.edit", project.portfolio)
    context = {"nav": "projects", "project": project, "form": form, "may_capacity": may}
    context["back"] = _below(request, project)
    return render(request, "projects/demands.html", context, status=status)


def _below(request: HttpRequest, project: Project) -> str:
    return returns.below(request, reverse("project", args=[project.key]))


def _shown(row: Demand) -> Iterator[tuple[str, Any]]:
    yield f"fte-{row.capability_id}", f"{row.fte.normalize():f}"
    yield f"from-{row.capability_id}", row.from_on
    yield f"until-{row.capability_id}", row.until_on
