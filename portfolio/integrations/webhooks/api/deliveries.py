"""The log of a webhook by REST, and sending again."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.integrations.models import Webhook
from portfolio.integrations.webhooks.actions import replays
from portfolio.integrations.webhooks.api import webhook_shapes as shapes
from portfolio.integrations.webhooks.api.webhooks import ID, one
from portfolio.integrations.webhooks.queries import logs
from portfolio.integrations.webhooks.rules import signatures
from portfolio.integrations.webhooks.rules import webhooks as rules
from projects.api import cursors, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.schema import example, parameter
from projects.api.views import ApiView

DELIVERY_ID = parameter("delivery_id", "Id of the delivery.", place="path", kind=int)
COLUMNS = (
    *("id", "webhook_id", "event_id", "kind", "position", "state", "replay"),
    *("attempts_made", "created_at", "not_before", "over_at", "project__key", "waits_for"),
    "webhook__rests_until",
)


class Deliveries(ApiView):
    @extend_schema(
        operation_id="list_webhook_deliveries",
        summary="List the messages of a webhook",
        description="The newest first; kept for 30 days.",
        parameters=[ID, shapes.DeliveryQuery],
        responses=shapes.DeliveryPage,
    )
    def get(self, request: Request, slug: str, webhook_id: int) -> Response:
        _, _, hook = one(request, slug, webhook_id)
        asked = inputs.query(shapes.DeliveryQuery, request)
        rows = logs.of(hook, state=asked.pop("state", ""), kind=asked.pop("kind", ""))
        if key := asked.pop("project", ""):
            rows = rows.filter(project__key=key)
        page = logs.with_turns(rows).order_by().values(*COLUMNS)
        return Response(cursors.page(page, asked, _row, by="-id"))


class OneDelivery(ApiView):
    @extend_schema(
        operation_id="read_webhook_delivery",
        summary="Read a message with its body and its tries",
        parameters=[ID, DELIVERY_ID],
        responses=shapes.OneDeliveryOut,
    )
    def get(self, request: Request, slug: str, webhook_id: int, delivery_id: int) -> Response:
        _, _, hook = one(request, slug, webhook_id)
        inputs.query(In, request)
        return Response(_shown(hook, delivery_id))


class ReplayOne(ApiView):
    @extend_schema(
        operation_id="replay_webhook_delivery",
        summary="Send a message again",
        description="A new delivery under the same message id. One that waits is tried at once instead.",
        parameters=[ID, DELIVERY_ID],
        request=None,
        responses=shapes.OneDeliveryOut,
    )
    @idempotent
    def post(self, request: Request, slug: str, webhook_id: int, delivery_id: int) -> Response:
        actor, _, hook = one(request, slug, webhook_id)
        delivery = logs.one_or_404(hook, delivery_id)
        return Response(_shown(hook, replays.one(delivery.pk, actor=actor).pk))


class Replay(ApiView):
    @extend_schema(
        operation_id="replay_webhook",
        summary="Send every event since a moment again",
        description="In their order, with those that were never sent; at most 10,000.",
        parameters=[ID],
        request=shapes.ReplayIn,
        responses=shapes.ReplayedOut,
        examples=[example("Since a night", {"since": "2026-11-19T20:00:00Z"})],
    )
    @idempotent
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        actor, _, hook = one(request, slug, webhook_id)
        since = inputs.body(shapes.ReplayIn, request)["since"]
        return Response({"sent": replays.since(hook.pk, at=since, actor=actor)})


def _shown(hook: Webhook, delivery_id: int) -> dict[str, Any]:
    delivery = logs.one_or_404(hook, delivery_id)
    row = logs.with_turns(logs.of(hook).filter(pk=delivery_id)).values(*COLUMNS).get()
    tries = shapes.AttemptOut(delivery.attempts.all(), many=True).data
    return {**_row(row), "body": json.loads(logs.body(delivery)), "tries": tries}


def _row(values: dict[str, Any]) -> dict[str, Any]:
    is_next = values["state"] == logs.State.WAITING and values["waits_for"] is None
    next_at = rules.tried_at(values["not_before"], values["webhook__rests_until"])
    said = {
        **values,
        "message_id": signatures.message_id(values["webhook_id"], values["event_id"]),
        "project": values["project__key"],
        "attempts": values["attempts_made"],
        "next_at": next_at if is_next else None,
    }
    return dict(shapes.DeliveryOut(said).data)
