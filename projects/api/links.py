"""What a project is bound to: links to other projects of its portfolio."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import links
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.schema import parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import LinkKind, Project
from projects.queries import links as queries


class LinkIn(In):
    """What a project has to do with another."""

    kind = Choice(
        LinkKind.choices,
        help_text="`needs`: it is worth nothing without the other. `either_or`: one of the two is done.",
    )
    other = serializers.CharField(max_length=20, help_text="Key of the other project.")
    note = serializers.CharField(max_length=300, allow_blank=True, default="", help_text="Why.")


class LinkedOut(serializers.Serializer[Any]):
    """The project at the other end."""

    key = serializers.CharField()
    name = serializers.CharField()


class LinkOut(serializers.Serializer[Any]):
    """A link as it is read from this project."""

    id = serializers.IntegerField()
    meaning = serializers.ChoiceField(list(queries.WORDS))
    other = LinkedOut()
    note = serializers.CharField(allow_blank=True)
    added_at = serializers.DateTimeField()


class LinksOut(serializers.Serializer[Any]):
    """Everything that a project is bound to."""

    items = LinkOut(many=True)


EXAMPLE = OpenApiExample("It needs another", {"kind": "needs", "other": "PRJ-7"}, request_only=True)


class ProjectLinks(ApiView):
    @extend_schema(
        operation_id="list_links",
        summary="List what a project is bound to",
        description="As far as the caller may know of the other projects.",
        responses=LinksOut,
    )
    def get(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        return Response(_all(project_to_read(actor, key), actor))

    @extend_schema(
        operation_id="add_link",
        summary="Link two projects",
        description="Drawn already is no change (200). A circle of needs is refused.",
        request=LinkIn,
        responses={201: LinksOut, 200: LinksOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "link.edit", project)
        said = inputs.body(LinkIn, request)
        other = Project.objects.visible_to(actor).filter(key=said["other"]).first()
        if other is None:
            raise ValidationError({"other": ["You know of no project with this key."]})
        before = {bond.id for bond in queries.of_project(project, actor)}
        link = links.add(project.pk, kind=said["kind"], other_id=other.pk, note=said["note"], actor=actor)
        return Response(_all(project, actor), status=200 if link.pk in before else 201)


class OneLink(ApiView):
    @extend_schema(
        operation_id="remove_link",
        summary="Remove a link",
        description="From either of its ends.",
        parameters=[parameter("link_id", "Id of the link.", place="path", kind=int)],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, key: str, link_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "link.edit", project)
        link = queries.one(project, link_id, actor)
        if link is None:
            raise Http404
        links.remove(link.pk, actor=actor)
        return Response(status=204)


def _all(project: Project, actor: Actor) -> dict[str, Any]:
    return dict(LinksOut({"items": queries.of_project(project, actor)}).data)
