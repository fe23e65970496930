"""My work: what waits for the person who looks, to be emptied from the top."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from portfolio.register.actions import visits
from portfolio.register.queries import my_work
from projects.actors import Actor
from projects.models import SPOKEN_HEALTH, Visit
from projects.pages import answers, clearing, live
from projects.queries import saved_views

LIST = "my-work"  # id of what an answer to a row replaces


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person; a full page is a visit, a part of it is none."""
    if is_part(request) or live.asks_for(request, LIST):
        return page(request)
    return page(request, visits.look(actor=Actor.of(request)))


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How much waits and which views this person keeps, as the side bar shows it once a page is there."""
    actor = Actor.of(request)
    context = {"count": my_work.count(actor), "saved_views": saved_views.mine(actor)}
    return render(request, "register/my_work/_side.html", context)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """What changed up to the moment that the page shows is known."""
    now = timezone.now()
    try:
        until = parse_datetime(request.POST.get("until", "")[:40]) or now
    except ValueError:
        until = now
    visits.mark_seen(actor=Actor.of(request), until=min(until, now) if timezone.is_aware(until) else now)
    answers.say(request, "All seen")
    return after(request)


def after(request: HttpRequest) -> HttpResponse:
    """The page as it is after one of its rows was answered."""
    return page(request) if is_part(request) else redirect("my-work")


def page(request: HttpRequest, visit: Visit | None = None) -> HttpResponse:
    """The page, or the part of it that htmx asks for."""
    actor = Actor.of(request)
    visit = visit or Visit.objects.filter(user_id=actor.user_id).first()
    work = my_work.of(actor, visit)
    context = {
        "nav": "work",
        "work": work,
        "flags": [(row, clearing.way(row.flag, actor)) for row in work.flags.rows],
        "healths": SPOKEN_HEALTH,
        "today": timezone.localdate(),
        "is_part": is_part(request),
    }
    if live.asks_for(request, LIST):
        return live.answer(request, "register/my_work/_waiting.html", context)
    template = "register/my_work/_work.html" if context["is_part"] else "register/my_work/index.html"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for the work alone."""
    return request.headers.get("HX-Target") == LIST
