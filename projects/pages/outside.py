"""Questions to people outside, seen from inside: the form that asks, and the button that calls one off."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from projects import permissions
from projects.actions import outside as actions
from projects.actors import Actor
from projects.models import Blocker
from projects.pages import answers, returns
from projects.pages.fields import LineField, TextField
from projects.pages.refusals import RefusalForm
from projects.queries import blockers
from projects.queries import outside as queries
from projects.rules import outside as rules


class AskForm(RefusalForm):
    """Whom to ask, and what; whom the blocker waits for stands there already."""

    name = LineField(label="Their name", max_length=rules.LONGEST_NAME, required=False)
    email = forms.CharField(
        label="Their e-mail address",
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        error_messages={"required": "Write the address that the question goes to."},
    )
    question = TextField(
        label="Your question",
        max_length=rules.LONGEST_QUESTION,
        rows=4,
        error_messages={"required": "Say what you need to know, and for what."},
        help_text="They see it with the blocker’s title, the project’s name and yours; nothing else.",
    )

    def __init__(self, data: Any = None, *, blocker: Blocker) -> None:
        name = (blocker.decision_from or blocker.waiting_for)[: rules.LONGEST_NAME]
        super().__init__(data, initial={"name": name, "email": blocker.decision_email})


@require_POST
def call_off(request: HttpRequest, blocker_id: int, request_id: int) -> HttpResponse:
    """End a question: its link says so from now on."""
    actor = Actor.of(request)
    row = blockers.one(blocker_id, actor)
    permissions.require(actor, "blocker.edit", row.blocker.project)
    asked = queries.one(request_id)
    if asked is None or asked.blocker_id != blocker_id:
        raise Http404
    actions.call_off(request_id, actor=actor)
    back = returns.below(request, reverse("blocker", args=[blocker_id]))
    return answers.go(request, back, "The question is called off")
