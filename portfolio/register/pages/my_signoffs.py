"""Everything about one person's sign-offs: what waits, what fell away, conditions, what was decided."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects.actors import Actor
from projects.queries import inboxes

PAGE = 50
# What the page shows, by its word in the address.
SHOWN: dict[str, tuple[str, Callable[[Actor], Any]]] = {
    "waiting": ("Waiting for you", inboxes.waiting),
    "faded": ("Fell away", inboxes.faded),
    "conditions": ("Conditions", inboxes.conditions),
    "decided": ("Decided", inboxes.answered),
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """One kind of them, by pages."""
    actor = Actor.of(request)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in SHOWN else "waiting"
    found = SHOWN[chosen][1](actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "work",
        "chosen": chosen,
        "kinds": [(name, label) for name, (label, _) in SHOWN.items()],
        "page": page,
        "today": timezone.localdate(),
    }
    return render(request, "register/my_work/signoffs.html", context)
