"""The people of an installation, for its administrators."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.accounts import mails
from portfolio.accounts.actions import invitations
from portfolio.accounts.actions import people as actions
from portfolio.accounts.models import User
from portfolio.accounts.urls_of import invitation_url
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import LARGEST_ID, In
from projects.api.schema import parameter
from projects.api.views import ApiView

ID = parameter("person_id", "Id of the person.", place="path", kind=int)
FOR = "For administrators of the installation who have signed in; a key gets 403."
COLUMNS = ("id", "name", "email", "is_active", "is_superuser")


class AccountOut(serializers.Serializer[Any]):
    """Somebody with an account."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    is_active = serializers.BooleanField()
    is_administrator = serializers.BooleanField(help_text="Of the installation.")


class AccountPage(serializers.Serializer[Any]):
    """One part of the list of people."""

    items = AccountOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class AccountChanges(In):
    """What can be changed of an account by somebody else."""

    is_administrator = serializers.BooleanField(required=False)


class InvitationIn(In):
    """Whom to invite; a role in a portfolio is given there."""

    email = serializers.EmailField(max_length=254)


class InvitedOut(serializers.Serializer[Any]):
    """An invitation."""

    invited = serializers.EmailField()
    expires_at = serializers.DateTimeField()
    mail_problem = serializers.CharField(allow_null=True)
    secret = serializers.CharField(allow_null=True, help_text="Its link, shown this once.")


class LeaveIn(In):
    """Who takes over what somebody owns."""

    successor_id = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_ID,
        allow_null=True,
        default=None,
        help_text="Null: nobody owns it then.",
    )


class LeftOut(serializers.Serializer[Any]):
    """What was handed over, by kind."""

    moved = serializers.DictField(child=serializers.IntegerField())


INVITED = OpenApiExample("Somebody new", {"email": "new@example.org"}, request_only=True)
PROMOTED = OpenApiExample("An administrator", {"is_administrator": True}, request_only=True)
LEFT = OpenApiExample("Nobody takes over", {"successor_id": None}, request_only=True)


class People(ApiView):
    @extend_schema(
        operation_id="list_people",
        summary="List people",
        description=FOR,
        parameters=[cursors.PageQuery],
        responses=AccountPage,
    )
    def get(self, request: Request) -> Response:
        _administrator(request)
        asked = inputs.query(cursors.PageQuery, request)
        rows = User.objects.filter(is_service=False).values(*COLUMNS)
        return Response(cursors.page(rows, asked, _row))

    @extend_schema(
        operation_id="invite_person",
        summary="Invite somebody",
        description=FOR,
        request=InvitationIn,
        responses={202: InvitedOut},
        examples=[INVITED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        actor = _administrator(request)
        invitation, token = invitations.invite(actor=actor, **inputs.body(InvitationIn, request))
        if invitation is None:  # only with a portfolio does anybody join at once
            raise Http404
        url = invitation_url(token)
        problem = mails.invitation(invitation.email, url, str(actor.user), "")
        shown = {"invited": invitation.email, "expires_at": invitation.expires_at}
        return Response({**shown, "mail_problem": problem or None, "secret": url}, status=202)


class OnePerson(ApiView):
    @extend_schema(
        operation_id="read_person",
        summary="Read somebody's account",
        description=FOR,
        parameters=[ID],
        responses=AccountOut,
    )
    def get(self, request: Request, person_id: int) -> Response:
        _administrator(request)
        inputs.query(In, request)
        return Response(_one(person_id))

    @extend_schema(
        operation_id="change_person",
        summary="Make somebody an administrator, or end that",
        description=f"The last one stays. {FOR}",
        parameters=[ID],
        request=AccountChanges,
        responses=AccountOut,
        examples=[PROMOTED],
    )
    @etags.guarded
    def patch(self, request: Request, person_id: int) -> Response:
        actor = _administrator(request)
        _one(person_id)
        said = inputs.body(AccountChanges, request)
        if "is_administrator" in said:
            actions.set_administrator(person_id, is_administrator=said["is_administrator"], actor=actor)
        return Response(_one(person_id))


class Leave(ApiView):
    @extend_schema(
        operation_id="deactivate_person",
        summary="Let somebody leave",
        description=f"No more sign-in; what they own goes to the successor in the same step. {FOR}",
        parameters=[ID],
        request=LeaveIn,
        responses=LeftOut,
        examples=[LEFT],
    )
    @idempotent
    def post(self, request: Request, person_id: int) -> Response:
        actor = _administrator(request)
        _one(person_id)
        said = inputs.body(LeaveIn, request)
        if said["successor_id"] is not None:
            _one(said["successor_id"])
        return Response({"moved": actions.deactivate(person_id, actor=actor, **said)})


class Reactivate(ApiView):
    @extend_schema(
        operation_id="reactivate_person",
        summary="Let somebody in again",
        description=f"Memberships and roles are given anew. {FOR}",
        parameters=[ID],
        request=None,
        responses=AccountOut,
    )
    @idempotent
    def post(self, request: Request, person_id: int) -> Response:
        actor = _administrator(request)
        _one(person_id)
        actions.reactivate(person_id, actor=actor)
        return Response(_one(person_id))


def _administrator(request: Request) -> Actor:
    actor = Actor.of(request)
    permissions.require(actor, "person.manage")
    return actor


def _one(person_id: int) -> dict[str, Any]:
    found = User.objects.filter(is_service=False, pk=person_id).values(*COLUMNS).first()
    if found is None:
        raise Http404
    return _row(found)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "name", "email", "is_active")
    return {**{name: values[name] for name in names}, "is_administrator": values["is_superuser"]}
