"""Mapping profiles: the shipped ones to read, and one's own to write, with every error named."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.register.actions import import_profiles
from portfolio.register.imports import plain_yaml, profile_files
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.models import ImportProfile
from portfolio.register.queries import imports as import_queries
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers

EMPTY = "name: \nsource: \nfields:\n  name: \nstage:\n  column: \n  words:\n"


class ProfileForm(forms.Form):
    """A profile as text."""

    name = forms.SlugField(
        label="Name", max_length=60, help_text="Small letters, digits, - and _, such as our_inventory."
    )
    text = forms.CharField(
        label="Profile",
        strip=False,
        max_length=plain_yaml.MAX_TEXT,
        widget=forms.Textarea(attrs={"class": "input--code", "rows": 28, "spellcheck": "false"}),
        help_text="YAML: which column of the source becomes which field.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        try:
            profile_files.parse(text)
        except BadProfile as bad:
            raise forms.ValidationError(bad.problems) from bad
        return text


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every profile, by portfolio."""
    actor = Actor.of(request)
    groups = [
        (one, [(name, name in own) for name in sorted(import_queries.profiles(one))])
        for one in import_queries.importable(actor)
        for own in [set(import_queries.own_profiles(one))]
    ]
    if not groups:
        raise Http404
    return render(request, "register/imports/profiles.html", {"groups": groups, "nav": "imports"})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, name: str = "") -> HttpResponse:
    """One profile in an editor; a shipped one is the start of one's own."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    if request.method == "POST":
        return _post(request, portfolio, actor)
    known = import_queries.profiles(portfolio)
    if name and name not in known:
        raise Http404
    own: ImportProfile | None = import_queries.own_profiles(portfolio).get(name)
    text = known.get(name, EMPTY)
    form = ProfileForm(initial={"name": name, "text": text, "version": own.version if own else 0})
    return _page(request, portfolio, form, is_own=own is not None, shown=name)


@require_POST
def remove(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Take one's own profile away; a shipped one of its name counts again."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    if name not in import_queries.own_profiles(portfolio):
        raise Http404
    import_profiles.remove(portfolio.pk, name=name, actor=actor)
    return answers.go(request, reverse("import-profiles"), f"Profile “{name}” deleted")


def _post(request: HttpRequest, portfolio: Portfolio, actor: Actor) -> HttpResponse:
    form = ProfileForm(request.POST)
    if request.headers.get("HX-Target") == "problems":
        form.is_valid()
        return render(request, "register/imports/_problems.html", {"form": form})
    if form.is_valid():
        try:
            saved = import_profiles.save(portfolio.pk, actor=actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return _page(request, portfolio, form, status=answers.CONFLICT)
        return answers.go(
            request, f"/imports/new/?portfolio={portfolio.slug}&profile={saved.name}", "Profile saved"
        )
    return _page(request, portfolio, form, status=answers.INVALID)


def _page(
    request: HttpRequest, portfolio: Portfolio, form: ProfileForm, *, status: int = answers.OK, **more: Any
) -> HttpResponse:
    context = {"form": form, "portfolio": portfolio, "nav": "imports", **more}
    return render(request, "register/imports/profile.html", context, status=status)


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    found = next((one for one in import_queries.importable(actor) if one.slug == slug), None)
    if found is None:
        raise Http404
    return found
