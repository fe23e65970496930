"""Many projects in one request, added or changed."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import projects
from projects.actors import Actor
from projects.api import bulk, inputs, project_inputs, project_rows
from projects.api.bulk import Done
from projects.api.idempotency import idempotent
from projects.api.views import ApiView
from projects.models import Portfolio, Project
from projects.queries import people


class ChangeIn(project_inputs.ProjectChanges):
    """One project and what is to change of it."""

    key = serializers.CharField(max_length=20)
    version = serializers.IntegerField(
        min_value=1,
        max_value=10**9,
        allow_null=True,
        help_text="That was read, as in the ETag; null for any.",
    )


class ProjectResult(bulk.ResultOut):
    """What came of one project."""

    project = project_rows.ProjectRow(allow_null=True)


class BulkOut(bulk.SumOut):
    """What came of all of them."""

    results = ProjectResult(many=True)


ADDED = OpenApiExample(
    "Two ideas",
    {"items": [{"portfolio": "claims", "name": "Triage"}, {"portfolio": "claims", "name": "Fraud"}]},
    request_only=True,
)
CHANGED = OpenApiExample(
    "Other owners",
    {"items": [{"key": "CLM-7", "version": 12, "owner": "ada@example.org"}]},
    request_only=True,
)


class BulkProjects(ApiView):
    largest_body = bulk.LARGEST_BULK

    @extend_schema(
        operation_id="create_projects",
        summary="Add many projects",
        description=f"{bulk.HOW} Each item is as the body of `POST projects`.",
        parameters=[bulk.ATOMIC],
        request=bulk.BulkIn,
        responses=BulkOut,
        examples=[ADDED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor, homes = Actor.of(request), _Homes(Actor.of(request))

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(project_inputs.ProjectIn, item)
            portfolio = homes.named(said.pop("portfolio"))
            permissions.require(actor, "project.create", portfolio)
            project_inputs.check(said, Project(portfolio=portfolio))
            owners = people.who_may_join(portfolio, besides=actor.user_id)
            said = project_inputs.resolve(said, portfolio, owners)
            return Done(projects.create(portfolio.pk, actor=actor, **said).pk, 201)

        return bulk.carry_out(self, request, one, _shown, noun="project")

    @extend_schema(
        operation_id="change_projects",
        summary="Change many projects",
        description=f"{bulk.HOW} Each item is as the body of `PATCH projects/{{key}}`, with `key` and the "
        "`version` that was read.",
        parameters=[bulk.ATOMIC, bulk.ONCE],
        request=bulk.BulkIn,
        responses=BulkOut,
        examples=[CHANGED],
    )
    @idempotent
    def patch(self, request: Request) -> Response:
        actor = Actor.of(request)
        known = bulk.Projects(actor, bulk.named(request, "key", str))

        def one(item: dict[str, Any]) -> Done:
            said = inputs.checked(ChangeIn, item)
            project = known.one(said.pop("key"))
            permissions.require(actor, "project.edit", project)
            version = said.pop("version")
            project_inputs.check(said, project)
            if {"unit", "owner"} & set(said):
                said = project_inputs.resolve(said, project.portfolio, people.who_may_own(project))
            projects.edit(project.pk, version=version, actor=actor, **said)
            return Done(project.pk, 200)

        return bulk.carry_out(self, request, one, _shown, noun="project", turn=known.turn("key"))


class _Homes:
    """Portfolios by their short names, each asked for once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.known: dict[str, Portfolio | None] = {}

    def named(self, slug: str) -> Portfolio:
        if slug not in self.known:
            self.known[slug] = Portfolio.objects.visible_to(self.actor).filter(slug=slug).first()
        found = self.known[slug]
        if found is None:
            raise ValidationError({"portfolio": [f"There is no portfolio {slug}, or you may not see it."]})
        return found


def _shown(ids: Iterable[int]) -> dict[int, Any]:
    rows = Project.objects.filter(pk__in=list(ids))
    columns = dict.fromkeys(("pk", *project_rows.RELATED, *project_rows.IN_LISTS))
    return {values["pk"]: project_rows.row(values) for values in rows.values(*columns)}
