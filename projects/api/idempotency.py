"""A POST with an Idempotency-Key takes effect once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

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
LONGEST_KEY = 255
# What belongs to the answer itself; the rest of the headers is about one transmission of it.
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
# The member of an answer in which a new secret is told, this once: nothing keeps it.
SHOWN_ONCE = "secret"


def idempotent(handler: Handler) -> Handler:
    """Answer a repeated POST as it was answered the first time; without a key nothing is kept.

    Row, effect and answer are one transaction: a process killed before its end leaves none of them, one
    killed after it leaves all. A refusal undoes its effect and is kept as well; what is a bug is not.
    """

    @wraps(handler)
    def answer(view: "APIView", request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = _key(request)
        if not key:
            return handler(view, request, *args, **kwargs)
        caller = f"key:{request.auth.pk}" if request.auth else f"person:{request.user.pk}"
        with transaction.atomic():
            try:
                row, is_new = kept_requests.claim(caller, key, _hash(request))
            except kept_requests.TwinInFlight as twin:
                raise problems.InFlight from twin
            if is_new:
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
