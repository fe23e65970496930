"""The register: the list of all projects that a person may see."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from portfolio.register.pages import askers
from portfolio.register.queries import compared, options
from portfolio.register.queries import projects as register
from projects import permissions
from projects.actors import Actor
from projects.models import Health, Kind, Outcome, Status, Tier
from projects.pages import live
from projects.queries import portfolios
from projects.queries.filters import DEFAULT_SORT, Filters, parse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list as the address asks for it; for htmx only what changes with a search, a sort or a page."""
    filters = parse(request.GET)
    if "" in request.GET.values() and not request.htmx:  # type: ignore[attr-defined]
        # The filter form sends every field; the address keeps those that say something.
        return HttpResponseRedirect(address(filters))
    if live.asks_for(request, "list"):
        return live.answer(request, "register/projects/_list.html", _list(request, filters))
    if request.htmx.target == "list":  # type: ignore[attr-defined]
        response = render(request, "register/projects/_list_and_filters.html", _list(request, filters))
        if request.htmx.trigger_name == "q":  # type: ignore[attr-defined]
            response["HX-Replace-Url"] = address(filters)
    else:
        response = render(request, "register/projects/index.html", _page(request, filters))
    # The same address answers a page or its part: no cache may take one for the other.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    patch_cache_control(response, no_store=True, private=True)
    return response


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The form of all filters, as a dialog or as a page."""
    filters = parse(request.GET)
    actor = askers.of(request, filters.portfolio)
    form = FilterForm(actor, filters)
    return render(request, "register/projects/filters.html", {"form": form, "nav": "projects"})


def address(filters: Filters) -> str:
    """The register's address with these filters."""
    query = filters.query(page=filters.page)
    return f"{reverse('projects')}?{query}" if query else reverse("projects")


def _page(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    actor = askers.of(request, filters.portfolio)
    total, views = register.total_and_views(actor, filters)
    visible = portfolios.visible(actor)
    adds = any(permissions.granted(actor, "project.create", one) for one in visible if not one.archived_at)
    return {
        **_context(actor, filters, total),
        "views": views,
        "portfolio_query": Filters(portfolio=filters.portfolio).query(),
        "is_empty": not any(view.count for view in views) and register.is_empty(actor, filters.portfolio),
        "has_portfolio": bool(visible),
        "may_create": adds,
    }


def _list(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    actor = askers.of(request, filters.portfolio)
    return {**_context(actor, filters, register.total(actor, filters)), "is_part": True}


def _context(actor: Actor, filters: Filters, total: int) -> dict[str, Any]:
    listing = register.listing(actor, filters, total)
    since = compared.beside(actor, filters, listing.rows) if filters.compare else None
    return {
        "since": since,
        "today": timezone.localdate(),
        "not_compared": [pair for pair in filters.parameters() if pair[0] not in ("compare", "page")],
        "nav": "projects",
        "filters": filters,
        "everything": address(Filters(portfolio=filters.portfolio)),
        "first_page": address(replace(filters, page=1)),
        "flagged_first": address(replace(filters, sort=DEFAULT_SORT, page=1)),
        "sort": filters.sort,
        "hidden": [pair for pair in filters.parameters() if pair[0] not in ("q", "page")],
        "query": filters.query(),
        "chips": options.chips(actor, filters),
        "listing": listing,
        "before": address(replace(filters, page=filters.page - 1)) if filters.page > 1 else "",
        "after": address(replace(filters, page=filters.page + 1)) if listing.has_more else "",
    }


class FilterForm(forms.Form):
    """All filters; `parse` reads what it sends, so it is never bound and nothing in it is required."""

    use_required_attribute = False

    q = forms.CharField(label="Text", help_text="In name, key, problem and owner.")
    portfolio = forms.ChoiceField()
    unit = forms.ChoiceField(label="Business unit")
    owner = forms.ChoiceField()
    flag = forms.ChoiceField()
    gate = forms.ChoiceField()
    status = forms.ChoiceField()
    kind = forms.ChoiceField()
    tier = forms.ChoiceField(label="Governance tier")
    archived = forms.ChoiceField()
    min_risk = forms.ChoiceField(label="Risk")
    gap = forms.ChoiceField(label="Critical gap")
    unproven = forms.ChoiceField()
    quadrant = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    stage = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    health = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    outcome = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    sort = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, actor: Actor, filters: Filters) -> None:
        super().__init__(initial={name: getattr(filters, name) for name in self.base_fields})
        slug = filters.portfolio
        several: dict[str, Any] = {
            "stage": options.stages(actor, slug),
            "health": Health.choices,
            "outcome": Outcome.choices,
            "quadrant": options.QUADRANTS,
        }
        single: dict[str, Any] = {
            "portfolio": [(one.slug, one.name) for one in portfolios.visible(actor)],
            "unit": options.units(actor, slug),
            "owner": options.owners(actor, slug),
            "flag": options.flags(),
            "gate": options.GATES,
            "status": Status.choices,
            "kind": Kind.choices,
            "tier": Tier.choices,
            "min_risk": options.risks(filters.min_risk),
            "gap": options.YES_OR_NO,
            "unproven": options.YES_OR_NO,
            "archived": options.ARCHIVED,
        }
        for name, choices in several.items():
            self._offer(name, choices)
        for name, choices in single.items():
            self._offer(name, [("", "Without archived projects" if name == "archived" else "Any"), *choices])

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices
