"""Whether a portfolio's flags are worth their noise: by rule, with those that somebody should tune."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from projects import permissions
from projects.pages import subjects
from projects.queries import flag_health
from projects.queries.flag_filters import FlagFilters
from projects.rules import flag_health as rules
from projects.rules.flag_health import Health
from projects.rules.flags import RULES


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as the page shows it."""

    health: Health
    title: str
    url: str
    advice: str

    @property
    def percent(self) -> int | None:
        share = self.health.share
        return None if share is None else round(100 * share)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every rule that has raised something lately; what tuning could mean is for those who may tune."""
    actor, portfolio = subjects.portfolio(request, slug, "balance.view")
    lines = [_line(found, slug) for found in flag_health.of(portfolio)]
    context = {
        "nav": "flags",
        "portfolio": portfolio,
        "lines": lines,
        "candidates": [line for line in lines if line.health.is_candidate],
        "may_tune": permissions.granted(actor, "workflow.draft", portfolio),
        "window": rules.WINDOW.days,
        "grace": rules.GRACE.days,
        "fewest": rules.FEWEST,
        "lowest": round(100 * rules.LOWEST_SHARE),
    }
    return render(request, "register/flags/health.html", context)


def _line(found: Health, slug: str) -> Line:
    query = FlagFilters(portfolio=slug, rule=found.rule).query()
    url = f"{reverse('flags')}?{query}"
    return Line(found, RULES[found.rule].title, url, rules.advice(found.rule))
