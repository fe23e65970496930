"""What every view of the API does before its own work."""

import re
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs, lists, problems
from projects.models import Portfolio, Project
from projects.queries.ready import Ready
from projects.transfers import FORM_SLACK, LimitedUpload, UploadTooLarge, is_chunked

LARGEST_BODY = 1024 * 1024  # a hundred times the largest honest one
JSON = "application/json"
CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s\";]*)", re.IGNORECASE)
UTF_8 = ("utf-8", "utf8", "us-ascii")
# Answers are for one caller; a stored one must be asked for again.
PRIVATE = "private, no-cache"


class ApiView(APIView):
    """A view of the API: bounded, strict about its input, and never stored by a proxy."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    # Whether a form with a file is taken beside JSON.
    takes_files = False
    # The setting with the size of the largest one, in MB.
    largest_file = "EVIDENCE_MAX_MB"
    # How many bytes a body has at most, and of which types it may be.
    largest_body = LARGEST_BODY
    body_types: tuple[str, ...] = (JSON,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _check_encoding(request)
        if self.takes_files and is_form(request):
            _limit_file(request, getattr(settings, self.largest_file))
        else:
            _check_body(request, self.largest_body, self.body_types)
        super().initial(request, *args, **kwargs)
        inputs.check_characters(request.query_params)
        if request.method in ("GET", "HEAD"):
            self.wanted = lists.asked(type(self), request.query_params.dict())

    def _choose(self, request: Request, response: Response) -> None:
        """Of a list what was asked for, and where it goes on."""
        wanted = getattr(self, "wanted", None)
        if wanted is None or not isinstance(response.data.get("items"), list):
            return
        if any(wanted):
            response.data = {**response.data, "items": lists.chosen(response.data["items"], wanted)}
        if link := lists.link(request.path, request.query_params, response.data):
            self.add_link(link)

    def add_link(self, link: str) -> None:
        """One more Link (RFC 8288) of this answer."""
        self.headers["Link"] = ", ".join(filter(None, [self.headers.get("Link"), link]))

    def held(self, **names: Any) -> QuerySet[Any] | None:
        """What actions lock before they change this resource: the project or the portfolio it lies in."""
        if "key" in names:
            return Project.objects.filter(key=names["key"])
        if "slug" in names:
            return Portfolio.objects.filter(slug=names["slug"])
        return None

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, UploadTooLarge):
            exc = problems.FileTooLarge(exc.most_mb)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(response, Response) and response.status_code == 200 and isinstance(response.data, dict):
            self._choose(request, response)
        finished: Any = super().finalize_response(request, response, *args, **kwargs)
        return etags.settle(request, finished)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Cache-Control": PRIVATE}


def _check_encoding(request: Request) -> None:
    """Refuse what is compressed, which could unpack to any size, and letters that are not in UTF-8."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise problems.EncodingNotTaken
    told = CHARSET.search(request.META.get("CONTENT_TYPE") or "")
    if told and told[1].lower() not in UTF_8:
        raise problems.CharsetNotTaken


def _check_body(request: Request, largest: int, types: Collection[str]) -> None:
    """Refuse what is too large or of another type before it is read; without a length nothing would be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "Transfer-Encoding" in request.headers and length == "0":
        raise problems.LengthNeeded
    if not length.isdecimal() or int(length) > largest:
        raise problems.BodyTooLarge(largest // LARGEST_BODY)
    if length != "0" and _type(request) not in types:
        raise problems.JsonNeeded(types)


def _limit_file(request: Request, most: int) -> None:
    """Count a file while it arrives; a check of the session's token may read it before anything else does."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "Transfer-Encoding" in request.headers and length == "0":
        raise problems.LengthNeeded
    too_long = not length.isdecimal() or int(length) > most * 1024 * 1024 + FORM_SLACK
    if too_long and not is_chunked(request.META):
        raise problems.FileTooLarge(most)
    request._request.upload_handlers = [LimitedUpload(request._request, most)]  # noqa: SLF001


def is_form(request: Request) -> bool:
    """Whether the body is a form that can hold files."""
    return _type(request) == "multipart/form-data"


def _type(request: Request) -> str:
    return (request.META.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()


def of_key(actor: Actor) -> tuple[int, int] | None:
    """Account and portfolio of an API key, for queries that are written once; None for a person."""
    if actor.sees_all or actor.portfolios is None or len(actor.portfolios) != 1:
        return None
    [portfolio_id] = actor.portfolios
    return actor.user_id, portfolio_id


def project_for_write(actor: Actor, key: str) -> Project:
    """The project to act on, with what a check of permission needs; 404 for whoever may not know of it."""
    if (caller := of_key(actor)) is not None:
        found = OF_A_KEY(key, *caller)
    else:
        found = list(_to_act_on(key, actor.reader_id, actor.portfolios))
    if not found:
        raise Http404
    return found[0]


def _to_act_on(key: str, user_id: int | None, portfolios: Collection[int] | None) -> QuerySet[Project]:
    rows = Project.objects.visible(user_id, portfolios).only("portfolio_id", "key", "version", "owner_id")
    return rows.filter(key=key).order_by()


OF_A_KEY = Ready(lambda key, user_id, portfolio_id: _to_act_on(key, user_id, [portfolio_id]))


def project_to_read(actor: Actor, key: str) -> Project:
    """The same for reading: a key needs the scope for it."""
    project = project_for_write(actor, key)
    permissions.require(actor, "project.view", project)
    return project


def scored_project(actor: Actor, key: str) -> Project:
    """The project whole, with its portfolio and what is stored of its scores, to be read; one query."""
    rows = Project.objects.visible_to(actor).select_related("portfolio", "assessment")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404
    permissions.require(actor, "project.view", found)
    return found
