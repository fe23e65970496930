"""Projects: listed, added, read and changed."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import projects
from projects.actors import Actor
from projects.api import cursors, etags, inputs, project_inputs, project_rows, versions
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice
from projects.api.schema import example, parameter
from projects.api.views import ApiView, of_key, project_for_write, project_to_read
from projects.models import Portfolio, Project
from projects.queries import filters, people, registers
from projects.queries.ready import Ready

# The order is given by columns that are never empty, so that a cursor holds a place in it.
ORDERS = {"created": "id", "-created": "-id", "name": "name", "-name": "-name"}
ORDERS |= {"since": "stage_since", "-since": "-stage_since"}
# The register's own filters; its order and its pages are those of a screen.
FILTERS = tuple(name for name in filters.NAMES if name not in ("sort", "page", "size", "compare"))
FILTER_HELP = {
    "portfolio": "Short name of a portfolio.",
    "q": "Words that key, name, problem or owner contain, in any letter case.",
    "unit": "Id of a business unit; those below it are included.",
    "stage": "Codes of stages, of a workflow or of the standard, with commas between them.",
    "health": "on_track, at_risk, off_track or unknown, with commas between them.",
    "owner": "Id of a person, me or none.",
    "flag": "Code of an open flag's rule, or any.",
    "gate": "due: planned within two weeks or passed.",
    "status": "active or on_hold.",
    "outcome": "open, in_production, retired, stopped or any; open and in_production when left out.",
    "archived": "no (usual), only or any.",
    "kind": "existing, new or revolutionary.",
    "tier": "low, medium or high.",
    "quadrant": "quick_win, big_bet, fill_in, reconsider, intake, unassessed or none (no scores yet), with "
    "commas between them.",
    "min_risk": "Whole number from 1 to 100: this risk and more.",
    "gap": "yes or no: whether a critical question or a critical blocker is open.",
    "unproven": "yes or no: whether less than half of what has to be known by now is shown.",
}


class ProjectPage(serializers.Serializer[Any]):
    """One part of the list of projects."""

    items = project_rows.ProjectRow(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ListQuery(cursors.PageQuery):
    """Order and part of the list."""

    order = Choice(list(ORDERS), default="created", help_text="since is the time in the present stage.")


def _rows(
    seen: QuerySet[Project], chosen: filters.Filters, actor: Actor
) -> QuerySet[Project, dict[str, Any]]:
    rows = registers.apply(seen, chosen, actor=actor)
    return rows.values(*project_rows.RELATED, *project_rows.IN_LISTS)


def _is_usual(asked: dict[str, Any]) -> bool:
    return asked["order"] == "created" and asked["limit"] == cursors.USUAL_LIMIT


def _usual(user_id: int, portfolio_id: int, after: int) -> QuerySet[Project, dict[str, Any]]:
    """The unfiltered list of a key after an id, with one row more than a page has."""
    seen = Project.objects.visible(user_id, [portfolio_id]).filter(pk__gt=after)
    return _rows(seen, filters.Filters(), Actor.system("api")).order_by("id")[: cursors.USUAL_LIMIT + 1]


USUAL_LIST = Ready(_usual)


class Projects(ApiView):
    @extend_schema(
        operation_id="list_projects",
        summary="List projects",
        parameters=[ListQuery, *(parameter(name, FILTER_HELP[name]) for name in FILTERS)],
        responses=ProjectPage,
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        given = request.query_params
        asked = inputs.query(ListQuery, request, besides=FILTERS)
        chosen = _filters(given)
        key = of_key(actor)
        if key is not None and chosen == filters.Filters() and _is_usual(asked):
            # What a machine asks for most: its statement is written once.
            return Response(cursors.usual_page(partial(USUAL_LIST, *key), asked, project_rows.row))
        rows = _rows(Project.objects.visible_to(actor), chosen, actor)
        return Response(cursors.page(rows, asked, project_rows.row, by=ORDERS[asked["order"]]))

    @extend_schema(
        operation_id="create_project",
        summary="Add a project",
        request=project_inputs.ProjectIn,
        responses={201: project_rows.ProjectOut},
        examples=[example("An idea", {"portfolio": "sample", "name": "Triage", "problem": "Claims wait."})],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = Actor.of(request)
        said = inputs.body(project_inputs.ProjectIn, request)
        slug = said.pop("portfolio")
        portfolio = Portfolio.objects.visible_to(actor).filter(slug=slug).first()
        if portfolio is None:
            raise ValidationError({"portfolio": [f"There is no portfolio {slug}, or you may not see it."]})
        permissions.require(actor, "project.create", portfolio)
        owners = people.who_may_join(portfolio, besides=actor.user_id)
        project_inputs.check(said, Project(portfolio=portfolio))
        said = project_inputs.resolve(said, portfolio, owners)
        project = projects.create(portfolio.pk, actor=actor, **said)
        return _shown(project, status=201)


class OneProject(ApiView):
    @extend_schema(operation_id="read_project", summary="Read a project", responses=project_rows.ProjectOut)
    def get(self, request: Request, key: str) -> Response:
        return _shown(project_to_read(Actor.of(request), key))

    @extend_schema(
        operation_id="change_project",
        summary="Change a project",
        description="Answers 412 with what changed when somebody else was faster.",
        request=project_inputs.ProjectChanges,
        responses=project_rows.ProjectOut,
        examples=[example("A new owner", {"owner": "ada@example.org", "tier": "medium"})],
    )
    def patch(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "project.edit", project)
        version = versions.stated(request, project.version)
        said = inputs.body(project_inputs.ProjectChanges, request)
        project_inputs.check(said, project)
        if {"unit", "owner"} & set(said):
            said = project_inputs.resolve(said, project.portfolio, people.who_may_own(project))
        return _shown(projects.edit(project.pk, version=version, actor=actor, **said))

    @extend_schema(
        operation_id="delete_project",
        summary="Delete a project",
        description="It is hidden from everybody; its rows and its key stay, and it can be brought back.",
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        projects.delete(project_for_write(actor, key).pk, actor=actor)
        return Response(status=204)


def _shown(project: Project, status: int = 200) -> Response:
    shown = project_rows.detail(project.pk)
    headers = {"ETag": f'"{shown["version"]}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/projects/{project.key}"
    return Response(shown, status=status, headers=headers)


def _filters(given: QueryDict) -> filters.Filters:
    """The register's filters; what a page would leave out with a remark is an error here."""
    own = QueryDict(mutable=True)
    for name in FILTERS:
        own.setlist(name, given.getlist(name))
    chosen = filters.parse(own)
    if chosen.problems:
        raise ValidationError({problem.field: [problem.message] for problem in chosen.problems})
    return chosen
