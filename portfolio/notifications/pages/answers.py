"""`/answers/<token>/`: a mail is answered by one button, without signing in.

The token is the proof: it is signed, says who wants what, and lives for two weeks. So the page needs no
cookie and no CSRF token: a stranger who could forge a request would need the token, and whoever has it
needs no forgery. Opening the page changes nothing, for mail scanners open every link.
"""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portfolio.accounts import attempts
from portfolio.notifications.actions import answers, preferences
from portfolio.notifications.queries import answers as answer_queries
from portfolio.notifications.queries import links
from portfolio.notifications.queries.answers import Offer
from portfolio.notifications.queries.links import Answer
from projects.actors import Actor
from projects.errors import NotAllowed, Refused

HEADERS = {
    # The address is the proof: it stays out of caches, other sites' logs and search engines.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
OK, FORBIDDEN, NOT_FOUND, CONFLICT, GONE, TOO_MANY = 200, 403, 404, 409, 410, 429


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """What the link offers, with its button; a POST does it, however often it comes."""
    now = timezone.now()
    answer = links.read(token)
    if answer is None:
        return _unknown(request)
    if answer.is_over(now):
        return _page(request, {"is_over": True}, GONE)
    actor = answer_queries.actor_of(answer, request.request_id)  # type: ignore[attr-defined]
    if request.method == "POST" and actor and answer.verb == links.UNSUBSCRIBE:
        return _unsubscribed(request, answer, actor)
    offer = answer_queries.look(answer, actor, now)
    if request.method == "POST" and actor and offer.button:
        return _given(request, answer, actor)
    return _page(request, {"offer": offer}, OK if offer.is_allowed else FORBIDDEN)


def _given(request: HttpRequest, answer: Answer, actor: Actor) -> HttpResponse:
    now = timezone.now()
    try:
        answers.give(answer, actor=actor, now=now)
    except (Refused, NotAllowed) as refusal:
        # Somebody was faster than the click.
        offer = Offer("This was not done", (refusal.message,), person=actor.user)
        return _page(request, {"offer": offer}, CONFLICT if isinstance(refusal, Refused) else FORBIDDEN)
    return _page(request, {"offer": answer_queries.look(answer, actor, now), "is_done": True}, OK)


def _unsubscribed(request: HttpRequest, answer: Answer, actor: Actor) -> HttpResponse:
    """Mail programs send this by themselves (RFC 8058); people get a way to change their mind."""
    if said := request.POST.get("again"):
        preferences.send(answers.read_ways(said), actor=actor)
        offer = Offer("You get them again", ("As before.",), person=actor.user)
        return _page(request, {"offer": offer, "is_done": True}, OK)
    before = answer_queries.ways(actor.user_id, answer.topic)
    now = timezone.now()
    answers.give(answer, actor=actor, now=now)
    again = ",".join(f"{topic}:{way}" for topic, way in before.items())
    offer = replace(answer_queries.look(answer, actor, now), again=again)
    return _page(request, {"offer": offer, "is_done": bool(again)}, OK)


def _unknown(request: HttpRequest) -> HttpResponse:
    """No token of ours: guessing is hopeless, and who tries it by the hundred is sent away sooner."""
    address = request.META.get("REMOTE_ADDR", "")
    if attempts.too_many("answers", address):
        return _page(request, {"is_unknown": True}, TOO_MANY)
    attempts.failed("answers", address)
    return _page(request, {"is_unknown": True}, NOT_FOUND)


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    # No form here needs a CSRF token, and asking for one would set a cookie.
    shown = {**context, "csrf_token": ""}
    page = render(request, "notifications/answer.html", shown, status=status)
    for name, value in HEADERS.items():
        page[name] = value
    return page
