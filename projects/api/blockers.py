"""Blockers: listed, raised, read and changed; the report of a portfolio."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import blockers
from projects.actors import Actor
from projects.api import blocker_inputs, blocker_rows, cursors, inputs, versions
from projects.api.blocker_inputs import BlockerChanges, BlockerIn
from projects.api.blocker_rows import BlockerOut, BlockerPage
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice
from projects.api.portfolios import portfolio_to_read
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models.blockers import CATEGORIES
from projects.queries import blocker_filters, blocker_reports
from projects.queries import blockers as blocker_queries
from projects.queries.blocker_filters import BlockerFilters

# The order is given by columns that are never empty, so that a cursor holds a place in it.
ORDERS = {"raised": "id", "-raised": "-id", "due": "due_on", "-due": "-due_on"}
FILTERS = tuple(name for name in blocker_filters.NAMES if name not in ("sort", "page", "size"))
FILTER_HELP = {
    "portfolio": "Short name of a portfolio.",
    "project": "Key of a project: its own, and those of others that stop it too.",
    "q": "Words of the title, of whom it waits for or of the project, in any letter case.",
    "category": "Codes with commas between them.",
    "severity": "low, medium, high or critical, with commas between them.",
    "age": "First day of a band of age: 0, 15, 31 or 61.",
    "owner": "Id of a person, me or none.",
    "waits": "me: owned by the caller, or risen to a level that the caller holds.",
    "state": "open (usual), resolved or all.",
    "late": "yes: past the day by which it should be resolved.",
    "level": "0 to 3, with commas between them.",
    "shared": "yes: portfolio blockers; no: the others.",
}
ID = parameter("blocker_id", "Id of the blocker.", place="path", kind=int)
EXAMPLE = OpenApiExample(
    "A review without a date",
    {
        "title": "The pilot cannot start, because the security review has no date",
        "category": "security_review",
        "severity": "high",
        "decision_from": "Head of security",
        "gate": "G5",
        "affected": ["PRJ-7"],
    },
    request_only=True,
)
GRAVER = OpenApiExample(
    "Graver than thought", {"severity": "critical", "waiting_for": "The regulator"}, request_only=True
)


class ListQuery(cursors.PageQuery):
    """Order and part of the list."""

    order = Choice(list(ORDERS), default="raised")


class LineOut(serializers.Serializer[Any]):
    """The figures of one category, or of all."""

    category = serializers.ChoiceField([*CATEGORIES, ("all", "All")])
    open = serializers.IntegerField()
    by_age = serializers.ListField(child=serializers.IntegerField(), help_text="In the order of `bands`.")
    hit_rate = serializers.FloatField(
        allow_null=True, help_text="Share resolved in time; open ones past their day missed it."
    )
    judged = serializers.IntegerField(help_text="How many that share is of.")
    late_responses = serializers.IntegerField()
    median_days = serializers.IntegerField(
        allow_null=True, help_text="To resolve (Kaplan-Meier); null: not known yet."
    )
    value_held_up = serializers.DictField(
        child=serializers.FloatField(), help_text="By currency; each project once."
    )


class ReportOut(serializers.Serializer[Any]):
    """The report on a portfolio's blockers."""

    portfolio = serializers.CharField()
    bands = serializers.ListField(child=serializers.CharField(), help_text="Bands of age in days.")
    categories = LineOut(many=True)
    total = LineOut()
    shared = BlockerOut(many=True, help_text="Portfolio blockers, the one that holds up most first.")


