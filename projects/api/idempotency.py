"""A POST with an Idempotency-Key takes effect once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from projects.actions import kept_requests
from projects.api import problems

if TYPE_CHECKING:
    from rest_framework.views import APIView

Handler = Callable[..., HttpResponseBase]
Ahead = Callable[..., Any]
LONGEST_KEY = 255
# What belongs to the answer itself; the rest of the headers is about one transmission of it.
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
# The member of an answer in which a new secret is told, this once: nothing keeps it.
SHOWN_ONCE = "secret"


class _Raised(NamedTuple):
    """What another system was asked for in vain."""

    error: Exception


def idempotent(handler: Handler) -> Handler:
    """Answer a repeated POST as it was answered the first time; without a key nothing is kept.

    Row, effect and answer are one transaction: a process killed before its end leaves none of them, one
    killed after it leaves all. A refusal undoes its effect and is kept as well; what is a bug is not.
    """
    ahead: Ahead | None = getattr(handler, "ahead", None)

    @wraps(handler)
    def answer(view: "APIView", request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = _key(request)
        if not key:
            if ahead:
                kwargs["heard"] = ahead(request, *args, **kwargs)
            return handler(view, request, *args, **kwargs)
        caller = f"key:{request.auth.pk}" if request.auth else f"person:{request.user.pk}"
        if ahead and not kept_requests.is_known(caller, key):
            kwargs["heard"] = _heard(ahead, request, args, kwargs)
        with transaction.atomic():
            try:
                row, is_new = kept_requests.claim(caller, key, _hash(request))
            except kept_requests.TwinInFlight as twin:
                raise problems.InFlight from twin
            if is_new:
                if ahead and "heard" not in kwargs:
                    raise problems.InFlight  # The answer that was kept has just become too old.
                found = _carry_out(handler, view, request, args, kwargs)
                headers = {name: found[name] for name in KEPT_HEADERS if name in found}
                body = _without_secret(found.content.decode())
                kept_requests.keep(row, status=found.status_code, headers=headers, body=body)
                return found
        if row.body_hash != _hash(request):
            raise problems.KeyReused
        again = {**row.headers, "Idempotency-Replayed": "true"}
        return HttpResponse(row.body, status=row.status, headers=again)

    answer.is_idempotent = True  # type: ignore[attr-defined]
    return answer


def after(ahead: Ahead) -> Callable[[Handler], Handler]:
    """Ask another system before the transaction of an @idempotent handler begins, once for an answer kept.

    What it said comes to the handler as `heard`: nobody else waits for a lock, and no connection rests,
    while a stranger takes its time. What `ahead` raises is the answer, as if the handler had raised it.
    """

    def mark(handler: Handler) -> Handler:
        handler.ahead = ahead  # type: ignore[attr-defined]
        return handler

    return mark


def _heard(ahead: Ahead, request: Request, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return ahead(request, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - raised again where errors become answers
        return _Raised(error)


def _without_secret(body: str) -> str:
    """The answer as it may be kept: whoever sends the request again finds null in the place of a secret."""
    if f'"{SHOWN_ONCE}"' not in body:
        return body
    said = json.loads(body)
    if said.get(SHOWN_ONCE) is None:
        return body
    return JSONRenderer().render({**said, SHOWN_ONCE: None}).decode()


def _carry_out(
    handler: Handler, view: "APIView", request: Request, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    """The answer, already written out: what is kept is letter for letter what was sent."""
    try:
        if isinstance(raised := kwargs.get("heard"), _Raised):
            raise raised.error
        with transaction.atomic():
            found: Any = handler(view, request, *args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the view's own handler knows which errors are answers
        found = view.handle_exception(error)
    body = JSONRenderer().render(found.data)
    headers = {**found.headers, "Content-Type": found.content_type or "application/json"}
    return HttpResponse(body, status=found.status_code, headers=headers)


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip(" \t")
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        message = f"Use at most {LONGEST_KEY} printable ASCII characters, such as a UUID."
        raise ValidationError({"Idempotency-Key": [message]})
    return key


def _hash(request: Request) -> str:
    """What makes two requests the same: address, parameters and body, byte for byte."""
    said = f"{request.method} {request.get_full_path()}\n".encode(errors="replace")
    if (request.content_type or "").startswith("multipart/"):
        # The same form has other boundaries every time it is sent.
        return hashlib.sha256(said + _form(request)).hexdigest()
    return hashlib.sha256(said + request._request.body).hexdigest()  # noqa: SLF001 - the bytes, not the data


def _form(request: Request) -> bytes:
    """The fields of a form by name, files by their names and hashes."""
    form: Any = request.data
    fields = [[name, *map(_value, values)] for name, values in sorted(form.lists())]
    return json.dumps(fields).encode()


def _value(value: Any) -> Any:
    if not hasattr(value, "chunks"):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    return [value.name, digest.hexdigest()]
