"""Roles on all projects of a portfolio, for projects whose teams name nobody."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import standing_roles
from projects.actors import Actor
from projects.api import inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.portfolios import portfolio_to_read, portfolio_to_write
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.models import Portfolio, Role, StandingRole
from projects.queries import standing_roles as queries


class StandingRoleIn(In):
    """One person for one role."""

    role = Choice(Role.choices)
    person = serializers.EmailField(help_text="Address of an active member of the portfolio.")


class StandingRoleOut(serializers.Serializer[Any]):
    """One person with one role on all projects."""

    role = serializers.ChoiceField(Role.choices)
    person = people.PersonOut()
    created_at = serializers.DateTimeField()


class StandingRolesOut(serializers.Serializer[Any]):
    """Everybody with a role on all projects."""

    items = StandingRoleOut(many=True)


class StandingRoles(ApiView):
    @extend_schema(
        operation_id="list_standing_roles",
        summary="List roles on all projects",
        description="They sign where a project's own team names nobody active for the role.",
        responses=StandingRolesOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(_all(portfolio_to_read(Actor.of(request), slug)))

    @extend_schema(
        operation_id="name_standing_role",
        summary="Name somebody for all projects",
        description="Named already is no change (200).",
        request=StandingRoleIn,
        responses={201: StandingRolesOut, 200: StandingRolesOut},
        examples=[example("Security", {"role": "SE", "person": "dana@example.org"})],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        permissions.require(actor, "standing_role.edit", portfolio)
        said = inputs.body(StandingRoleIn, request)
        person = people.named(said["person"], queries.who_may_have_one(portfolio), "person")
        before = _all(portfolio)
        standing_roles.name(portfolio.pk, user_id=person.pk, role=said["role"], actor=actor)
        after = _all(portfolio)
        return Response(after, status=200 if after == before else 201)


class OneStandingRole(ApiView):
    @extend_schema(
        operation_id="remove_standing_role",
        summary="Take a role on all projects away",
        description="Not held is no change.",
        parameters=[
            parameter("role", "Code of the role.", place="path", enum=list(Role.values)),
            parameter("person_id", "Id of the person.", place="path", kind=int),
        ],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, role: str, person_id: int) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, slug)
        standing_roles.remove(portfolio.pk, user_id=person_id, role=role, actor=actor)
        return Response(status=204)


def _all(portfolio: Portfolio) -> dict[str, Any]:
    rows = StandingRole.objects.filter(portfolio=portfolio).order_by("role", "user__name", "pk")
    found = rows.values("role", "created_at", *people.columns("user"))
    return {
        "items": [
            {"role": row["role"], "person": people.of(row, "user"), "created_at": row["created_at"]}
            for row in found
        ]
    }
