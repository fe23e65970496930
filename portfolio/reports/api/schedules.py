"""Who gets the leadership pack of a portfolio by the calendar."""

from typing import Any

from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.reports.actions import schedules as actions
from portfolio.reports.models import ReportSchedule, Rhythm
from portfolio.reports.prints.forms import FORMS
from portfolio.reports.queries import schedules as queries
from projects import permissions
from projects.actors import Actor
from projects.api import etags, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import Choice, In
from projects.api.portfolios import portfolio_to_write
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.models import Portfolio

ID = parameter("schedule_id", "Id of the schedule.", place="path", kind=int)
MOST_PEOPLE = 200


class ScheduleIn(In):
    """When, in which forms, and to whom."""

    name = serializers.CharField(max_length=120)
    rhythm = Choice(Rhythm.choices, default=Rhythm.MONTHLY)
    day = serializers.IntegerField(
        min_value=0, max_value=28, help_text="Day of the month, or of the week with Monday as 0."
    )
    formats = serializers.ListField(child=Choice(list(FORMS)), max_length=len(FORMS), default=["pdf"])
    recipients = serializers.ListField(
        child=serializers.EmailField(),
        min_length=1,
        max_length=MOST_PEOPLE,
        help_text="Addresses of people who may see the portfolio's figures.",
    )


class ScheduleOut(serializers.Serializer[Any]):
    """A schedule in force."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    rhythm = serializers.ChoiceField(Rhythm.choices)
    day = serializers.IntegerField()
    formats = serializers.ListField(child=serializers.CharField())
    recipients = people.PersonOut(many=True)
    next_on = serializers.DateField()
    last_on = serializers.DateField(allow_null=True)


class SchedulesOut(serializers.Serializer[Any]):
    """Schedules in force, by name."""

    items = ScheduleOut(many=True)


BOARD = OpenApiExample(
    "The board, on the first",
    {"name": "Board", "rhythm": "monthly", "day": 1, "formats": ["pdf"], "recipients": ["board@example.org"]},
    request_only=True,
)


class Schedules(ApiView):
    @extend_schema(
        operation_id="list_schedules", summary="List schedules of the leadership pack", responses=SchedulesOut
    )
    def get(self, request: Request, slug: str) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response({"items": [_row(row) for row in queries.of(portfolio)]})

    @extend_schema(
        operation_id="add_schedule",
        summary="Have the leadership pack sent",
        request=ScheduleIn,
        responses={201: ScheduleOut},
        examples=[BOARD],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        said = inputs.body(ScheduleIn, request)
        able = get_user_model().objects.filter(pk__in=actions.may_receive(portfolio))
        said["recipients"] = [people.named(one, able, "recipients").pk for one in said["recipients"]]
        made = actions.add(portfolio.pk, actor=actor, now=timezone.now(), **said)
        headers = {"Location": f"/api/v1/portfolios/{slug}/report/schedules/{made.pk}"}
        return Response(_row(queries.of(portfolio).get(pk=made.pk)), status=201, headers=headers)


class OneSchedule(ApiView):
    @extend_schema(
        operation_id="read_schedule", summary="Read a schedule", parameters=[ID], responses=ScheduleOut
    )
    def get(self, request: Request, slug: str, schedule_id: int) -> Response:
        _, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response(_row(get_object_or_404(queries.of(portfolio), pk=schedule_id)))

    @extend_schema(
        operation_id="end_schedule",
        summary="Send the leadership pack no more",
        description="What was sent stays on record. Ended before is no change.",
        parameters=[ID],
        request=None,
        responses={204: None},
    )
    @etags.guarded
    def delete(self, request: Request, slug: str, schedule_id: int) -> Response:
        actor, portfolio = _allowed(request, slug)
        found = get_object_or_404(ReportSchedule, portfolio=portfolio, pk=schedule_id)
        actions.end(found.pk, actor=actor, now=timezone.now())
        return Response(status=204)


def _allowed(request: Request, slug: str) -> tuple[Actor, Portfolio]:
    actor = Actor.of(request)
    portfolio = portfolio_to_write(actor, slug)
    permissions.require(actor, "report.schedule", portfolio)
    return actor, portfolio


def _row(row: Any) -> dict[str, Any]:
    names = ("name", "rhythm", "day", "formats", "next_on", "last_on")
    who = [people.shape(person) for person in row.recipients.all()]
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, "recipients": who}
