"""Every error of the API as one kind of answer: a problem document (RFC 9457)."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from projects.api import problems
from projects.errors import NotAllowed, Reason, Refused, Stale

CONTENT_TYPE = "application/problem+json"
SAFE = ("GET", "HEAD")
DETAILS = {
    400: "The request could not be understood.",
    401: "Send an API key, with the header Authorization: Bearer plm_…",
    404: "There is nothing at this address, or you may not see it.",
    500: "Something went wrong on the server. Tell whoever runs it the request_id.",
}


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an error that a view raised; None for what is a bug, which rises on."""
    request_id = _request_id(context["request"])
    found = _of_the_domain(error, context, request_id) or _of_the_door(error, request_id)
    if found is None:
        return None
    headers = _headers(error)
    return Response(found, status=found["status"], headers=headers, content_type=CONTENT_TYPE)


def _of_the_domain(error: Exception, context: Mapping[str, Any], request_id: str) -> dict[str, Any] | None:
    if isinstance(error, NotAllowed):
        return _document(403, error.code, error.message, request_id)
    if isinstance(error, Refused):
        # Stale is a failed precondition only for whoever stated one, by header or as a decision's `seen`.
        stated = "If-Match" in context["request"].headers or error.code == "packet_changed"
        had_precondition = isinstance(error, Stale) and stated
        obstacles = [_obstacle(reason) for reason in error.obstacles]
        status = 412 if had_precondition else 409
        return _document(status, error.code, error.message, request_id, obstacles=obstacles)
    return None


def _of_the_door(error: Exception, request_id: str) -> dict[str, Any] | None:
    if isinstance(error, Http404):
        return _document(404, "not_found", DETAILS[404], request_id)
    if isinstance(error, PermissionDenied):
        return _document(403, "not_allowed", str(error) or "You may not do this.", request_id)
    if isinstance(error, RequestDataTooBig):
        return _document(413, "body_too_large", str(problems.BodyTooLarge().detail), request_id)
    if isinstance(error, SuspiciousOperation):
        return _document(400, "bad_request", DETAILS[400], request_id)
    if isinstance(error, exceptions.ValidationError):
        errors = list(_field_errors(error.detail))
        names = ", ".join(dict.fromkeys(found["field"] for found in errors))
        return _document(400, "invalid", f"Not accepted: {names}.", request_id, errors=errors)
    if isinstance(error, exceptions.NotAuthenticated):
        return _document(401, "not_authenticated", DETAILS[401], request_id)
    if isinstance(error, exceptions.APIException):
        code = error.get_codes()
        return _document(
            error.status_code, code if isinstance(code, str) else "error", str(error.detail), request_id
        )
    return None


def _document(status: int, code: str, detail: str, request_id: str, **more: Any) -> dict[str, Any]:
    return problems.document(status, code, HTTPStatus(status).phrase, detail, request_id, **more)


def _obstacle(reason: Reason) -> dict[str, Any]:
    """One obstacle; changes of a stale save carry the values before and after as well."""
    names = ("code", "message", "remedy", "field", "before", "after")
    return {name: getattr(reason, name) for name in names if hasattr(reason, name)}


def _field_errors(detail: Any, place: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors as a flat list of field and message."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _field_errors(inner, ".".join(filter(None, [place, own])))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _field_errors(inner, f"{place}.{number}" if nested else place)
    else:
        yield {"field": place or "body", "message": str(detail)}


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        is_refused = isinstance(error, exceptions.AuthenticationFailed)
        headers["WWW-Authenticate"] = f'{challenge}, error="invalid_token"' if is_refused else challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    return headers


def is_api(request: HttpRequest) -> bool:
    """Whether an error at this address is answered by a problem document."""
    return request.path.startswith("/api/")


def problem(request: HttpRequest, status: int, code: str, detail: str = "") -> HttpResponse:
    """A problem document for what never reaches a view of the API."""
    found = _document(status, code, detail or DETAILS[status], _request_id(request))
    return JsonResponse(found, status=status, content_type=CONTENT_TYPE)


def read_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """What is no view of the API but stands among them: another method is answered as they answer it."""

    @csrf_exempt  # nothing is changed, and a refusal would be a page
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            return view(request)
        refused = problem(request, 405, "method_not_allowed", f'Method "{request.method}" not allowed.')
        refused["Allow"] = ", ".join(SAFE)
        return refused

    return answered


def _request_id(request: Any) -> str:
    return getattr(request, "request_id", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own refusals, such as a host that this installation does not answer to."""
    if is_api(request):
        return problem(request, 400, "bad_request")
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """What is a bug: logged with its traceback, answered without."""
    if is_api(request):
        return problem(request, 500, "server_error")
    return defaults.server_error(request)
