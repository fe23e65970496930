"""Webhooks of a portfolio by REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.integrations.models import Webhook
from portfolio.integrations.webhooks.actions import webhooks as actions
from portfolio.integrations.webhooks.api import webhook_shapes as shapes
from portfolio.integrations.webhooks.queries import webhooks as queries
from portfolio.outgoing import Answer
from portfolio.tries import too_many
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import after, idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.errors import Refused
from projects.models import Portfolio

MOST_TESTS, TEST_SECONDS = 20, 600
ID = parameter("webhook_id", "Id of the webhook.", place="path", kind=int)


def _tried_address(request: Request, slug: str, **kwargs: Any) -> Answer:
    actor, portfolio = allowed(request, slug)
    said = inputs.body(shapes.TryIn, request)
    _count(actor)
    try:
        return actions.ping(portfolio, actor=actor, **said)
    except Refused as refusal:
        raise inputs.as_errors(refusal, actions.WRONG, str) from None


def _tried_webhook(request: Request, slug: str, webhook_id: int, **kwargs: Any) -> Answer:
    actor, portfolio, hook = one(request, slug, webhook_id)
    _count(actor)
    return actions.ping(portfolio, url="", hook=hook, actor=actor)


def _taken(request: Request, slug: str, **kwargs: Any) -> dict[str, Any]:
    """What is to be kept, once a test message was taken there or nobody wants one."""
    actor, portfolio = allowed(request, slug)
    said = inputs.body(shapes.WebhookIn, request)
    said["secret"] = said["secret"] or actions.new_secret()
    if not said["untested"]:
        _count(actor)
        try:
            actions.must_take(portfolio, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
    return said | {"untested": True}


class Webhooks(ApiView):
    @extend_schema(operation_id="list_webhooks", summary="List webhooks", responses=shapes.WebhooksOut)
    def get(self, request: Request, slug: str) -> Response:
        _, portfolio = allowed(request, slug)
        inputs.query(In, request)
        return Response({"items": [shapes.row(each) for each in queries.of(portfolio)]})

    @extend_schema(
        operation_id="add_webhook",
        summary="Add a webhook",
        description="A test message goes there first; unless it is taken, nothing is kept. It is told of "
        "what stands behind its own webhook.added in the feed. The answer holds the secret this once.",
        request=shapes.WebhookIn,
        responses={201: shapes.NewWebhookOut},
        examples=[shapes.EXAMPLE],
    )
    @idempotent
    @after(_taken)
    def post(self, request: Request, slug: str, heard: dict[str, Any]) -> Response:
        actor, portfolio = allowed(request, slug)
        try:
            hook, secret = actions.add(portfolio.pk, actor=actor, **heard)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        where = f"/api/v1/portfolios/{slug}/webhooks/{hook.pk}"
        shown = {**shapes.webhook(portfolio, hook.pk), "secret": secret}
        return Response(shown, status=201, headers={"Location": where})


class OneWebhook(ApiView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Another address is tried before the change takes its locks."""
        super().initial(request, *args, **kwargs)
        if request.method == "PATCH":
            actor, portfolio = allowed(request, kwargs["slug"])
            hook = queries.one_or_404(portfolio, kwargs["webhook_id"])
            said = inputs.body(shapes.WebhookChanges, request)
            if not said["untested"] and said.get("url", hook.url) != hook.url:
                _count(actor)
                try:
                    actions.must_answer(hook, said["url"], actor=actor)
                except Refused as refusal:
                    raise inputs.as_errors(refusal, actions.WRONG, str) from None

    @extend_schema(
        operation_id="read_webhook", summary="Read a webhook", parameters=[ID], responses=shapes.WebhookOut
    )
    def get(self, request: Request, slug: str, webhook_id: int) -> Response:
        _, portfolio = allowed(request, slug)
        inputs.query(In, request)
        return Response(shapes.webhook(portfolio, queries.one_or_404(portfolio, webhook_id).pk))

    @extend_schema(
        operation_id="change_webhook",
        summary="Change a webhook, or switch it on or off",
        description="Changes what is named and leaves the rest. Another address is tested first.",
        parameters=[ID],
        request=shapes.WebhookChanges,
        responses=shapes.WebhookOut,
        examples=[example("Switch it off", {"is_on": False})],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str, webhook_id: int) -> Response:
        actor, portfolio = allowed(request, slug)
        hook = queries.one_or_404(portfolio, webhook_id)
        said = inputs.body(shapes.WebhookChanges, request)
        is_on, resend, _ = said.pop("is_on", None), said.pop("resend"), said.pop("untested")
        try:
            actions.change(hook.pk, actor=actor, untested=True, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        if is_on is not None:
            actions.switch(hook.pk, is_on=is_on, actor=actor, resend=resend)
        return Response(shapes.webhook(portfolio, hook.pk))

    @extend_schema(
        operation_id="remove_webhook",
        summary="Remove a webhook",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, webhook_id: int) -> Response:
        actor, portfolio = allowed(request, slug)
        actions.remove(queries.one_or_404(portfolio, webhook_id).pk, actor=actor)
        return Response(status=204)


class TryAddress(ApiView):
    @extend_schema(
        operation_id="try_webhook_address",
        summary="Send a test message to an address",
        description="Before it is kept; signed with the secret that you give.",
        request=shapes.TryIn,
        responses=shapes.TriedOut,
        examples=[example("One of this machine", {"url": "http://127.0.0.1:8080/hook"})],
    )
    @idempotent
    @after(_tried_address)
    def post(self, request: Request, slug: str, heard: Answer) -> Response:
        return _tried(heard)


class Test(ApiView):
    @extend_schema(
        operation_id="test_webhook",
        summary="Send a test message to a webhook",
        parameters=[ID],
        request=None,
        responses=shapes.TriedOut,
    )
    @idempotent
    @after(_tried_webhook)
    def post(self, request: Request, slug: str, webhook_id: int, heard: Answer) -> Response:
        return _tried(heard)


class Rotate(ApiView):
    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="Give a webhook a new secret",
        description="Messages carry both signatures for a while; the answer holds the new secret this once.",
        parameters=[ID],
        request=shapes.RotateIn,
        responses=shapes.SecretOut,
        examples=[example("Both for a day", {"overlap_hours": 24})],
    )
    @idempotent
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        actor, _, hook = one(request, slug, webhook_id)
        try:
            secret = actions.rotate(hook.pk, actor=actor, **inputs.body(shapes.RotateIn, request))
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        hook.refresh_from_db(fields=["former_until"])
        return Response({"secret": secret, "former_secret_until": hook.former_until})


def allowed(request: Request, slug: str) -> tuple[Actor, Portfolio]:
    """404 for a stranger, 403 for whoever does not manage the portfolio, or a key without the scope."""
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, "webhook.manage", portfolio)
    return actor, portfolio


def one(request: Request, slug: str, webhook_id: int) -> tuple[Actor, Portfolio, Webhook]:
    """The same, with one of the portfolio's webhooks."""
    actor, portfolio = allowed(request, slug)
    return actor, portfolio, queries.one_or_404(portfolio, webhook_id)


def _tried(answer: Answer) -> Response:
    return Response({"taken": not answer.error, "status": answer.status, "error": answer.error})


def _count(actor: Actor) -> None:
    """Somebody who tries address after address is looking for something else."""
    if too_many("webhook-test", str(actor.user_id), most=MOST_TESTS, seconds=TEST_SECONDS):
        raise Throttled(TEST_SECONDS)
