"""Flags: computed facts that somebody should look at; they are let sleep and woken, never closed by hand."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import snoozes
from projects.actors import Actor
from projects.api import cursors, flag_rows, inputs
from projects.api.flag_rows import FlagOut, FlagPage
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, Day, In
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Flag, Severity
from projects.queries import flag_lists
from projects.queries.flag_filters import FlagFilters
from projects.rules.flags import RULES
from projects.rules.snoozes import LONGEST_REASON

ID = parameter("flag_id", "Id of the flag.", place="path", kind=int)
UNTIL_MONDAY = OpenApiExample(
    "Until somebody is back",
    {"until": "2026-11-30", "reason": "The owner is back on Monday"},
    request_only=True,
)


class FlagQuery(cursors.PageQuery):
    """Which flags."""

    portfolio = serializers.SlugField(max_length=60, default="")
    project = serializers.CharField(max_length=20, default="", help_text="Key of a project.")
    rule = Choice(list(RULES), default=None)
    severity = Choice(Severity.choices, default=None)
    asleep = Choice(["yes", "no"], default=None, help_text="Of open ones: those that somebody let sleep.")
    mine = serializers.BooleanField(default=False, help_text="Only those on projects that the caller owns.")
    state = Choice(["open", "all"], default="open", help_text="all: cleared ones too.")


class SnoozeIn(In):
    """Until when a flag sleeps, and why."""

    until = Day(help_text="The last day on which it sleeps; at most 30 days ahead.")
    reason = serializers.CharField(max_length=LONGEST_REASON)


class Flags(ApiView):
    @extend_schema(
        operation_id="list_flags", summary="List flags", parameters=[FlagQuery], responses=FlagPage
    )
    def get(self, request: Request) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        asked = inputs.query(FlagQuery, request)
        return Response(
            cursors.page(_chosen(actor, asked).values(*flag_rows.COLUMNS), asked, flag_rows.shape)
        )


class OneFlag(ApiView):
    @extend_schema(operation_id="read_flag", summary="Read a flag", parameters=[ID], responses=FlagOut)
    def get(self, request: Request, flag_id: int) -> Response:
        actor = Actor.of(request)
        permissions.require_scope(actor, "project.view")
        return _shown(_known(actor, flag_id))


class Snooze(ApiView):
    @extend_schema(
        operation_id="snooze_flag",
        summary="Let a flag sleep",
        description="It stays a flag; at most twice in a row. The same day and reason again are no change.",
        parameters=[ID],
        request=SnoozeIn,
        responses=FlagOut,
        examples=[UNTIL_MONDAY],
    )
    @idempotent
    def post(self, request: Request, flag_id: int) -> Response:
        actor = Actor.of(request)
        known = _known(actor, flag_id)
        said = inputs.body(SnoozeIn, request)
        return _shown(snoozes.snooze(known.pk, actor=actor, **said))


class Wake(ApiView):
    @extend_schema(
        operation_id="wake_flag",
        summary="Wake a flag",
        description="Awake already is no change.",
        parameters=[ID],
        request=None,
        responses=FlagOut,
    )
    @idempotent
    def post(self, request: Request, flag_id: int) -> Response:
        actor = Actor.of(request)
        return _shown(snoozes.wake(_known(actor, flag_id).pk, actor=actor))


def _chosen(actor: Actor, asked: dict[str, Any]) -> QuerySet[Flag]:
    if asked["state"] == "open":
        filters = FlagFilters(
            portfolio=asked["portfolio"] or "",
            project=asked["project"],
            rule=asked["rule"] or "",
            severity=asked["severity"] or "",
            asleep=asked["asleep"] or "",
            mine="yes" if asked["mine"] else "",
        )
        return flag_lists.chosen(filters, actor)
    flags = flag_lists.among(actor, asked["portfolio"])
    if asked["project"]:
        flags = flags.filter(project__key=asked["project"])
    if asked["mine"]:
        flags = flags.filter(project__owner_id=actor.user_id)
    return flags.filter(**{name: asked[name] for name in ("rule", "severity") if asked[name]})


def _known(actor: Actor, flag_id: int) -> Flag:
    """The flag; 404 for whoever may not know of it."""
    found = flag_lists.among(actor).filter(pk=flag_id).first()
    if found is None:
        raise Http404
    return found


def _shown(flag: Flag) -> Response:
    return Response(flag_rows.shape(Flag.objects.values(*flag_rows.COLUMNS).get(pk=flag.pk)))
