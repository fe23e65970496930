"""Many of a kind in one request: each item is carried out as if it had come alone, and has its own result."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from django.db import transaction
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import turns
from projects.actors import Actor
from projects.api import inputs, problems
from projects.api.inputs import In
from projects.api.schema import Problem, parameter
from projects.api.views import LARGEST_BODY, ApiView
from projects.errors import Stale
from projects.models import Project

MOST = 500
# An honest item has a few lines of text.
LARGEST_BULK = 4 * LARGEST_BODY
HOW = (
    "1 to 500 items, carried out in turn. Each has its result, in the order of the request; one that is "
    "refused leaves the others alone. With `atomic=true` it is all or none: one refusal undoes all (409)."
)
ATOMIC = parameter("atomic", "Whether it is all or none.", kind=bool)
# On PATCH as well: bulk changes are repeated by pipelines, too.
ONCE = parameter("Idempotency-Key", "As for POST.", place="header")


class BulkQuery(In):
    """How many are done."""

    atomic = serializers.BooleanField(default=False)


class BulkIn(In):
    """Items; what each holds is checked one by one, so that one slip is one result."""

    items = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=MOST)


class ResultOut(serializers.Serializer[Any]):
    """What came of one item."""

    index = serializers.IntegerField(help_text="Its place in the request, from 0.")
    status = serializers.IntegerField(help_text="As if it had come alone.")
    problem = Problem(allow_null=True)


class SumOut(serializers.Serializer[Any]):
    """What came of all of them; `results` is the noun's own."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()


class Done(NamedTuple):
    """One item that was carried out: the row's id, and the status that it would have had alone."""

    pk: int
    status: int


class _Undone(Exception):
    """Some item was refused, so that none of them counts."""


def carry_out(
    view: ApiView,
    request: Request,
    one: Callable[[dict[str, Any]], Done],
    shown: Callable[[Iterable[int]], Mapping[int, Any]],
    *,
    noun: str,
    turn: Callable[[dict[str, Any]], Any] | None = None,
    touched: Iterable[int] = (),
) -> Response:
    """Do every item of the body by `one`; what came of those done is read by `shown`, in one query.

    `turn` orders the items, so that two requests lock the same rows in the same order. Where an item locks
    several projects that is not enough: `touched` are those of all items, locked before the first one.
    """
    is_atomic = inputs.query(BulkQuery, request)["atomic"]
    items = inputs.body(BulkIn, request)["items"]
    places = sorted(range(len(items)), key=lambda place: turn(items[place])) if turn else range(len(items))
    try:
        if is_atomic:
            with transaction.atomic():
                turns.hold(touched)
                found = {place: _try(view, one, items[place]) for place in places}
                if any(not isinstance(result, Done) for result in found.values()):
                    raise _Undone
        else:
            turns.hold(touched)
            found = {place: _try(view, one, items[place]) for place in places}
    except _Undone:
        return _refused(request, found)
    rows = shown([result.pk for result in found.values() if isinstance(result, Done)])
    results = [_result(place, found[place], rows, noun) for place in range(len(items))]
    refused = sum(not isinstance(result, Done) for result in found.values())
    return Response({"done": len(items) - refused, "refused": refused, "results": results})


def items_of(request: Request) -> list[dict[str, Any]]:
    """The items before any of them is checked; what makes no sense is left for that check."""
    items = request.data.get("items") if isinstance(request.data, dict) else None
    return [item for item in items[:MOST] if isinstance(item, dict)] if isinstance(items, list) else []


def named(request: Request, name: str, kind: type[Any]) -> set[Any]:
    """What the items name there, so that it can be read at once."""
    return {item[name] for item in items_of(request) if type(item.get(name)) is kind}


class Projects:
    """The projects that items name and the caller may know of; two queries for all of them."""

    def __init__(self, actor: Actor, keys: Iterable[str]) -> None:
        rows = Project.objects.visible_to(actor).select_related("portfolio").filter(key__in=set(keys))
        self.known = {project.key: project for project in rows}
        permissions.know_project_roles(actor, self.ids)

    @property
    def ids(self) -> list[int]:
        return [project.pk for project in self.known.values()]

    def one(self, key: str) -> Project:
        """One of them; 404 for any other."""
        if key not in self.known:
            raise Http404
        return self.known[key]

    def turn(self, name: str) -> Callable[[dict[str, Any]], int]:
        """Where an item that names its project so stands: by the project's id."""

        def place(item: dict[str, Any]) -> int:
            found = self.known.get(str(item.get(name)))
            return found.pk if found else 0

        return place


def _try(view: ApiView, one: Callable[[dict[str, Any]], Done], item: dict[str, Any]) -> Done | dict[str, Any]:
    """One item in a transaction of its own; a refusal is its problem, a bug rises."""
    try:
        with transaction.atomic():
            return one(item)
    except Exception as error:  # noqa: BLE001 - the view's own handler knows which errors are answers
        problem: dict[str, Any] = view.handle_exception(error).data
        if isinstance(error, Stale):
            status = HTTPStatus.PRECONDITION_FAILED
            problem = {**problem, "status": int(status), "title": status.phrase}
        return problem


def _result(place: int, result: Done | dict[str, Any], rows: Mapping[int, Any], noun: str) -> dict[str, Any]:
    if isinstance(result, Done):
        return {"index": place, "status": result.status, noun: rows[result.pk], "problem": None}
    return {"index": place, "status": result["status"], noun: None, "problem": result}


def _refused(request: Request, found: Mapping[int, Done | dict[str, Any]]) -> Response:
    """All that was refused, as one problem; nothing was changed."""
    wrong = [
        {"index": place, "status": result["status"], "problem": result}
        for place, result in sorted(found.items())
        if not isinstance(result, Done)
    ]
    said = f"{len(wrong)} of {len(found)} items were refused, so nothing was changed. See results."
    status, request_id = HTTPStatus.CONFLICT, getattr(request, "request_id", "")
    problem = problems.document(int(status), "bulk_refused", status.phrase, said, request_id, results=wrong)
    return Response(problem, status=int(status), content_type="application/problem+json")
