"""Who does what on a project, so that an integration can fill the roles that a gate asks for."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import teams
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.schema import example, parameter
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import Project, Role, TeamRole
from projects.queries import people as people_queries


class TeamRoleIn(In):
    """One person in one role."""

    role = Choice(Role.choices)
    person = serializers.EmailField(help_text="Address of a member of the portfolio.")


class TeamRoleOut(serializers.Serializer[Any]):
    """One person in one role."""

    role = serializers.ChoiceField(Role.choices)
    person = people.PersonOut()


class TeamOut(serializers.Serializer[Any]):
    """Everybody on the team."""

    items = TeamRoleOut(many=True)


class Team(ApiView):
    @extend_schema(operation_id="read_team", summary="Read a project's team", responses=TeamOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(_team(project_to_read(Actor.of(request), key)))

    @extend_schema(
        operation_id="join_team",
        summary="Name somebody in a role",
        description="Named already is no change (200).",
        request=TeamRoleIn,
        responses={201: TeamOut, 200: TeamOut},
        examples=[example("An engineer", {"role": "ML", "person": "ml-lead@example.org"})],
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        permissions.require(actor, "team.edit", project)
        said = inputs.body(TeamRoleIn, request)
        person = people.named(said["person"], people_queries.who_may_see(project), "person")
        before = _team(project)
        teams.assign(project.pk, user_id=person.pk, role=said["role"], actor=actor)
        after = _team(project)
        return Response(after, status=200 if after == before else 201)


class OneTeamRole(ApiView):
    @extend_schema(
        operation_id="leave_team",
        summary="Take somebody out of a role",
        description="Not in it is no change.",
        parameters=[
            parameter("role", "Code of the role.", place="path", enum=list(Role.values)),
            parameter("person_id", "Id of the person.", place="path", kind=int),
        ],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, key: str, role: str, person_id: int) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        teams.release(project.pk, user_id=person_id, role=role, actor=actor)
        return Response(status=204)


def _team(project: Project) -> dict[str, Any]:
    rows = TeamRole.objects.filter(project=project).order_by("role", "user__name", "pk")
    found = rows.values("role", *people.columns("user"))
    return {"items": [{"role": row["role"], "person": people.of(row, "user")} for row in found]}
