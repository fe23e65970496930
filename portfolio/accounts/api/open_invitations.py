"""Invitations that nobody has taken up yet: to a portfolio, and to the installation."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.accounts.actions import invitations as actions
from portfolio.accounts.models import Invitation
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, etags, inputs, people
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView

ID = parameter("invitation_id", "Id of the invitation.", place="path", kind=int)
INSTALLATION = "For administrators of the installation who have signed in; a key gets 403."
COLUMNS = ("id", "email", "role", "created_at", "expires_at")


class InvitationOut(serializers.Serializer[Any]):
    """An open invitation; its link is not kept."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    portfolio = serializers.CharField(allow_null=True, help_text="Short name; null: the installation alone.")
    role = serializers.CharField(allow_blank=True)
    invited_by = people.PersonOut(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class InvitationPage(serializers.Serializer[Any]):
    """One part of the open invitations, the oldest first."""

    items = InvitationOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class _Invitations(ApiView):
    """What both doors have in common; `_open` says whose they are and who may see them."""

    def _open(self, request: Request, **names: Any) -> QuerySet[Invitation]:
        raise NotImplementedError

    def _listed(self, request: Request, **names: Any) -> Response:
        rows = self._open(request, **names)
        asked = inputs.query(cursors.PageQuery, request)
        return Response(cursors.page(_values(rows), asked, _row))

    def _one(self, request: Request, invitation_id: int, **names: Any) -> dict[str, Any]:
        rows = self._open(request, **names)
        found: dict[str, Any] | None = _values(rows.filter(pk=invitation_id)).first()
        if found is None:
            raise Http404
        return _row(found)

    def _read(self, request: Request, invitation_id: int, **names: Any) -> Response:
        found = self._one(request, invitation_id, **names)
        inputs.query(In, request)
        return Response(found)

    def _removed(self, request: Request, invitation_id: int, **names: Any) -> Response:
        self._one(request, invitation_id, **names)
        actions.revoke(invitation_id, actor=Actor.of(request))
        return Response(status=204)


class _OfPortfolio(_Invitations):
    def _open(self, request: Request, **names: Any) -> QuerySet[Invitation]:
        actor = Actor.of(request)
        portfolio = portfolio_to_write(actor, names["slug"])
        permissions.require(actor, "member.edit", portfolio)
        return _waiting().filter(portfolio=portfolio)


class _OfAll(_Invitations):
    def _open(self, request: Request, **names: Any) -> QuerySet[Invitation]:
        permissions.require(Actor.of(request), "person.manage")
        return _waiting()


class Invitations(_OfPortfolio):
    @extend_schema(
        operation_id="list_invitations",
        summary="List who is invited to a portfolio",
        description="Those that can still be taken up.",
        parameters=[cursors.PageQuery],
        responses=InvitationPage,
    )
    def get(self, request: Request, slug: str) -> Response:
        return self._listed(request, slug=slug)


class OneInvitation(_OfPortfolio):
    @extend_schema(
        operation_id="read_invitation",
        summary="Read an invitation to a portfolio",
        parameters=[ID],
        responses=InvitationOut,
    )
    def get(self, request: Request, slug: str, invitation_id: int) -> Response:
        return self._read(request, invitation_id, slug=slug)

    @extend_schema(
        operation_id="revoke_invitation",
        summary="Take an invitation to a portfolio back",
        description="Its link works no longer.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, invitation_id: int) -> Response:
        return self._removed(request, invitation_id, slug=slug)


class AllInvitations(_OfAll):
    @extend_schema(
        operation_id="list_all_invitations",
        summary="List who is invited",
        description=INSTALLATION,
        parameters=[cursors.PageQuery],
        responses=InvitationPage,
    )
    def get(self, request: Request) -> Response:
        return self._listed(request)


class AnyInvitation(_OfAll):
    @extend_schema(
        operation_id="read_any_invitation",
        summary="Read an invitation",
        description=INSTALLATION,
        parameters=[ID],
        responses=InvitationOut,
    )
    def get(self, request: Request, invitation_id: int) -> Response:
        return self._read(request, invitation_id)

    @extend_schema(
        operation_id="revoke_any_invitation",
        summary="Take an invitation back",
        description=f"Its link works no longer. {INSTALLATION}",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, invitation_id: int) -> Response:
        return self._removed(request, invitation_id)


def _waiting() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


def _values(rows: QuerySet[Invitation]) -> QuerySet[Invitation, dict[str, Any]]:
    return rows.values(*COLUMNS, "portfolio__slug", *people.columns("invited_by"))


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    return shown | {"portfolio": values["portfolio__slug"], "invited_by": people.of(values, "invited_by")}