class Blockers(ApiView):
    @extend_schema(
        operation_id="list_blockers",
        summary="List blockers",
        parameters=[ListQuery, *(parameter(name, FILTER_HELP[name]) for name in FILTERS)],
        responses=BlockerPage,
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(ListQuery, request, besides=FILTERS)
        return _page(_filters(request.query_params), asked, actor)


class ProjectBlockers(ApiView):
    @extend_schema(
        operation_id="list_blockers_of_project",
        summary="List a project's blockers",
        description="Its own, and those of other projects that stop it too.",
        parameters=[ListQuery, parameter("state", FILTER_HELP["state"])],
        responses=BlockerPage,
    )
    def get(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project_to_read(actor, key)
        asked = inputs.query(ListQuery, request, besides=("state",))
        given = QueryDict(mutable=True)
        given.setlist("state", request.query_params.getlist("state"))
        given["project"] = key
        return _page(_filters(given), asked, actor)

    @extend_schema(
        operation_id="raise_blocker",
        summary="Raise a blocker",
        request=BlockerIn,
        responses={201: BlockerOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "blocker.edit", project)
        said = blocker_inputs.resolve(inputs.body(BlockerIn, request), project, actor)
        with blocker_inputs.what_was_said():
            blocker = blockers.raise_(project.pk, actor=actor, **said)
        return shown(blocker.pk, actor, status=201)


class OneBlocker(ApiView):
    @extend_schema(
        operation_id="read_blocker", summary="Read a blocker", parameters=[ID], responses=BlockerOut
    )
    def get(self, request: Request, blocker_id: int) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        return shown(blocker_id, actor)

    @extend_schema(
        operation_id="change_blocker",
        summary="Change an open blocker",
        description="Answers 412 with what changed when somebody else was faster.",
        parameters=[ID],
        request=BlockerChanges,
        responses=BlockerOut,
        examples=[GRAVER],
    )
    def patch(self, request: Request, blocker_id: int) -> Response:
        actor = Actor.of(request)
        blocker = blocker_queries.known(blocker_id, actor)
        permissions.require(actor, "blocker.edit", blocker.project)
        version = versions.stated(request, blocker.version)
        said = blocker_inputs.resolve(inputs.body(BlockerChanges, request), blocker.project, actor)
        with blocker_inputs.what_was_said():
            blockers.edit(blocker.pk, version=version, actor=actor, **said)
        return shown(blocker.pk, actor)


class Report(ApiView):
    @extend_schema(
        operation_id="report_blockers",
        summary="Report on a portfolio's blockers",
        responses=ReportOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio_to_read(actor, slug)
        found = blocker_reports.report(BlockerFilters(portfolio=slug), actor)
        return Response(
            {
                "portfolio": slug,
                "bands": list(found.bands),
                "categories": [_line(line.code, line.figures) for line in found.lines],
                "total": _line("all", found.total),
                "shared": [blocker_rows.shape(row) for row in blocker_queries.shared(actor, slug)],
            }
        )


def shown(blocker_id: int, actor: Actor, status: int = 200) -> Response:
    """One blocker as an answer, with its version as ETag."""
    row = blocker_queries.one(blocker_id, actor)
    headers = {"ETag": f'"{row.blocker.version}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/blockers/{blocker_id}"
    return Response(blocker_rows.shape(row), status=status, headers=headers)


def _page(chosen: BlockerFilters, asked: dict[str, Any], actor: Actor) -> Response:
    """One part of a list: the places first, then all that is to be said of its rows at once."""
    by = ORDERS[asked["order"]]
    places = blocker_queries.chosen(chosen, actor).values("id", "due_on")
    part = cursors.page(places, asked, lambda row: row, by=by)
    rows = blocker_queries.by_id([row["id"] for row in part["items"]], actor)
    return Response({**part, "items": [blocker_rows.shape(row) for row in rows]})


def _filters(given: QueryDict) -> BlockerFilters:
    """What a page would leave out with a remark is an error here."""
    own = QueryDict(mutable=True)
    for name in FILTERS:
        own.setlist(name, given.getlist(name))
    chosen = blocker_filters.parse(own)
    if chosen.problems:
        raise ValidationError({problem.field: [problem.message] for problem in chosen.problems})
    return chosen


def _line(category: str, figures: blocker_reports.Figures) -> dict[str, Any]:
    return {
        "category": category,
        "open": figures.open,
        "by_age": list(figures.bands),
        "hit_rate": figures.hit_rate,
        "judged": figures.judged,
        "late_responses": figures.late_responses,
        "median_days": figures.median_days,
        "value_held_up": figures.value_held_up,
    }
