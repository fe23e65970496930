"""Who belongs to a portfolio: members, their roles, and inviting more."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.accounts import mails
from portfolio.accounts.actions import invitations
from portfolio.accounts.urls_of import invitation_url
from projects.actions import members as actions
from projects.actors import Actor
from projects.api import etags, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.portfolios import portfolio_to_change, portfolio_to_read
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Membership, Portfolio, PortfolioRole

ID = parameter("person_id", "Id of the person.", place="path", kind=int)
ROLES = list(PortfolioRole.values)


class MemberIn(In):
    """Somebody, and the role here."""

    email = serializers.EmailField(max_length=254)
    role = Choice(ROLES, default=PortfolioRole.CONTRIBUTOR)


class RoleIn(In):
    """Another role."""

    role = Choice(ROLES)


class MemberOut(serializers.Serializer[Any]):
    """One member."""

    person = people.PersonOut()
    role = serializers.ChoiceField(ROLES)
    is_service = serializers.BooleanField(help_text="The account of a key or of another system.")
    is_active = serializers.BooleanField()


class MembersOut(serializers.Serializer[Any]):
    """All members of a portfolio, by name."""

    items = MemberOut(many=True)


class JoinedOut(serializers.Serializer[Any]):
    """Who joined at once, or the invitation of somebody without an account."""

    member = MemberOut(allow_null=True)
    invited = serializers.EmailField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    mail_problem = serializers.CharField(allow_null=True, help_text="Why the mail did not go, if it did not.")
    secret = serializers.CharField(
        allow_null=True, help_text="The link of an invitation, shown this once; null when asked again."
    )


ADA = OpenApiExample("A contributor", {"email": "ada@example.org", "role": "contributor"}, request_only=True)
MANAGER = OpenApiExample("A manager", {"role": "manager"}, request_only=True)


class Members(ApiView):
    @extend_schema(operation_id="list_members", summary="List members", responses=MembersOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        inputs.query(In, request)
        return Response({"items": [_row(each) for each in _rows(portfolio)]})

    @extend_schema(
        operation_id="add_member",
        summary="Add a member",
        description="Who has an account joins at once (201, or 200 when they were a member); anybody else is "
        "invited by mail and link (202).",
        request=MemberIn,
        responses={201: JoinedOut, 200: JoinedOut, 202: JoinedOut},
        examples=[ADA],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "member.edit")
        said = inputs.body(MemberIn, request)
        known = {row.user_id for row in _rows(portfolio)}
        invitation, token = invitations.invite(portfolio_id=portfolio.pk, actor=actor, **said)
        nothing = {"invited": None, "expires_at": None, "mail_problem": None, "secret": None}
        if invitation is None:
            row = next(row for row in _rows(portfolio) if row.user.email == said["email"].strip().lower())
            return Response({"member": _row(row), **nothing}, status=200 if row.user_id in known else 201)
        url = invitation_url(token)
        problem = mails.invitation(invitation.email, url, str(actor.user), portfolio.name)
        asked = {"invited": invitation.email, "expires_at": invitation.expires_at}
        told = {"mail_problem": problem or None, "secret": url}
        return Response({"member": None, **asked, **told}, status=202)


class OneMember(ApiView):
    @extend_schema(operation_id="read_member", summary="Read a member", parameters=[ID], responses=MemberOut)
    def get(self, request: Request, slug: str, person_id: int) -> Response:
        portfolio = portfolio_to_read(Actor.of(request), slug)
        inputs.query(In, request)
        return Response(_row(_one(portfolio, person_id)))

    @extend_schema(
        operation_id="change_member",
        summary="Change a member's role",
        parameters=[ID],
        request=RoleIn,
        responses=MemberOut,
        examples=[MANAGER],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str, person_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "member.edit")
        _one(portfolio, person_id)
        role = inputs.body(RoleIn, request)["role"]
        actions.set_role(portfolio.pk, user_id=person_id, role=role, actor=actor)
        return Response(_row(_one(portfolio, person_id)))

    @extend_schema(
        operation_id="remove_member",
        summary="Take a member out",
        description="Out of the portfolio and of all roles on its projects. The last administrator stays.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, person_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "member.edit")
        actions.remove(portfolio.pk, user_id=_one(portfolio, person_id).user_id, actor=actor)
        return Response(status=204)


def _rows(portfolio: Portfolio) -> list[Membership]:
    return list(Membership.objects.filter(portfolio=portfolio).select_related("user"))


def _one(portfolio: Portfolio, person_id: int) -> Membership:
    rows = Membership.objects.filter(portfolio=portfolio, user_id=person_id).select_related("user")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _row(row: Membership) -> dict[str, Any]:
    user: Any = row.user
    said = {"person": people.shape(user), "role": row.role}
    return said | {"is_service": user.is_service, "is_active": user.is_active}
