"""The register of blockers: what stops projects, across all that a person may see."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from portfolio.register.pages import askers
from portfolio.register.queries import blocker_figures
from portfolio.register.queries import blockers as register
from projects.actors import Actor
from projects.models.blockers import CATEGORIES, SEVERITIES
from projects.pages import live
from projects.queries import blocker_reports, blockers, portfolios
from projects.queries.blocker_filters import BlockerFilters, parse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list as the address asks for it; for htmx only what changes with a search, a sort or a page."""
    filters = parse(request.GET)
    if "" in request.GET.values() and not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(address(filters))
    actor = askers.of(request, filters.portfolio)
    if live.asks_for(request, "list"):
        context = _context(actor, filters, register.total(actor, filters))
        return live.answer(request, "register/blockers/_list.html", context)
    if request.htmx.target == "list":  # type: ignore[attr-defined]
        context = {**_context(actor, filters, register.total(actor, filters)), "is_part": True}
        response = render(request, "register/blockers/_list_and_filters.html", context)
        if request.htmx.trigger_name == "q":  # type: ignore[attr-defined]
            response["HX-Replace-Url"] = address(filters)
    else:
        response = render(request, "register/blockers/index.html", _page(actor, filters))
    # The same address answers a page or its part: no cache may take one for the other.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    patch_cache_control(response, no_store=True, private=True)
    return response


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """How many are open how long, how many end in time, how long they take, what they hold up."""
    filters = parse(request.GET)
    actor = askers.of(request, filters.portfolio)
    found = blocker_reports.report(filters, actor)
    context = {
        "nav": "blockers",
        "query": filters.query(),
        "chips": register.chips(actor, filters),
        "bands": found.bands,
        "lines": blocker_figures.lines(found, filters),
        "whole": blocker_figures.whole(found, filters),
        "shared": blockers.shared(actor, filters.portfolio),
    }
    return render(request, "register/blockers/report.html", context)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The form of all filters, as a dialog or as a page."""
    filters = parse(request.GET)
    form = FilterForm(askers.of(request, filters.portfolio), filters)
    return render(request, "register/blockers/filters.html", {"form": form, "nav": "blockers"})


def address(filters: BlockerFilters) -> str:
    """The register's address with these filters."""
    query = filters.query(page=filters.page)
    return f"{reverse('blockers')}?{query}" if query else reverse("blockers")


def _page(actor: Actor, filters: BlockerFilters) -> dict[str, Any]:
    total, views = register.total_and_views(actor, filters)
    return {
        **_context(actor, filters, total),
        "views": views,
        "is_empty": not any(view.count for view in views) and register.is_empty(actor, filters.portfolio),
    }


def _context(actor: Actor, filters: BlockerFilters, total: int) -> dict[str, Any]:
    listing = register.listing(actor, filters, total)
    return {
        "nav": "blockers",
        "filters": filters,
        "everything": address(BlockerFilters(portfolio=filters.portfolio, state="all")),
        "first_page": address(replace(filters, page=1)),
        "sort": filters.sort,
        "hidden": [pair for pair in filters.parameters() if pair[0] not in ("q", "page")],
        "query": filters.query(),
        "chips": register.chips(actor, filters),
        "listing": listing,
        "before": address(replace(filters, page=filters.page - 1)) if filters.page > 1 else "",
        "after": address(replace(filters, page=filters.page + 1)) if listing.has_more else "",
    }


class FilterForm(forms.Form):
    """All filters; `parse` reads what it sends, so it is never bound and nothing in it is required."""

    use_required_attribute = False

    q = forms.CharField(label="Text", help_text="In its title, in who decides, and in its project.")
    portfolio = forms.ChoiceField()
    state = forms.ChoiceField(choices=[("open", "Open"), *register.STATES.items()])
    age = forms.ChoiceField(choices=[("", "Any"), *register.AGES])
    late = forms.ChoiceField(label="Past its day", choices=[("", "Any"), ("yes", "Yes")])
    owner = forms.ChoiceField()
    waits = forms.ChoiceField(label="Waiting for", choices=[("", "Anybody"), ("me", "Me")])
    shared = forms.ChoiceField(label="Portfolio blocker", choices=[("", "Any"), *register.YES_OR_NO])
    severity = forms.MultipleChoiceField(choices=SEVERITIES, widget=forms.CheckboxSelectMultiple)
    level = forms.MultipleChoiceField(
        label="With", choices=register.LEVELS, widget=forms.CheckboxSelectMultiple
    )
    category = forms.MultipleChoiceField(choices=CATEGORIES, widget=forms.CheckboxSelectMultiple)
    sort = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, actor: Actor, filters: BlockerFilters) -> None:
        super().__init__(initial={name: getattr(filters, name) for name in self.base_fields})
        offered = {
            "portfolio": [(one.slug, one.name) for one in portfolios.visible(actor)],
            "owner": register.owners(actor, filters.portfolio),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [("", "Any"), *choices]
