"""Opening a portfolio, and its general settings."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify

from projects import permissions
from projects.actions import portfolios as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import holidays
from projects.rules import keys, presets, public_holidays

ZONES = [
    (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"
]
DAYS = list(enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))
QUADRANTS = {
    "quick_win": "Quick wins",
    "big_bet": "Big bets",
    "fill_in": "Fill-ins",
    "reconsider": "Reconsider",
}
CURRENCY = RegexValidator(r"^[A-Z]{3}$", "Use the three capital letters of a currency, such as EUR.")


class NewForm(forms.Form):
    name = forms.CharField(max_length=120)
    key_prefix = forms.RegexField(
        r"^[A-Z][A-Z0-9]{1,5}$",
        label="Key prefix",
        help_text="Two to six capital letters or digits. Projects are numbered with it for ever, as FRD-1.",
        error_messages={"invalid": "Use two to six capital letters or digits, beginning with a letter."},
        required=False,
    )
    preset = forms.ChoiceField(label="Workflow", widget=forms.RadioSelect)
    currency = forms.CharField(max_length=3, initial="EUR", validators=[CURRENCY])
    time_zone = forms.ChoiceField(choices=ZONES, initial="UTC", label="Time zone")

    def __init__(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        choices = [
            (name, f"{presets.workflow(name).label}: {presets.workflow(name).summary}")
            for name in presets.names()
        ]
        self.fields["preset"].choices = choices  # type: ignore[attr-defined]
        self.fields["preset"].initial = presets.DEFAULT


class GeneralForm(forms.Form):
    """The settings of a portfolio; the target mix is four numbers that make 100."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=120)
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=2000)
    currency = forms.CharField(max_length=3, validators=[CURRENCY])
    time_zone = forms.ChoiceField(
        choices=ZONES, label="Time zone", help_text="Days are counted in this zone."
    )
    working_days = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, label="Working days"
    )
    holidays = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        label="Other days off",
        help_text="One date in each line, as 2026-12-25.",
    )
    holiday_region = forms.CharField(
        required=False,
        max_length=60,
        label="Public holidays of",
        help_text="A country, or its region: DE, or DE-BY. Empty: only the days below are off.",
        widget=forms.TextInput(attrs={"list": "holiday-regions", "autocomplete": "off"}),
    )
    risk_line = forms.IntegerField(
        min_value=0, max_value=100, label="Load line", help_text="Risk from here on is high."
    )
    impact_line = forms.IntegerField(min_value=0, max_value=100, label="Impact line")
    risk_load_limit = forms.IntegerField(
        min_value=0,
        max_value=100,
        label="Risk load limit, percent",
        help_text="Share of effort at or above the load line.",
    )
    quick_win = forms.IntegerField(min_value=0, max_value=100, label="Quick wins, percent")
    big_bet = forms.IntegerField(min_value=0, max_value=100, label="Big bets, percent")
    fill_in = forms.IntegerField(min_value=0, max_value=100, label="Fill-ins, percent")
    reconsider = forms.IntegerField(min_value=0, max_value=100, label="Reconsider, percent")

    def clean_holidays(self) -> list[str]:
        found = []
        for line in self.cleaned_data["holidays"].split():
            try:
                found.append(date.fromisoformat(line).isoformat())
            except ValueError:
                raise forms.ValidationError(f"{line[:40]} is not a date. Write it as 2026-12-25.") from None
        return sorted(set(found))

    def clean_holiday_region(self) -> str:
        text: str = self.cleaned_data["holiday_region"]
        region = public_holidays.known(text) if text else ""
        if region is None:
            raise forms.ValidationError(holidays.unknown(text))
        return region

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        shares = [data.get(name) for name in QUADRANTS]
        if None not in shares and sum(shares) != 100:  # type: ignore[arg-type]
            self.add_error("quick_win", f"The four shares make {sum(shares)}, not 100.")  # type: ignore[arg-type]
        return data

    def settings(self) -> dict[str, Any]:
        """What the action takes: the four shares become the target mix."""
        data: dict[str, Any] = dict(self.cleaned_data)
        data["target_mix"] = {name: data.pop(name) for name in QUADRANTS}
        return data


def new(request: HttpRequest) -> HttpResponse:
    """Open a portfolio."""
    actor = Actor.of(request)
    permissions.require(actor, "portfolio.create")
    form = NewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taken = set(Portfolio.objects.values_list("key_prefix", flat=True))
        data["key_prefix"] = data["key_prefix"] or keys.suggest_prefix(data["name"], taken)
        try:
            portfolio = actions.create(slug=_free_slug(data["name"]), actor=actor, **data)
        except Refused as refusal:
            form.add_error("key_prefix" if "prefix" in refusal.code else None, refusal.message)
        else:
            messages.success(request, f"{portfolio.name} is open")
            return redirect("members", slug=portfolio.slug)
    context = {"form": form, "nav": "settings"}
    return render(request, "projects/portfolios/new.html", context, status=422 if form.errors else 200)


def general(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, calendar, currency, thresholds and target mix."""
    actor = Actor.of(request)
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    may_edit = permissions.granted(actor, "portfolio.edit", portfolio)
    form = GeneralForm(request.POST if request.method == "POST" else None, initial=_initial(portfolio))
    status = 200
    if request.method == "POST":
        permissions.require(actor, "portfolio.edit", portfolio)
        status = 422
        if form.is_valid():
            try:
                actions.edit(portfolio.pk, actor=actor, **form.settings())
            except Refused as refusal:
                form.add_error(None, f"{refusal.message} Open this page again to see the present values.")
                status = 409
            else:
                messages.success(request, "Settings saved")
                return redirect("settings", slug=slug)
    context = {"form": form, "portfolio": portfolio, "may_edit": may_edit, "nav": "settings"}
    context["may_export"] = permissions.granted(actor, "portfolio.export", portfolio)
    context |= holidays.shown(form["holiday_region"].value() or "")
    return render(request, "projects/portfolios/general.html", context, status=status)


def _initial(portfolio: Portfolio) -> dict[str, object]:
    names = [name for name in GeneralForm.base_fields if name not in (*QUADRANTS, "holidays")]
    values = {name: getattr(portfolio, name) for name in names}
    return {**values, **portfolio.target_mix, "holidays": "\n".join(portfolio.holidays)}


def _free_slug(name: str) -> str:
    """A short name for addresses; other scripts than Latin keep their letters out of it."""
    base = slugify(name)[:50] or "portfolio"
    slug, number = base, 1
    while Portfolio.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
