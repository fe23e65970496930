"""Putting a recommendation aside with a reason, and bringing it back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portfolio.insights.actions import recommendations as actions
from portfolio.insights.models import Dismissal
from portfolio.insights.pages import subjects
from portfolio.insights.pages.addresses import Asked
from portfolio.insights.queries import standings
from portfolio.insights.rules.balance import balances
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio
from projects.pages import answers, returns
from projects.pages.fields import TextField


class ReasonForm(forms.Form):
    """Why a recommendation is not followed."""

    reason = TextField(
        label="Why is it not followed?",
        max_length=actions.LONGEST_REASON,
        help_text="It is kept with the recommendation, which comes back when its projects change.",
        error_messages={"required": "Say why, in a sentence."},
    )


@require_http_methods(["GET", "POST"])
def put_aside(request: HttpRequest, slug: str, rule: str, digest: str) -> HttpResponse:
    """Ask for the reason, and put aside what a rule says of the projects that the digest stands for."""
    actor, portfolio = Actor.of(request), subjects.portfolio(request, slug)
    permissions.require(actor, "recommendation.dismiss", portfolio)
    one = _said(request, portfolio, rule, digest)
    form = ReasonForm(request.POST or None)
    if request.method == "GET":
        return _dialog(request, portfolio, one, form)
    if one is None:
        return _dialog(request, portfolio, one, form, status=answers.CONFLICT)
    if not form.is_valid():
        return _dialog(request, portfolio, one, form, status=answers.INVALID)
    reason = form.cleaned_data["reason"]
    kept = actions.dismiss(portfolio.pk, rule=rule, keys=one["keys"], reason=reason, actor=actor)
    undo = reverse("balance-bring-back", kwargs={"slug": slug, "dismissal_id": kept.pk})
    back = returns.below(request, reverse("balance", kwargs={"slug": slug}))
    return answers.go(request, back, "Put aside", undo=undo)


@require_POST
def bring_back(request: HttpRequest, slug: str, dismissal_id: int) -> HttpResponse:
    """Take a recommendation up again."""
    portfolio = subjects.portfolio(request, slug)
    found = get_object_or_404(Dismissal, pk=dismissal_id, portfolio=portfolio)
    actions.restore(found.pk, actor=Actor.of(request))
    return answers.go(request, reverse("balance", kwargs={"slug": slug}), "The recommendation is back")


def _dialog(
    request: HttpRequest,
    portfolio: Portfolio,
    one: dict[str, Any] | None,
    form: ReasonForm,
    *,
    status: int = answers.OK,
) -> HttpResponse:
    back = returns.below(request, reverse("balance", kwargs={"slug": portfolio.slug}))
    context = {"nav": "balance", "portfolio": portfolio, "one": one, "form": form, "back": back}
    return render(request, "insights/balance/put_aside.html", context, status=status)


def _said(request: HttpRequest, portfolio: Portfolio, rule: str, digest: str) -> dict[str, Any] | None:
    """What the rule says today; None where it says it of other projects by now."""
    standing = standings.at(portfolio, None, timezone.now(), Asked.of(request).measure)
    if standing is None:
        return None
    return next(
        (
            one
            for one in standing.balance["recommendations"]
            if one["rule"] == rule and balances.digest(one["keys"]) == digest
        ),
        None,
    )
