"""The dialog in which somebody writes down what was learned."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects.actions import retrospectives as actions
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, subjects
from projects.pages.fields import MoneyField, TextField, pick
from projects.pages.signoff_forms import RefusableForm
from projects.queries import retrospectives

PROJECT_AS_A_WHOLE = "The project as a whole"


class LookBackForm(RefusableForm):
    """What happened, what was learned, what it did to the team, what it cost."""

    move = forms.ChoiceField(
        label="About", required=False, error_messages={"invalid_choice": "Choose a decision of the list."}
    )
    pitfall = forms.ChoiceField(
        label="Which pitfall decided?",
        required=False,
        error_messages={"invalid_choice": "Choose a pitfall of the list."},
    )
    happened = TextField(
        label="What happened?",
        max_length=actions.LONGEST,
        error_messages={"required": "Say what happened."},
    )
    lesson = TextField(
        label="What would you do again, or never?",
        max_length=actions.LONGEST,
        help_text="One thing that others can use.",
        error_messages={"required": "Say what others can learn from it."},
    )
    team_effect = TextField(
        label="What did it do to the team?", max_length=actions.LONGEST, rows=2, required=False
    )
    sunk_cost = MoneyField(label="Cost so far", min_value=0)

    def __init__(self, data: Any = None, *, project: Project, move: str = "") -> None:
        super().__init__(data, initial={"move": move})
        about: Any = self.fields["move"]
        found = retrospectives.decision_words(retrospectives.decisions(project)[:20])
        about.choices = pick([(str(pk), said) for pk, said in found], PROJECT_AS_A_WHOLE)
        pitfall: Any = self.fields["pitfall"]
        known = [(each.code, each.label) for each in retrospectives.pitfalls(project)]
        pitfall.choices = pick(known, "None of them")
        spent = f"Spent and not to be had back, in {project.portfolio.currency}. Empty if nobody knows."
        self.fields["sunk_cost"].help_text = spent


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Write a retrospective; `?about=` names the decision that it looks back at."""
    actor, project = subjects.project(request, key, "retrospective.write")
    form = LookBackForm(request.POST or None, project=project, move=request.GET.get("about", ""))
    status = answers.OK
    if request.method == "POST":
        status = answers.INVALID
        if form.is_valid():
            said = form.cleaned_data
            move = said.pop("move")
            try:
                actions.write(project.pk, move_id=int(move) if move else None, actor=actor, **said)
            except Refused as refusal:
                form.take(refusal)
                status = answers.CONFLICT
            else:
                history = reverse("project_history", args=[project.key])
                return answers.go(request, history, "Written down: others can learn from it")
    context = {"nav": "projects", "project": project, "form": form}
    return render(request, "projects/retrospectives/add.html", context, status=status)
