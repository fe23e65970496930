"""Projects for the palette, while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from portfolio.register.queries import jumps
from projects.actors import Actor


@require_safe
def offered(request: HttpRequest) -> HttpResponse:
    """The projects that what was typed may mean."""
    found = jumps.offered(Actor.of(request), request.GET.get("q", ""))
    response = render(request, "register/projects/_jumps.html", {"projects": found})
    patch_cache_control(response, no_store=True, private=True)
    return response
