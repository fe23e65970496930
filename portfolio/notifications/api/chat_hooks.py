"""Chats of a portfolio by REST; an address goes in and never comes out."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio import addresses
from portfolio.notifications.actions import chat_hooks as actions
from portfolio.notifications.queries import chat_hooks as queries
from portfolio.notifications.rules.chat_formats import FORMATS
from portfolio.notifications.rules.chat_hooks import LONGEST_NAME
from portfolio.notifications.rules.chat_topics import TOPICS, USUAL
from portfolio.tries import too_many
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs
from projects.api.idempotency import after, idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_change, portfolio_to_read
from projects.api.schema import example, parameter
from projects.api.views import ApiView
from projects.errors import Refused
from projects.models import Portfolio

MOST_TESTS, TEST_SECONDS = 20, 600
ID = parameter("hook_id", "Id of the chat.", place="path", kind=int)
ADDRESS = "Of the chat's incoming webhook; it is kept and never returned."


class ChatHookIn(In):
    """A chat and what it is told."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    style = inputs.Choice(list(FORMATS))  # type: ignore[assignment]
    url = serializers.CharField(max_length=addresses.LONGEST, help_text=ADDRESS)
    topics = serializers.ListField(
        child=inputs.Choice(list(TOPICS)), allow_empty=False, max_length=len(TOPICS), default=list(USUAL)
    )
    only_critical = serializers.BooleanField(default=False, help_text="Only what is grave.")


class ChatHookChanges(In):
    """What is to change."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    style = inputs.Choice(list(FORMATS), required=False)  # type: ignore[assignment]
    url = serializers.CharField(max_length=addresses.LONGEST, required=False, help_text=ADDRESS)
    topics = serializers.ListField(
        child=inputs.Choice(list(TOPICS)), allow_empty=False, max_length=len(TOPICS), required=False
    )
    only_critical = serializers.BooleanField(required=False)


class EnableIn(In):
    """How a chat that was stopped goes on."""

    resend = serializers.BooleanField(default=False, help_text="With the posts that it missed.")


class ChatHookOut(serializers.Serializer[Any]):
    """A chat, with the host of its address only."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]
    host = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    only_critical = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when nothing is posted: it did not answer."
    )
    waiting = serializers.IntegerField(help_text="Posts that wait.")
    parked = serializers.IntegerField(help_text="Posts that were given up.")
    last_sent_at = serializers.DateTimeField(allow_null=True)


class ChatHooksOut(serializers.Serializer[Any]):
    """All chats of a portfolio."""

    items = ChatHookOut(many=True)


class TestOut(serializers.Serializer[Any]):
    """How the test went."""

    sent = serializers.BooleanField()
    error = serializers.CharField(help_text="What went wrong; empty when it arrived.")


class EnabledOut(serializers.Serializer[Any]):
    """What is sent again."""

    resent = serializers.IntegerField()


EXAMPLE = OpenApiExample(
    "A room in Slack",
    {
        "name": "ML board",
        "style": "slack",
        "url": "https://hooks.slack.com/services/T000/B000/xxxx",
        "topics": ["flags", "moves", "blockers"],
    },
    request_only=True,
)


def _tried(request: Request, slug: str, hook_id: int, **kwargs: Any) -> str:
    """Send one line now; what went wrong, or an empty text."""
    actor, portfolio = portfolio_to_change(request, slug, "chat.manage")
    hook = queries.one_or_404(portfolio, hook_id)
    if too_many("chat-test", str(actor.user_id), most=MOST_TESTS, seconds=TEST_SECONDS):
        raise Throttled(TEST_SECONDS)
    return actions.test(portfolio, style=hook.style, url=hook.url, actor=actor)


class ChatHooks(ApiView):
    @extend_schema(operation_id="list_chat_hooks", summary="List chats", responses=ChatHooksOut)
    def get(self, request: Request, slug: str) -> Response:
        portfolio = _readable(request, slug)
        inputs.query(In, request)
        return Response({"items": [_row(row) for row in queries.of(portfolio)]})

    @extend_schema(
        operation_id="add_chat_hook",
        summary="Add a chat",
        description="News of the portfolio are posted there from now on.",
        request=ChatHookIn,
        responses={201: ChatHookOut},
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "chat.manage")
        said = inputs.body(ChatHookIn, request)
        try:
            hook = actions.add(portfolio.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return _shown(portfolio, hook.pk, status=201)


class OneChatHook(ApiView):
    @extend_schema(
        operation_id="read_chat_hook",
        summary="Read a chat",
        parameters=[ID],
        responses=ChatHookOut,
    )
    def get(self, request: Request, slug: str, hook_id: int) -> Response:
        portfolio = _readable(request, slug)
        return _shown(portfolio, queries.one_or_404(portfolio, hook_id).pk)

    @extend_schema(
        operation_id="change_chat_hook",
        summary="Change a chat",
        description="Changes what is named and leaves the rest, the address too.",
        parameters=[ID],
        request=ChatHookChanges,
        responses=ChatHookOut,
        examples=[example("Fewer topics", {"topics": ["flags"]})],
    )
    @etags.guarded
    def patch(self, request: Request, slug: str, hook_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "chat.manage")
        hook = queries.one_or_404(portfolio, hook_id)
        said = inputs.body(ChatHookChanges, request)
        try:
            actions.change(hook.pk, actor=actor, **said)
        except Refused as refusal:
            raise inputs.as_errors(refusal, actions.WRONG, str) from None
        return _shown(portfolio, hook.pk)

    @extend_schema(
        operation_id="remove_chat_hook",
        summary="Remove a chat",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, hook_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "chat.manage")
        actions.remove(queries.one_or_404(portfolio, hook_id).pk, actor=actor)
        return Response(status=204)


class Test(ApiView):
    @extend_schema(
        operation_id="test_chat_hook",
        summary="Send a test post",
        description="Posts one line at once and says how it went.",
        parameters=[ID],
        request=None,
        responses=TestOut,
    )
    @idempotent
    @after(_tried)
    def post(self, request: Request, slug: str, hook_id: int, heard: str) -> Response:
        return Response({"sent": not heard, "error": heard})


class Enable(ApiView):
    @extend_schema(
        operation_id="enable_chat_hook",
        summary="Let a stopped chat go on",
        description="A chat that does not answer is stopped after three posts in a row were given up.",
        parameters=[ID],
        request=EnableIn,
        responses=EnabledOut,
        examples=[example("With what it missed", {"resend": True})],
    )
    @idempotent
    def post(self, request: Request, slug: str, hook_id: int) -> Response:
        actor, portfolio = portfolio_to_change(request, slug, "chat.manage")
        hook = queries.one_or_404(portfolio, hook_id)
        said = inputs.body(EnableIn, request)
        return Response({"resent": actions.enable(hook.pk, actor=actor, **said)})


def _readable(request: Request, slug: str) -> Portfolio:
    actor = Actor.of(request)
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "chat.manage", portfolio)
    return portfolio


def _shown(portfolio: Portfolio, hook_id: int, status: int = 200) -> Response:
    row = next(row for row in queries.of(portfolio) if row.hook.pk == hook_id)
    return Response(_row(row), status=status)


def _row(row: queries.Row) -> dict[str, Any]:
    hook = row.hook
    said = {"host": row.host, "waiting": row.waiting, "parked": row.parked, "last_sent_at": row.last_sent_at}
    names = ("name", "style", "topics", "only_critical", "created_at", "disabled_at")
    return dict(ChatHookOut({"id": hook.pk, **{name: getattr(hook, name) for name in names}, **said}).data)
