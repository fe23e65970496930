"""Limits of time in stage of a portfolio: the workflow's, what history says, and what is in force."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from projects import permissions
from projects.actions import stay_limits as actions
from projects.actors import Actor
from projects.models import Portfolio
from projects.queries import stay_limits as queries
from projects.rules.stay_limits import FEWEST_EXITS, HALF_AT_EXITS


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Each stage with its default, what was observed, how much that weighs, and the limits in force."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    made = queries.newest(portfolio.pk)
    context = {
        "portfolio": portfolio,
        "made": made,
        "rows": queries.rows(portfolio, made),
        "fewest": FEWEST_EXITS,
        "half_at": HALF_AT_EXITS,
        "may_make": permissions.granted(actor, "limits.make", portfolio),
        "nav": "settings",
    }
    return render(request, "projects/limits/show.html", context)


@require_POST
def make(request: HttpRequest, slug: str) -> HttpResponse:
    """Learn them anew, without waiting for Monday."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    made = actions.make(portfolio.pk, actor=actor, now=timezone.now())
    said = (
        f"Version {made.version} is in force" if made else "History says what it said before: nothing moved"
    )
    messages.success(request, said)
    return redirect("stay-limits", slug=slug)


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor).select_related("workflow"), slug=slug)
    permissions.require(actor, "portfolio.view", portfolio)
    return portfolio
