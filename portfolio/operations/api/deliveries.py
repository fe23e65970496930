"""Mails and posts that went out of the house, or did not; for administrators of the installation."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.notifications.actions import deliveries as actions
from portfolio.notifications.models import Channel, State
from portfolio.notifications.queries import deliveries as queries
from portfolio.notifications.queries.deliveries import LONGEST_SEARCH, Filters
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.errors import Refused

ID = parameter("delivery_id", "Id of the delivery.", place="path", kind=int)
FOR = "For administrators of the installation who have signed in; a key gets 403."
COLUMNS = ("id", "channel", "state", "subject", "created_at", "not_before", "attempts", "tried_at", "sent_at")
TO = ("recipient__name", "recipient__email", "address", "hook__name", "last_error")


class DeliveriesQuery(cursors.PageQuery):
    """Which deliveries."""

    channel = Choice(Channel.choices, required=False)
    state = Choice(State.choices, required=False)
    portfolio = serializers.SlugField(required=False, help_text="Short name of a portfolio.")
    who = serializers.CharField(
        max_length=LONGEST_SEARCH, required=False, help_text="Part of a name or an address."
    )


class OutgoingOut(serializers.Serializer[Any]):
    """One mail or post to a chat."""

    id = serializers.IntegerField()
    channel = serializers.ChoiceField(Channel.choices)
    state = serializers.ChoiceField(State.choices)
    to = serializers.CharField(help_text="A person, an address or a chat.")
    subject = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    not_before = serializers.DateTimeField(help_text="When it is tried next, while it waits.")
    attempts = serializers.IntegerField()
    tried_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)


class OutgoingPage(serializers.Serializer[Any]):
    """One part of the log, the newest first."""

    items = OutgoingOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class TriedAgainOut(serializers.Serializer[Any]):
    """How many are tried again."""

    asked = serializers.IntegerField()


class Deliveries(ApiView):
    @extend_schema(
        operation_id="list_deliveries",
        summary="List mails and posts",
        description=FOR,
        parameters=[DeliveriesQuery],
        responses=OutgoingPage,
    )
    def get(self, request: Request) -> Response:
        permissions.require(Actor.of(request), "operations.view")
        asked = inputs.query(DeliveriesQuery, request)
        names = ("channel", "state", "portfolio", "who")
        filters = Filters(**{name: asked.get(name, "") for name in names})
        rows = queries.chosen(filters).select_related(None).defer(None).values(*COLUMNS, *TO)
        return Response(cursors.page(rows, asked, _row, by="-created_at"))


class OneDelivery(ApiView):
    @extend_schema(
        operation_id="read_delivery",
        summary="Read what became of a mail or post",
        description=FOR,
        parameters=[ID],
        responses=OutgoingOut,
    )
    def get(self, request: Request, delivery_id: int) -> Response:
        permissions.require(Actor.of(request), "operations.view")
        inputs.query(In, request)
        return Response(_one(delivery_id))


class SendAgain(ApiView):
    @extend_schema(
        operation_id="send_delivery_again",
        summary="Send a mail or post again",
        description=f"One that was given up. {FOR}",
        parameters=[ID],
        request=None,
        responses=OutgoingOut,
    )
    @idempotent
    def post(self, request: Request, delivery_id: int) -> Response:
        actor = _operator(request)
        _one(delivery_id)
        if not actions.resend(actor=actor, now=timezone.now(), delivery_id=delivery_id):
            raise Refused("It was not given up: it waits, went, or was withheld.", code="not_parked")
        return Response(_one(delivery_id))


class SendAllAgain(ApiView):
    @extend_schema(
        operation_id="send_deliveries_again",
        summary="Send all mails and posts again that were given up",
        description=FOR,
        request=None,
        responses=TriedAgainOut,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        return Response({"asked": actions.resend(actor=_operator(request), now=timezone.now())})


class Withhold(ApiView):
    @extend_schema(
        operation_id="withhold_delivery",
        summary="Keep a mail or post from going",
        description=f"One that waits, or was given up. {FOR}",
        parameters=[ID],
        request=None,
        responses=OutgoingOut,
    )
    @idempotent
    def post(self, request: Request, delivery_id: int) -> Response:
        actor = _operator(request)
        _one(delivery_id)
        if not actions.call_off(delivery_id, actor=actor):
            raise Refused("It does not wait any more, or is being sent at this moment.", code="not_waiting")
        return Response(_one(delivery_id))


def _operator(request: Request) -> Actor:
    actor = Actor.of(request)
    permissions.require(actor, "operations.run")
    return actor


def _one(delivery_id: int) -> dict[str, Any]:
    rows = queries.chosen(Filters()).select_related(None).defer(None).filter(pk=delivery_id)
    found = rows.values(*COLUMNS, *TO).first()
    if found is None:
        raise Http404
    return _row(found)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    person = (
        f"{values['recipient__name']} ({values['recipient__email']})" if values["recipient__name"] else ""
    )
    to = person or values["address"] or values["hook__name"] or ""
    return {**{name: values[name] for name in COLUMNS}, "to": to, "last_error": values["last_error"]}
