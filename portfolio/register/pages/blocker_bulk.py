"""One thing done to many blockers: each by its own action, each with its own answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portfolio.register.pages.blockers import address
from portfolio.register.queries import blockers as register
from projects.actions import blockers as actions
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Blocker
from projects.models.blockers import CATEGORIES, RESOLUTIONS, SEVERITIES
from projects.queries.blocker_filters import parse
from projects.queries.filters import MOST_PER_PAGE

PICK_FIRST = "Tick at least one blocker first."
Values = Mapping[str, Any]


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(
        queryset=get_user_model().objects.none(), label="New owner", empty_label="Choose a person"
    )


class CategoryForm(forms.Form):
    category = forms.ChoiceField(choices=[("", "Choose a category"), *CATEGORIES])


class SeverityForm(forms.Form):
    severity = forms.ChoiceField(
        choices=[("", "Choose a severity"), *SEVERITIES],
        help_text="A graver one brings deadlines forward; a milder one moves none.",
    )


class NoteForm(forms.Form):
    text = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class ResolveForm(forms.Form):
    resolution = forms.ChoiceField(label="How", choices=[("", "Choose how"), *RESOLUTIONS])
    note = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), label="Note"
    )


class Deed(NamedTuple):
    """Something that can be done to many blockers at once."""

    title: str
    button: str
    done: str
    form: type[forms.Form]
    act: Callable[[Blocker, Actor, Values], Any]


def _edit(blocker: Blocker, actor: Actor, values: Values) -> Any:
    # No version: the person saw many rows and means the same for all of them.
    return actions.edit(blocker.pk, version=None, actor=actor, **values)


DEEDS = {
    "owner": Deed("Change the owner", "Change the owner", "changed", OwnerForm, _edit),
    "category": Deed("Change the category", "Change the category", "changed", CategoryForm, _edit),
    "severity": Deed("Change the severity", "Change the severity", "changed", SeverityForm, _edit),
    "note": Deed(
        "Write a note",
        "Write the note",
        "noted",
        NoteForm,
        lambda blocker, actor, values: actions.note(blocker.pk, actor=actor, **values),
    ),
    "resolve": Deed(
        "Resolve",
        "Resolve",
        "resolved",
        ResolveForm,
        lambda blocker, actor, values: actions.resolve(blocker.pk, actor=actor, **values),
    ),
}


class Result(NamedTuple):
    """What became of one blocker; no problem means that it was done."""

    title: str
    key: str
    problem: str


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """First the dialog that asks for what is needed, then the change and a report of it."""
    actor = Actor.of(request)
    deed = DEEDS.get(request.POST.get("do", ""))
    ids = [int(each) for each in request.POST.getlist("blocker")[:MOST_PER_PAGE] if _is_id(each)]
    found = register.tickable(actor, ids)
    back = address(parse(QueryDict(request.POST.get("back", ""))))
    if deed is None or not found:
        return _back(request, back, PICK_FIRST, is_bad=True)
    context = {
        "deed": deed,
        "do": request.POST["do"],
        "found": found,
        "back": back,
        "back_query": request.POST.get("back", ""),
        "nav": "blockers",
    }
    is_sure = "sure" in request.POST
    form = _form(deed, found, request.POST if is_sure else None)
    if not is_sure or not form.is_valid():
        status = 422 if is_sure else 200
        return render(request, "register/blockers/bulk.html", {**context, "form": form}, status=status)
    results = [_do(deed, blocker, actor, form.cleaned_data) for blocker in found]
    refused = [result for result in results if result.problem]
    if not refused:
        return _back(request, back, f"{_blockers(len(results))} {deed.done}.")
    report = {"done": len(results) - len(refused), "refused": refused}
    return render(request, "register/blockers/bulk_report.html", {**context, **report})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _form(deed: Deed, found: list[Blocker], data: Any) -> forms.Form:
    form = deed.form(data)
    if "owner" in form.fields:
        # An owner must be able to see what they own: members of every portfolio concerned.
        portfolios = {blocker.portfolio_id for blocker in found}
        people = get_user_model().objects.filter(
            is_active=True, is_service=False, memberships__portfolio__in=portfolios
        )
        field = form.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = (
            people.annotate(n=Count("memberships")).filter(n=len(portfolios)).order_by("name", "pk")
        )
    return form


def _do(deed: Deed, blocker: Blocker, actor: Actor, values: Values) -> Result:
    """One blocker; a refusal is its answer and does not stop the others."""
    try:
        deed.act(blocker, actor, values)
    except (Refused, NotAllowed) as refusal:
        return Result(blocker.title, blocker.project.key, refusal.message)
    except Blocker.DoesNotExist:
        return Result(blocker.title, blocker.project.key, "Its project was deleted a moment ago.")
    return Result(blocker.title, blocker.project.key, "")


def _blockers(number: int) -> str:
    return "1 blocker" if number == 1 else f"{number} blockers"


def _back(request: HttpRequest, back: str, words: str, *, is_bad: bool = False) -> HttpResponse:
    """To the list, which says what happened."""
    (messages.error if is_bad else messages.success)(request, words)
    if not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(back)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = back
    return response
