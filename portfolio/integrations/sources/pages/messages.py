"""The log of what other systems posted: each message with what it did, or why not."""

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portfolio.integrations.models import SourceMessage
from portfolio.integrations.sources.actions import messages as actions
from portfolio.integrations.sources.pages.sources import page
from portfolio.integrations.sources.queries import sources
from projects.errors import Refused
from projects.pages import answers, subjects

PAGE = 50
LONGEST_ID = 18  # what a column of ids can hold


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Every message that is kept, the latest first."""
    _, portfolio = subjects.portfolio(request, slug, "source.manage")
    asked = {name: request.GET.get(name, "").strip()[:20] for name in ("source", "state", "project")}
    source = (
        int(asked["source"]) if asked["source"].isdecimal() and len(asked["source"]) <= LONGEST_ID else None
    )
    found = sources.messages(
        portfolio, source=source, state=asked["state"], project=asked["project"].upper()
    ).defer("body")
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    is_part = request.htmx.target == "list"  # type: ignore[attr-defined]
    return page(
        request,
        portfolio,
        "_log.html" if is_part else "log.html",
        page=shown,
        latest=shown.object_list,
        filters=asked,
        states=SourceMessage.State.choices,
        sources=portfolio.sources.all(),
    )


@require_safe
def show(request: HttpRequest, slug: str, message_id: int) -> HttpResponse:
    """One message: what came of it, and what it said."""
    _, portfolio = subjects.portfolio(request, slug, "source.manage")
    message = get_object_or_404(sources.messages(portfolio), pk=message_id)
    return page(
        request,
        portfolio,
        "message.html",
        message=message,
        source=message.source,
        outcome=message.outcome,
        body=json.dumps(message.body, indent=2, ensure_ascii=False),
        waits_for=sources.before(message),
    )


@require_POST
def again(request: HttpRequest, slug: str, message_id: int) -> HttpResponse:
    """Have it carried out once more, by the rules of now."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    message = get_object_or_404(sources.messages(portfolio), pk=message_id)
    there = reverse("source-message", args=[slug, message.pk])
    try:
        actions.again(message.pk, actor=actor)
    except Refused as refusal:
        return answers.go(request, there, refusal.message)
    return answers.go(request, there, "It will be carried out again")
