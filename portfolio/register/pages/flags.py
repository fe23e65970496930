"""The list of flags: what the rules have raised, across all projects that a person may see."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from portfolio.register.pages import askers
from portfolio.register.queries import flags as register
from projects import permissions
from projects.actors import Actor
from projects.models import Severity
from projects.pages import live
from projects.queries import portfolios
from projects.queries.flag_filters import FlagFilters, parse
from projects.rules.flags import RULES


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list as the address asks for it; for htmx only what changes with a sort or a page."""
    filters = parse(request.GET)
    if "" in request.GET.values() and not request.htmx:  # type: ignore[attr-defined]
        return HttpResponseRedirect(address(filters))
    actor = askers.of(request, filters.portfolio)
    if live.asks_for(request, "list"):
        context = _context(actor, filters, register.total(actor, filters))
        return live.answer(request, "register/flags/_list.html", context)
    if request.htmx.target == "list":  # type: ignore[attr-defined]
        context = {**_context(actor, filters, register.total(actor, filters)), "is_part": True}
        response = render(request, "register/flags/_list_and_filters.html", context)
    else:
        response = render(request, "register/flags/index.html", _page(actor, filters))
    # The same address answers a page or its part: no cache may take one for the other.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    patch_cache_control(response, no_store=True, private=True)
    return response


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The form of all filters, as a dialog or as a page."""
    filters = parse(request.GET)
    form = FilterForm(askers.of(request, filters.portfolio), filters)
    return render(request, "register/flags/filters.html", {"form": form, "nav": "flags"})


def address(filters: FlagFilters) -> str:
    """The list's address with these filters."""
    query = filters.query(page=filters.page)
    return f"{reverse('flags')}?{query}" if query else reverse("flags")


def _page(actor: Actor, filters: FlagFilters) -> dict[str, Any]:
    total, views = register.total_and_views(actor, filters)
    return {**_context(actor, filters, total), "views": views, "health_of": _health_of(actor, filters)}


def _health_of(actor: Actor, filters: FlagFilters) -> str:
    """The portfolio whose flag health this person may look at: the one in hand, or the only one."""
    found = [one for one in portfolios.visible(actor) if filters.portfolio in ("", one.slug)]
    only = found[0] if len(found) == 1 else None
    return only.slug if only and permissions.granted(actor, "balance.view", only) else ""


def _context(actor: Actor, filters: FlagFilters, total: int) -> dict[str, Any]:
    listing = register.listing(actor, filters, total)
    return {
        "nav": "flags",
        "filters": filters,
        "everything": address(FlagFilters(portfolio=filters.portfolio)),
        "first_page": address(replace(filters, page=1)),
        "sort": filters.sort,
        "query": filters.query(),
        "chips": register.chips(actor, filters),
        "of_rules": register.of_rules(actor, filters),
        "listing": listing,
        "before": address(replace(filters, page=filters.page - 1)) if filters.page > 1 else "",
        "after": address(replace(filters, page=filters.page + 1)) if listing.has_more else "",
    }


class FilterForm(forms.Form):
    """All filters; `parse` reads what it sends, so it is never bound and nothing in it is required."""

    use_required_attribute = False

    portfolio = forms.ChoiceField()
    project = forms.CharField(label="Project", help_text="Its key, as in FRD-12.")
    rule = forms.ChoiceField(choices=[("", "Any"), *((rule.code, rule.title) for rule in RULES.values())])
    severity = forms.ChoiceField(choices=[("", "Any"), *Severity.choices])
    asleep = forms.ChoiceField(choices=[("", "Any"), *register.YES_OR_NO])
    mine = forms.ChoiceField(label="Whose projects", choices=[("", "Anybody's"), ("yes", "Mine")])
    sort = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, actor: Actor, filters: FlagFilters) -> None:
        super().__init__(initial={name: getattr(filters, name) for name in self.base_fields})
        field = self.fields["portfolio"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "Any"), *((one.slug, one.name) for one in portfolios.visible(actor))]
