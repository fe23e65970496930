"""ETags, for every resource and list in one way: what has not changed is not sent again or overwritten.

A resource with a version has it as its ETag (projects.api.versions). Every other answer to GET gets one made
of what it says; `guarded` compares that with If-Match inside the transaction of the change.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import turns
from projects.actors import Actor
from projects.api import problems

if TYPE_CHECKING:
    from projects.api.views import ApiView

Handler = Callable[..., HttpResponseBase]
# Of 128 bits: two different answers with the same ETag will not be met.
DIGEST_BYTES = 16
# What a 304 says of the answer that it stands for (RFC 9110, 15.4.5), and who asked when.
OF_A_304 = ("Cache-Control", "Content-Location", "Vary", "Link")


def of(data: Any) -> str:
    """The ETag of what an answer says."""
    return _of_bytes(JSONRenderer().render(data))


def is_same(said: str, present: str) -> bool:
    """Whether somebody who names this ETag in a body, in quotes or without, has read the present state."""
    return _bare(said.strip()).strip('"') == _bare(present).strip('"')


def settle(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """Give the answer to a GET its ETag, and send nothing to whoever has it already."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    if isinstance(response, Response) and not response.is_rendered and "ETag" not in response:
        response.add_post_render_callback(partial(settle, request))
        return response
    if "ETag" not in response:
        if response.streaming:
            return response
        response["ETag"] = _of_bytes(response.content)  # type: ignore[attr-defined] # not a streaming one
    return _not_modified(response) if _has(request, response["ETag"]) else response


def guarded(handler: Handler) -> Handler:
    """Change or remove only what the caller has read: PATCH and PUT need If-Match, DELETE obeys it.

    For resources without a version. What is not there yet needs none. `If-Match: *` is any state of it.
    """

    @wraps(handler)
    def change(view: "ApiView", request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            turns.take(request.path, view.held(**kwargs))
            is_missing = _compare(view, request, kwargs)
            answer = handler(view, request, *args, **kwargs)
            if is_missing and "If-Match" in request.headers and request.method == "PUT":
                raise problems.Changed  # undoes what has just been made: the caller meant something older
        if isinstance(answer, Response) and answer.status_code in (200, 201) and "ETag" not in answer:
            answer["ETag"] = of(answer.data)
        return answer

    change.is_guarded = True  # type: ignore[attr-defined]
    return change


def _compare(view: "ApiView", request: Request, kwargs: dict[str, Any]) -> bool:
    """Whether nothing is there yet; raises for a caller who has not read what is there."""
    said = request.headers.get("If-Match", "").strip()
    if (said == "*" and request.method != "PUT") or (not said and request.method == "DELETE"):
        return False
    present = _present(view, request, kwargs)
    if present is None:
        return True
    if request.headers.get("If-None-Match", "").strip() == "*":
        raise problems.Changed
    if not said:
        raise problems.IfMatchNeeded
    if said != "*" and _bare(present) not in map(_bare, _tags(said)):
        raise problems.Changed
    return False


def _present(view: "ApiView", request: Request, kwargs: dict[str, Any]) -> str | None:
    """The ETag of what is there now; None for nothing, or nothing that the caller may know of.

    A key that may write and not read gets nothing to read here, only whether it named the right ETag.
    """
    actor = Actor.of(request)
    request._request.actor = replace(actor, scopes=None)  # type: ignore[attr-defined] # noqa: SLF001
    try:
        answer: Any = view.get(request, **kwargs)  # type: ignore[attr-defined] # whoever is guarded can be read
    except Http404:
        return None
    finally:
        request._request.actor = actor  # type: ignore[attr-defined] # noqa: SLF001
    tag: str = answer.get("ETag") or of(answer.data)
    return tag


def _has(request: Request, tag: str) -> bool:
    said = request.headers.get("If-None-Match", "").strip()
    return said == "*" or _bare(tag) in map(_bare, _tags(said))


def _tags(said: str) -> list[str]:
    return re.findall(r'(?:W/)?"[^"]*"', said)


def _bare(tag: str) -> str:
    """Without the weak mark: compressing an answer adds it, and says nothing of what it holds."""
    return tag.removeprefix("W/")


def _of_bytes(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest()}"'


def _not_modified(response: HttpResponseBase) -> HttpResponse:
    kept = {name: response[name] for name in OF_A_304 if name in response}
    kept |= {name: value for name, value in response.items() if name.startswith("RateLimit")}
    answer = HttpResponse(status=304, headers={**kept, "ETag": response["ETag"]})
    # Closing the answer that is not sent would say that the request has ended; its file ends with this one.
    answer._resource_closers.extend(response._resource_closers)  # type: ignore[attr-defined] # noqa: SLF001
    return answer
