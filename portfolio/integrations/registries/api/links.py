"""What a project is linked to in model registries, by REST: links, versions, who was in use when."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.integrations.models import ModelVersion, RegistryLink
from portfolio.integrations.registries.actions import links as actions
from portfolio.integrations.registries.api.link_shapes import (
    EXAMPLE,
    AliasTimesOut,
    ModelVersionPage,
    RegistryLinkChanges,
    RegistryLinkIn,
    RegistryLinkOut,
    RegistryLinksOut,
)
from portfolio.integrations.registries.queries import registries as queries
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.schema import example, parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.errors import Refused
from projects.models import Project

ID = parameter("link_id", "Id of the link.", place="path", kind=int)
PROPOSED = {"to": "production", "does": "propose"}
COLUMNS = ("version", "run", "aliases", "tags", "metrics", "status", "made_at", "changed_at", "read_at")


class Links(ApiView):
    @extend_schema(
        operation_id="list_registry_links", summary="List a project's models", responses=RegistryLinksOut
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        inputs.query(In, request)
        links = RegistryLink.objects.filter(project=project).order_by("pk")
        return Response({"items": [_row(link) for link in links]})

    @extend_schema(
        operation_id="add_registry_link",
        summary="Link a project to a model",
        description="Linked already is no change. A rule that moves needs the right to move.",
        request=RegistryLinkIn,
        responses={201: RegistryLinkOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor, project = _writable(request, key)
        said = inputs.body(RegistryLinkIn, request)
        try:
            link = actions.add(project.pk, registry_id=said.pop("registry"), actor=actor, **_plain(said))
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return Response(_row(link), status=201)


class OneLink(ApiView):
    @extend_schema(
        operation_id="read_registry_link",
        summary="Read a link to a model",
        parameters=[ID],
        responses=RegistryLinkOut,
    )
    def get(self, request: Request, key: str, link_id: int) -> Response:
        project = project_to_read(Actor.of(request), key)
        return Response(_row(queries.link_or_404(project, link_id)))

    @extend_schema(
        operation_id="change_registry_link",
        summary="Change a link to a model",
        parameters=[ID],
        request=RegistryLinkChanges,
        responses=RegistryLinkOut,
        examples=[example("A champion is proposed", {"aliases": {"champion": PROPOSED}})],
    )
    @etags.guarded
    def patch(self, request: Request, key: str, link_id: int) -> Response:
        actor, project = _writable(request, key)
        link = queries.link_or_404(project, link_id)
        said = inputs.body(RegistryLinkChanges, request)
        try:
            changed = actions.change(link.pk, actor=actor, **_plain(said))
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return Response(_row(changed))

    @extend_schema(
        operation_id="remove_registry_link",
        summary="Unlink a model",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, key: str, link_id: int) -> Response:
        actor, project = _writable(request, key)
        actions.remove(queries.link_or_404(project, link_id).pk, actor=actor)
        return Response(status=204)


class Versions(ApiView):
    @extend_schema(
        operation_id="list_model_versions",
        summary="List a model's versions",
        parameters=[ID, cursors.PageQuery],
        responses=ModelVersionPage,
    )
    def get(self, request: Request, key: str, link_id: int) -> Response:
        project = project_to_read(Actor.of(request), key)
        link = queries.link_or_404(project, link_id)
        asked = inputs.query(cursors.PageQuery, request)
        rows = ModelVersion.objects.filter(link=link).values("id", *COLUMNS)
        return Response(cursors.page(rows, asked, _version, by="-id"))


class Times(ApiView):
    @extend_schema(
        operation_id="list_alias_times",
        summary="List which version an alias stood on when",
        parameters=[ID],
        responses=AliasTimesOut,
    )
    def get(self, request: Request, key: str, link_id: int) -> Response:
        project = project_to_read(Actor.of(request), key)
        link = queries.link_or_404(project, link_id)
        inputs.query(In, request)
        found = [{"alias": alias, **each._asdict()} for alias, of in queries.times(link) for each in of]
        return Response(dict(AliasTimesOut({"items": found}).data))


class ReadAgain(ApiView):
    @extend_schema(
        operation_id="read_registry_link_again",
        summary="Have a model read now",
        parameters=[ID],
        request=None,
        responses={202: RegistryLinkOut},
    )
    @idempotent
    def post(self, request: Request, key: str, link_id: int) -> Response:
        actor, project = _writable(request, key)
        link = queries.link_or_404(project, link_id)
        inputs.body(In, request)
        actions.read_again(link.pk, actor=actor)
        return Response(_row(link), status=202)


def _writable(request: Request, key: str) -> tuple[Actor, Project]:
    actor = Actor.of(request)
    project = project_for_write(actor, key)
    permissions.require(actor, "registry.link", project)
    return actor, project


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Checked members as plain objects, as they are stored."""
    if "aliases" in said:
        said["aliases"] = {alias: dict(rule) for alias, rule in said["aliases"].items()}
    if "metrics" in said:
        said["metrics"] = [dict(each) for each in said["metrics"]]
    return said


def _row(link: RegistryLink) -> dict[str, Any]:
    names = ("id", "kind", "name", "aliases", "metrics", "version_from", "tells_stage")
    said = {name: getattr(link, name) for name in (*names, "refusals", "read_at", "error")}
    refusals = [
        {**each, "obstacles": [{"field": "", **found} for found in each["obstacles"]]}
        for each in said["refusals"]
    ]
    return {**said, "registry": link.registry_id, "refusals": refusals}


def _version(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in COLUMNS}
