"""Systems that post, by REST, for people who have signed in; managers and keys may read the log."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.integrations.models import Source
from portfolio.integrations.sources.actions import messages
from portfolio.integrations.sources.actions import sources as actions
from portfolio.integrations.sources.api import source_shapes as shapes
from portfolio.integrations.sources.queries import sources as queries
from portfolio.tries import too_many
from projects import permissions
from projects.actors import Actor
from projects.api import cursors, etags, inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.errors import NotAllowed, Refused
from projects.models import Portfolio

ID = parameter("source_id", "Id of the source.", place="path", kind=int)
MESSAGE = parameter("message_id", "Id of the message.", place="path", kind=int)
PEOPLE_ONLY = "For administrators of the portfolio who have signed in; a key gets 403."
MOST_TRIES, TRY_SECONDS = 60, 600
COLUMNS = ("id", "external_id", "kind", "state", "received_at", "over_at", "outcome")


class Sources(ApiView):
    @extend_schema(
        operation_id="list_sources",
        summary="List systems that post",
        description=PEOPLE_ONLY,
        responses=shapes.SourcesOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response({"items": [_row(row) for row in queries.of(portfolio)]})

    @extend_schema(
        operation_id="add_source",
        summary="Let a system post",
        description=f"Its rules are at first those of its style. {PEOPLE_ONLY}",
        request=shapes.SourceIn,
        responses={201: shapes.NewSourceOut},
        examples=[shapes.NEW],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        said = inputs.body(shapes.SourceIn, request)
        try:
            source, secret = actions.add(portfolio.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        where = {"Location": f"/api/v1/portfolios/{portfolio.slug}/sources/{source.pk}"}
        return Response({**_shown(portfolio, source.pk), "secret": secret}, status=201, headers=where)


class OneSource(ApiView):
    @extend_schema(
        operation_id="read_source",
        summary="Read a system that posts",
        description=PEOPLE_ONLY,
        parameters=[ID],
        responses=shapes.SourceOut,
    )
    def get(self, request: Request, slug: str, source_id: int) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response(_shown(portfolio, queries.one_or_404(portfolio, source_id).pk))

    @extend_schema(
        operation_id="change_source",
        summary="Change a system that posts, its rules too",
        description=f"Changes what is named and leaves the rest. {PEOPLE_ONLY}",
        parameters=[ID],
        request=shapes.SourceChanges,
        responses=shapes.SourceOut,
        examples=[shapes.RULE],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str, source_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        source = queries.one_or_404(portfolio, source_id)
        said = inputs.body(shapes.SourceChanges, request)
        paused = said.pop("paused", None)
        try:
            actions.change(source.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        if paused is not None:
            (actions.pause if paused else actions.go_on)(source.pk, actor=actor)
        return Response(_shown(portfolio, source.pk))

    @extend_schema(
        operation_id="remove_source",
        summary="Let a system post no more",
        description=f"Its messages are forgotten; what they did stays. {PEOPLE_ONLY}",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, source_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        actions.remove(queries.one_or_404(portfolio, source_id).pk, actor=actor)
        return Response(status=204)


class Rotate(ApiView):
    @extend_schema(
        operation_id="rotate_source_secret",
        summary="Give a system that posts a new secret",
        description=PEOPLE_ONLY,
        parameters=[ID],
        request=shapes.SecretIn,
        responses=shapes.SecretOut,
        examples=[shapes.ROTATE],
    )
    @idempotent
    def post(self, request: Request, slug: str, source_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        source = queries.one_or_404(portfolio, source_id)
        said = inputs.body(shapes.SecretIn, request)
        try:
            secret = actions.rotate(source.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return Response({"secret": secret})


class Try(ApiView):
    @extend_schema(
        operation_id="try_source_rules",
        summary="Say what a message would do",
        description=f"Everything is tried at this moment's gates and taken back. {PEOPLE_ONLY}",
        parameters=[ID],
        request=shapes.TryIn,
        responses=shapes.TriedOut,
        examples=[shapes.TRY],
    )
    @idempotent
    def post(self, request: Request, slug: str, source_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        source = queries.one_or_404(portfolio, source_id)
        said = inputs.body(shapes.TryIn, request)
        if too_many("source-try", str(actor.user_id), most=MOST_TRIES, seconds=TRY_SECONDS):
            raise Throttled(TRY_SECONDS)
        rules = source.rules if said["rules"] is None else said["rules"]
        outcome = messages.try_out(source, rules=rules, kind=said["kind"], body=said["body"], actor=actor)
        return Response({"outcome": shapes.lines(outcome)})


class Messages(ApiView):
    @extend_schema(
        operation_id="list_source_messages",
        summary="List messages of other systems",
        description="With what each did. The newest first; kept for 90 days.",
        parameters=[shapes.SourceMessageQuery],
        responses=shapes.SourceMessagePage,
    )
    def get(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        asked = inputs.query(shapes.SourceMessageQuery, request)
        filters = {name: asked.pop(name) for name in ("source", "state", "project") if name in asked}
        rows = queries.messages(portfolio, **filters).order_by()
        page = rows.values(*COLUMNS, "source_id", "project__key")
        return Response(cursors.page(page, asked, _message, by="-id"))


class OneMessage(ApiView):
    @extend_schema(
        operation_id="read_source_message",
        summary="Read a message with its body",
        parameters=[MESSAGE],
        responses=shapes.OneSourceMessageOut,
    )
    def get(self, request: Request, slug: str, message_id: int) -> Response:
        portfolio = _readable(request, slug)
        inputs.query(In, request)
        return Response(_whole(portfolio, message_id))


class Again(ApiView):
    @extend_schema(
        operation_id="repeat_source_message",
        summary="Have a message carried out again",
        description=f"By the rules of now; what it did is not done twice. {PEOPLE_ONLY}",
        parameters=[MESSAGE],
        request=None,
        responses=shapes.OneSourceMessageOut,
    )
    @idempotent
    def post(self, request: Request, slug: str, message_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        message = get_object_or_404(queries.messages(portfolio), pk=message_id)
        messages.again(message.pk, actor=actor)
        return Response(_whole(portfolio, message_id))


def _allowed(request: Request, slug: str) -> tuple[Actor, Portfolio]:
    """404 for a stranger, 403 for a key and for whoever does not administer the portfolio."""
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    if actor.is_machine:
        raise NotAllowed("A key cannot say who may post. Somebody who administers the portfolio can.")
    permissions.require(actor, "source.manage", portfolio)
    return actor, portfolio


def _readable(request: Request, slug: str) -> Portfolio:
    """The log is also for those who manage what is posted to other systems."""
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, "webhook.manage", portfolio)
    return portfolio


def _shown(portfolio: Portfolio, source_id: int) -> dict[str, Any]:
    return next(_row(row) for row in queries.of(portfolio) if row.source.pk == source_id)


def _row(row: queries.Row) -> dict[str, Any]:
    source: Source = row.source
    names = ("name", "style", "rules", "created_at", "last_heard_at")
    shown = {"id": source.pk, **{name: getattr(source, name) for name in names}}
    shown |= {"address": f"{settings.BASE_URL}{reverse('hook', args=[source.token])}"}
    shown |= {"role": row.role, "registry": source.registry_id, "paused_at": source.disabled_at}
    shown |= {"waiting": row.waiting, "refused": row.refused, "turned_away": row.turned_away}
    return dict(shapes.SourceOut(shown).data)


def _message(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    shown |= {"source": values["source_id"], "project": values["project__key"]}
    return dict(shapes.SourceMessageOut({**shown, "outcome": shapes.lines(values["outcome"])}).data)


def _whole(portfolio: Portfolio, message_id: int) -> dict[str, Any]:
    rows = queries.messages(portfolio).values(*COLUMNS, "source_id", "project__key", "body")
    values = get_object_or_404(rows, pk=message_id)
    return {**_message(values), "body": values["body"]}
