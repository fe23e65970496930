"""Exchange rates of a portfolio: what other currencies are worth in its own, from which day on."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import permissions
from projects.actions import rates as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, returns
from projects.pages.fields import DayField, LineField
from projects.pages.refusals import RefusalForm
from projects.queries import exchange
from projects.rules import rates as rules


class RateForm(RefusalForm):
    """A currency, a day and what one unit is worth."""

    currency = LineField(
        label="Currency",
        max_length=3,
        help_text="Three letters, such as USD.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input--code"}),
    )
    rate = forms.DecimalField(
        label="One unit is worth",
        max_digits=18,
        decimal_places=rules.DIGITS,
        error_messages={"invalid": "This is not a rate. Use digits with a point, such as 0.92."},
    )
    from_on = DayField(label="From", help_text="Until the next rate of this currency.")

    def clean_currency(self) -> str:
        """Letters in any case."""
        code: str = self.cleaned_data["currency"]
        return code.upper()


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Every rate, the newest of each currency first; and currencies of costs that have none."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    today = timezone.localdate()
    context = {
        "portfolio": portfolio,
        "currencies": exchange.by_currency(portfolio, today),
        "without": exchange.without(portfolio, actor, today),
        "may_edit": permissions.granted(actor, "rate.edit", portfolio),
        "nav": "settings",
    }
    return render(request, "projects/rates/show.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Set a rate from a day on; ?currency= names one that is needed."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "rate.edit", portfolio)
    if request.method == "GET":
        currency = request.GET.get("currency", "").replace("\0", "")[:3]
        return _dialog(
            request, portfolio, RateForm(initial={"currency": currency, "from_on": timezone.localdate()})
        )
    form = RateForm(request.POST)
    if not form.is_valid():
        return _dialog(request, portfolio, form, answers.INVALID)
    try:
        row = actions.set_(portfolio.pk, actor=actor, **form.cleaned_data)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, portfolio, form, answers.INVALID if refusal.obstacles else answers.CONFLICT)
    return answers.go(request, returns.below(request, _home(portfolio)), f"Rate of {row.currency} saved")


@require_POST
def remove(request: HttpRequest, slug: str, rate_id: int) -> HttpResponse:
    """Take a rate back; the one before holds again."""
    actor = Actor.of(request)
    portfolio = _portfolio(actor, slug)
    permissions.require(actor, "rate.edit", portfolio)
    actions.remove(portfolio.pk, rate_id=rate_id, actor=actor)
    return answers.go(request, _home(portfolio), "Rate removed")


def _portfolio(actor: Actor, slug: str) -> Portfolio:
    portfolio = get_object_or_404(Portfolio.objects.visible_to(actor), slug=slug)
    permissions.require(actor, "portfolio.view", portfolio)
    return portfolio


def _home(portfolio: Portfolio) -> str:
    return reverse("rates", args=[portfolio.slug])


def _dialog(
    request: HttpRequest, portfolio: Portfolio, form: RateForm, status: int = answers.OK
) -> HttpResponse:
    form.fields["rate"].help_text = f"How many {portfolio.currency}, such as 0.92."
    context = {"portfolio": portfolio, "form": form, "home": _home(portfolio), "nav": "settings"}
    context["back"] = returns.below(request, _home(portfolio))
    return render(request, "projects/rates/rate.html", context, status=status)
