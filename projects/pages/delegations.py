"""Deputies: named by whoever has the role, or by a manager for somebody else, and ended by either side."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from projects import permissions
from projects.actions import delegations as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import BusinessUnit, Delegation, Portfolio
from projects.pages import answers
from projects.pages.fields import DayField, LineField, PersonField, pick
from projects.pages.refusals import RefusalForm
from projects.queries import delegations as queries
from projects.queries import signatories
from projects.rules import delegations as rules
from projects.rules import roles

FIELDS = ("person", "role", "deputy", "from_on", "to_on", "unit", "reason")
USUAL_DAYS = 14  # a holiday
OWN, OTHERS = "", "others"


class UnitField(forms.ModelChoiceField):
    """A unit of the portfolio, or all of them."""

    def label_from_instance(self, unit: Any) -> str:
        return f"{unit.parent.name} / {unit.name}" if unit.parent else unit.name


class DelegationForm(RefusalForm):
    """Who signs for which role of whom, and how long."""

    person = PersonField(label="For whom", empty_label="Choose a person")
    role = forms.ChoiceField(
        error_messages={"invalid_choice": "Choose a role from the list.", "required": "Choose the role."}
    )
    deputy = PersonField(
        label="Deputy",
        empty_label="Choose a person",
        error_messages={"required": "Choose who signs."},
        help_text="Signs with both names, and cannot lend the role on.",
    )
    from_on = DayField(label="First day")
    to_on = DayField(label="Last day", help_text=f"Included; {rules.MOST_DAYS} days at most.")
    unit = UnitField(
        queryset=BusinessUnit.objects.none(),
        required=False,
        empty_label="All of the portfolio",
        label="Only for",
        error_messages={"invalid_choice": "Choose a business unit from the list."},
    )
    reason = LineField(label="Reason", max_length=rules.LONGEST_REASON, required=False)
    for_whom = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, portfolio: Portfolio, actor: Actor, for_whom: str = OWN) -> None:
        today = queries.today_in(portfolio)
        days = {"from_on": today, "to_on": today + timedelta(days=USUAL_DAYS - 1)}
        super().__init__(data, initial={**days, "for_whom": for_whom})
        fields: dict[str, Any] = self.fields
        if for_whom == OTHERS:
            held = set(roles.codes())
            fields["person"].offer(queries.who_has_a_role(portfolio))
        else:
            held = set(signatories.own_roles_of(actor.user_id, today).get(portfolio.pk, ()))
            del self.fields["person"]
        choices = [(role.code, role.label) for role in roles.every() if role.code in held]
        fields["role"].choices = pick(choices, "Choose a role") if len(choices) > 1 else choices
        # Of oneself as a deputy nothing comes, whoever it is for.
        fields["deputy"].offer(queries.who_may_stand_in(portfolio).exclude(pk=actor.user_id))
        fields["unit"].queryset = BusinessUnit.objects.filter(portfolio=portfolio).select_related("parent")
        if not fields["unit"].queryset.exists():
            del self.fields["unit"]

    @property
    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        found = {name: self.cleaned_data.get(name) for name in FIELDS[3:]}
        return {**found, "role": self.cleaned_data["role"], "deputy_id": self.cleaned_data["deputy"].pk}


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """Name a deputy for oneself, or as a manager for somebody else."""
    actor = Actor.of(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    sent = request.POST if request.method == "POST" else request.GET
    for_whom = OTHERS if sent.get("for_whom") == OTHERS else OWN
    permissions.require(actor, "delegation.manage" if for_whom == OTHERS else "delegation.give", portfolio)
    if request.method == "GET":
        return _dialog(
            request, portfolio, DelegationForm(portfolio=portfolio, actor=actor, for_whom=for_whom)
        )
    form = DelegationForm(request.POST, portfolio=portfolio, actor=actor, for_whom=for_whom)
    if not form.is_valid():
        return _dialog(request, portfolio, form, answers.INVALID)
    person_id = form.cleaned_data["person"].pk if for_whom == OTHERS else actor.user_id
    try:
        given = actions.give(portfolio.pk, person_id=person_id, actor=actor, **form.said)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, portfolio, form, answers.CONFLICT)
    said = f"{given.deputy.name} signs as {_label(given)} for {given.person.name}"
    return answers.go(request, _back(portfolio, for_whom), said)


@require_POST
def end(request: HttpRequest, slug: str, delegation_id: int) -> HttpResponse:
    """No more signing for somebody from now on."""
    actor = Actor.of(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    one = get_object_or_404(Delegation, portfolio=portfolio, pk=delegation_id)
    for_whom = OTHERS if request.POST.get("for_whom") == OTHERS else OWN
    ended = actions.end(one.pk, actor=actor)
    said = f"{ended.deputy.name} no longer signs as {_label(ended)} for {ended.person.name}"
    return answers.go(request, _back(portfolio, for_whom), said)


def _label(one: Delegation) -> str:
    return roles.label(one.role)


def _back(portfolio: Portfolio, for_whom: str) -> str:
    return f"/portfolios/{portfolio.slug}/members/" if for_whom == OTHERS else "/profile/"


def _dialog(
    request: HttpRequest, portfolio: Portfolio, form: DelegationForm, status: int = answers.OK
) -> HttpResponse:
    context = {"portfolio": portfolio, "form": form, "is_own": "person" not in form.fields, "nav": "settings"}
    context["back"] = _back(portfolio, OWN if context["is_own"] else OTHERS)
    return render(request, "projects/portfolios/delegation.html", context, status=status)
