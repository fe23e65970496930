"""The log of mails and posts: what was sent to whom, what went wrong, and what to do about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portfolio.accounts.mails import goes_to_files
from portfolio.notifications.actions import deliveries as actions
from portfolio.notifications.models import Channel, State
from portfolio.notifications.queries import deliveries
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest first, by channel, state, portfolio and person."""
    permissions.require(Actor.of(request), "operations.view")
    filters = deliveries.parse(request.GET.dict())
    context = {
        "nav": "worker",
        "filters": filters,
        "page": deliveries.page(filters, request.GET.get("before", "")),
        "is_first": "before" not in request.GET,
        "lately": deliveries.lately(timezone.now()),
        "channels": Channel.choices,
        "states": State.choices,
        "portfolios": Portfolio.objects.order_by("name").only("name", "slug"),
        "mail_goes_to_files": goes_to_files(),
    }
    part = request.htmx.target == "list"  # type: ignore[attr-defined]
    return render(request, "operations/_deliveries.html" if part else "operations/deliveries.html", context)


@require_safe
def show(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One of them, with its text as it was sent."""
    permissions.require(Actor.of(request), "operations.view")
    row = deliveries.one(delivery_id)
    if row is None:
        raise Http404
    text = deliveries.text_of(row.delivery)
    context = {"nav": "worker", "row": row, "delivery": row.delivery, "text": text}
    return render(request, "operations/delivery.html", context)


@require_POST
def send_again(request: HttpRequest, delivery_id: int | None = None) -> HttpResponse:
    """Send again what did not go: one, or all."""
    asked = actions.resend(actor=Actor.of(request), now=timezone.now(), delivery_id=delivery_id)
    said = "1 is" if asked == 1 else f"{asked} are"
    messages.success(request, f"{said} tried again now.")
    return redirect("deliveries")


@require_POST
def withhold(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Keep one that waits from going."""
    actor = Actor.of(request)
    if actions.call_off(delivery_id, actor=actor):
        messages.success(request, "It is withheld and does not go.")
    else:
        messages.error(request, "It does not wait any more, or is being sent at this moment.")
    return redirect("deliveries")
