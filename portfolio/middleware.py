"""What happens around every request."""

import re
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from projects.errors import NotAllowed

Handler = Callable[[HttpRequest], HttpResponse]
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
# Doors that a stranger may knock at; every other page asks for a sign-in.
OPEN = (
    "/sign-in/",
    "/invitations/",
    "/password/",
    "/answers/",
    "/static/",
    "/healthz",
    "/api/",
    "/outside/",
    "/calendar/",
    "/hooks/",
)
# What is safe in a log line and in a header, and as long as an event keeps: a UUID, or less.
GOOD_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,36}")


def request_id(get_response: Handler) -> Handler:
    """Name every request, so that an answer, an event and a log line can be matched.

    A caller of the API may bring the name that its own logs have; pages are always given one.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        brought = request.headers.get("X-Request-ID", "") if request.path.startswith("/api/") else ""
        is_fine = GOOD_REQUEST_ID.fullmatch(brought)
        request.request_id = brought if is_fine else str(uuid.uuid4())  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    return handle


def content_security_policy(get_response: Handler) -> Handler:
    """Nothing runs or loads in a page but what this installation serves."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return handle


def sign_in_wall(get_response: Handler) -> Handler:
    """Every page but the open doors is for people who have signed in."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or request.user.is_authenticated:
            return get_response(request)
        if getattr(request, "headers", {}).get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = "/sign-in/"
            return response
        return redirect_to_login(request.get_full_path())

    return handle


def persons_time_zone(get_response: Handler) -> Handler:
    """Show times as the reader's clock does."""

    def handle(request: HttpRequest) -> HttpResponse:
        # Who sends no cookie has not signed in; a key of the API has no clock of its own.
        zone = getattr(request.user, "time_zone", "") if request.COOKIES else ""
        with timezone.override(ZoneInfo(zone) if zone else None):
            return get_response(request)

    return handle


class _Refusals:
    """Turn NotAllowed from any page into the 403 page; no page catches it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotAllowed):
            return None
        return render(request, "403.html", {"message": exception.message}, status=403)


refusals = _Refusals
