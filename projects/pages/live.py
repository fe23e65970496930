"""What a part of an open page is answered when it looks again: nothing (304), or itself as it is now."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control

from projects.templatetags.live import mark

# The header that names the part which looks again.
HEADER = "X-Live"


def asks_for(request: HttpRequest, part: str) -> bool:
    """Whether an open page asks how this part of it reads now."""
    return request.headers.get(HEADER) == part


def answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The part, or 304 where it reads as the page has it: what is compared is what people would see."""
    return again(request, render_to_string(template, context, request))


def again(request: HttpRequest, html: str, seen: str = "") -> HttpResponse:
    """The same for a part that is drawn already; `seen` is its mark, where more than its words counts."""
    tag = f'"{seen or mark(html)}"'
    is_same = request.headers.get("If-None-Match") == tag
    response = HttpResponseNotModified() if is_same else HttpResponse(html)
    response["ETag"] = tag
    response["X-Checked"] = f"{timezone.localtime():%H:%M}"
    patch_cache_control(response, no_store=True, private=True)
    return response
