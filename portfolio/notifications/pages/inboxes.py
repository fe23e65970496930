"""The inbox: what one was told, to be read, answered and put aside."""

import re
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from portfolio.notifications.actions import inboxes as actions
from portfolio.notifications.queries import inboxes
from portfolio.notifications.queries.inboxes import MOST_COUNTED, Filters
from portfolio.notifications.rules.topics import TOPICS
from projects.actors import Actor
from projects.queries import portfolios

PAGE = 50
IS_ID = re.compile(r"[0-9]{1,18}")  # what a column of ids can hold
LIST, ROW = "list", "inbox-row"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Everything that this person was told, unread first."""
    return _page(request)


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """How many are unread, as the side bar shows it once a page is there."""
    return render(request, "notifications/_count.html", _count(Actor.of(request)))


@require_GET
def show(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message in full. Opening it is reading it: all that a look changes, and only for its reader."""
    actor = Actor.of(request)
    message = inboxes.one(message_id, actor)
    actions.read([message.pk], actor=actor, now=timezone.now())
    paragraphs = [block for block in message.text.strip("\n").split("\n\n") if block]
    context = {"nav": "inbox", "message": message, "topic": TOPICS.get(message.topic), "says": paragraphs}
    return render(request, "notifications/message.html", context)


@require_POST
def mark(request: HttpRequest, message_id: int, what: str) -> HttpResponse:
    """Mark one message as read, or as not read."""
    actor = Actor.of(request)
    message = inboxes.one(message_id, actor)
    _mark([message.pk], what, actor)
    if request.headers.get("HX-Target", "").startswith(ROW):
        context = {"message": inboxes.one(message_id, actor), "is_part": True, **_count(actor)}
        return render(request, "notifications/_row.html", {**context, "topics": TOPICS})
    return redirect("inbox")


@require_POST
def mark_ticked(request: HttpRequest) -> HttpResponse:
    """Mark the ticked messages as read, or as not read."""
    ids = [int(said) for said in request.POST.getlist("message")[:PAGE] if IS_ID.fullmatch(said)]
    _mark(ids, request.POST.get("do", ""), Actor.of(request))
    # The bar with its button is gone: the list takes the focus.
    return _after(request, takes_focus=True)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read; the toast takes it back."""
    now = timezone.now()
    done = actions.read_all(actor=Actor.of(request), now=now)
    if done:
        undo = reverse("inbox-take-back", args=[now.isoformat()])
        said = "1 message is marked as read" if done == 1 else f"{done} messages are marked as read"
        messages.success(request, said, extra_tags=f"undo:{undo}")
    return _after(request)


@require_POST
def take_back(request: HttpRequest, moment: str) -> HttpResponse:
    """Undo the marking of everything."""
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as wrong:
        raise Http404 from wrong
    if at.tzinfo is None:
        raise Http404
    done = actions.take_back(at, actor=Actor.of(request))
    messages.success(request, f"{done} message{'' if done == 1 else 's'} unread again")
    return redirect("inbox")


def _mark(ids: list[int], what: str, actor: Actor) -> None:
    if what == "read":
        actions.read(ids, actor=actor, now=timezone.now())
    elif what == "unread":
        actions.unread(ids, actor=actor)
    else:
        raise Http404


def _after(request: HttpRequest, *, takes_focus: bool = False) -> HttpResponse:
    is_part = request.headers.get("HX-Target") == LIST
    return _page(request, takes_focus=takes_focus) if is_part else redirect("inbox")


def _page(request: HttpRequest, *, takes_focus: bool = False) -> HttpResponse:
    actor = Actor.of(request)
    # What was posted from a filtered list shows the same list again.
    filters = Filters.of(request.GET or request.POST)
    is_part = request.headers.get("HX-Target") == LIST
    context = {
        "nav": "inbox",
        "filters": filters,
        "page": Paginator(inboxes.listed(filters, actor), PAGE).get_page(request.GET.get("page")),
        "topics": TOPICS,
        "portfolios": portfolios.visible(actor),
        "is_part": is_part,
        "takes_focus": takes_focus,
        **(_count(actor) if is_part else {}),
    }
    response = render(
        request, "notifications/_inbox.html" if is_part else "notifications/inbox.html", context
    )
    patch_vary_headers(response, ["HX-Target"])
    return response


def _count(actor: Actor) -> dict[str, int]:
    return {"count": inboxes.count(actor), "most": MOST_COUNTED}
