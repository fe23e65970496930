"""What can be done with a sign-off besides deciding: one small dialog for each verb."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import conditions, decisions, signoffs
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Condition, SignOff
from projects.pages import answers, returns
from projects.pages.signoff_forms import NoteForm, PerhapsReasonForm, ReasonForm, RefusableForm
from projects.queries import reviews
from projects.rules import roles


class Verb(NamedTuple):
    """One thing to do: its words, its form, what it does."""

    title: str
    button: str
    done: str
    hint: str
    form: type[RefusableForm]
    act: Callable[..., Any]
    ability: str


VERBS = {
    "recuse": Verb(
        "Stand aside",
        "Stand aside",
        "You stand aside; the request goes on to the others",
        "For a conflict of interest. It is neither approval nor rejection, and is not taken back.",
        ReasonForm,
        decisions.recuse,
        "signoff.decide",
    ),
    "withdraw": Verb(
        "Withdraw your decision",
        "Withdraw",
        "Withdrawn",
        "What you decided stays on record, and counts no more.",
        ReasonForm,
        decisions.withdraw,
        "signoff.decide",
    ),
    "call-off": Verb(
        "Call the request off",
        "Call off",
        "Called off",
        "Nobody has to answer it any more.",
        PerhapsReasonForm,
        signoffs.call_off,
        "signoff.ask",
    ),
}
CLOSE = Verb(
    "Close a condition",
    "Close it",
    "Condition closed",
    "You say that what was asked for has been done.",
    NoteForm,
    conditions.close,
    "signoff.decide",
)


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, signoff_id: int, name: str) -> HttpResponse:
    """The dialog of one verb, and what comes of it."""
    if (verb := VERBS.get(name)) is None:
        raise Http404
    signoff = reviews.visible(Actor.of(request)).filter(pk=signoff_id).select_related("project").first()
    if signoff is None:
        raise Http404
    about = f"{signoff.project.name}: {roles.label(signoff.role)}"
    return _dialog(request, verb, signoff, signoff_id, about)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, condition_id: int) -> HttpResponse:
    """Say that a condition is met."""
    seen = Condition.objects.filter(signoff__in=reviews.visible(Actor.of(request)), pk=condition_id)
    condition = seen.select_related("signoff__project").first()
    if condition is None:
        raise Http404
    return _dialog(request, CLOSE, condition.signoff, condition_id, condition.text)


def _dialog(request: HttpRequest, verb: Verb, signoff: SignOff, row_id: int, about: str) -> HttpResponse:
    actor, project = Actor.of(request), signoff.project
    permissions.require(actor, verb.ability, project)
    back = returns.below(request, reverse("project_gate_of", args=[project.key, signoff.gate]))
    form, status = verb.form(request.POST if request.method == "POST" else None), answers.OK
    if request.method == "POST":
        status = answers.INVALID
        if form.is_valid():
            try:
                verb.act(row_id, actor=actor, **form.cleaned_data)
            except Refused as refusal:
                form.take(refusal)
                status = answers.CONFLICT
            else:
                return answers.go(request, back, verb.done)
    context = {"nav": "work", "project": project, "verb": verb, "about": about, "form": form, "back": back}
    return render(request, "projects/signoffs/verb.html", context, status=status)
