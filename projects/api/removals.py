"""Putting a project away, and bringing it back."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import projects as actions
from projects.actors import Actor
from projects.api import project_rows
from projects.api.idempotency import idempotent
from projects.api.views import ApiView, project_for_write
from projects.models import Project
from projects.queries import projects as queries

AGAIN = "Done before is no change."


class Archive(ApiView):
    @extend_schema(
        operation_id="archive_project",
        summary="Put a project away",
        description=f"Lists leave it out; everything stays readable. {AGAIN}",
        request=None,
        responses=project_rows.ProjectOut,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        return _put(request, project_for_write(Actor.of(request), key), actions.archive)


class Unarchive(ApiView):
    @extend_schema(
        operation_id="unarchive_project",
        summary="Take a project out of the archive",
        description=AGAIN,
        request=None,
        responses=project_rows.ProjectOut,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        return _put(request, project_for_write(Actor.of(request), key), actions.unarchive)


class Restore(ApiView):
    @extend_schema(
        operation_id="restore_project",
        summary="Bring a deleted project back",
        description=AGAIN,
        request=None,
        responses=project_rows.ProjectOut,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        try:
            project = queries.put_away(actor, key)
        except Http404:
            project = project_for_write(actor, key)
        return _put(request, project, actions.restore)


def _put(request: Request, project: Project, act: Callable[..., Any]) -> Response:
    act(project.pk, actor=Actor.of(request))
    shown = project_rows.detail(project.pk)
    return Response(shown, headers={"ETag": f'"{shown["version"]}"'})
