"""The roadmap of a portfolio by REST: the rows of the page, soonest first, in parts."""

from dataclasses import fields
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.queries import choices, roadmaps
from portfolio.insights.queries.choices import Choice
from portfolio.insights.queries.roadmaps import Roadmap, Source
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.forecast import roadmaps as rules
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView
from projects.models import Health, Kind, Status, Tier
from projects.rules.quadrants import LABELS

USUAL_LIMIT, LARGEST_LIMIT = 50, 200
# The largest that `choices.parse` takes for the id of a unit or a person.
LARGEST_NUMBER = 10**18 - 1
FILTERS = tuple(each.name for each in fields(Choice))


class RoadmapQuery(inputs.In):
    """Day, filters and part."""

    day = inputs.Day(default=None, allow_null=True, help_text="A past day; without it, now.")
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_LIMIT, default=USUAL_LIMIT)
    offset = serializers.IntegerField(min_value=0, max_value=1_000_000, default=0, help_text="Rows to skip.")
    unit = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER)
    owner = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER)
    stage = serializers.CharField(required=False, max_length=40)
    health = serializers.ChoiceField(Health.choices, required=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    kind = serializers.ChoiceField(Kind.choices, required=False)
    tier = serializers.ChoiceField(Tier.choices, required=False)
    quadrant = serializers.ChoiceField(list(LABELS), required=False)
    gap = serializers.ChoiceField(["yes", "no"], required=False, help_text="A critical gap.")
    unproven = serializers.ChoiceField(["yes", "no"], required=False)


class RoadmapRow(serializers.Serializer[Any]):
    """A project in flight. Days are given that it launches; null: not known."""

    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    stage = serializers.CharField()
    days_in_stage = serializers.IntegerField()
    typical_days = serializers.IntegerField(allow_null=True, help_text="P50 of the workflow.")
    health = serializers.CharField()
    status = serializers.CharField()
    committed_on = serializers.DateField(allow_null=True)
    p_production = serializers.FloatField(allow_null=True, help_text="Chance to launch at all.")
    p_on_time = serializers.FloatField(allow_null=True, help_text="Chance to be live by `committed_on`.")
    is_late = serializers.BooleanField(help_text="That chance is 25% or less.")
    p50_on = serializers.DateField(allow_null=True)
    p80_on = serializers.DateField(allow_null=True)
    p95_on = serializers.DateField(allow_null=True)
    is_generated = serializers.BooleanField()


class SourceOut(serializers.Serializer[Any]):
    """What the forecast rests on."""

    made_at = serializers.DateTimeField()
    runs = serializers.IntegerField()
    stays = serializers.IntegerField(help_text="Stays in stages, those that still go on among them.")
    generated = serializers.IntegerField(help_text="Those of them that were generated for a sample.")
    thin_stages = serializers.ListField(child=serializers.CharField())


class RoadmapOut(serializers.Serializer[Any]):
    """Projects in flight on one day, soonest first."""

    portfolio = serializers.CharField()
    day = serializers.DateField(allow_null=True, help_text="The day shown; null before the first stored one.")
    count = serializers.IntegerField()
    promised = serializers.IntegerField(help_text="Rows with a target date and a chance of it.")
    better_than_even = serializers.IntegerField()
    forecast = SourceOut(allow_null=True, help_text="Null where none had been made by then.")
    items = RoadmapRow(many=True)
    next_offset = serializers.IntegerField(allow_null=True)


class OneRoadmap(ApiView):
    @extend_schema(
        operation_id="read_roadmap",
        summary="Read the roadmap of a portfolio",
        parameters=[RoadmapQuery],
        responses=RoadmapOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        asked = inputs.query(RoadmapQuery, request)
        choice = choices.parse({name: str(asked[name]) for name in FILTERS if name in asked})
        roadmap = roadmaps.of(portfolio, asked["day"], timezone.now(), choice)
        return Response({"portfolio": portfolio.slug, **_shaped(roadmap, asked)})


def _shaped(roadmap: Roadmap | None, asked: dict[str, Any]) -> dict[str, Any]:
    entries = rules.sooner_first(roadmap.entries) if roadmap else []
    end = asked["offset"] + asked["limit"]
    return {
        "day": roadmap and roadmap.frame.day,
        "count": len(entries),
        "promised": roadmap.promised if roadmap else 0,
        "better_than_even": roadmap.even if roadmap else 0,
        "forecast": roadmap and roadmap.source and _source(roadmap.source),
        "items": [_row(entry) for entry in entries[asked["offset"] : end]],
        "next_offset": end if end < len(entries) else None,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "made_at": source.made_at,
        "runs": source.runs,
        "stays": source.stays,
        "generated": source.generated,
        "thin_stages": list(source.thin),
    }


def _row(entry: Entry) -> dict[str, Any]:
    same = ("key", "name", "unit", "stage", "days_in_stage", "health", "status", "committed_on", "p_on_time")
    return {
        **{name: getattr(entry, name) for name in (*same, "p50_on", "p80_on", "p95_on", "is_generated")},
        "typical_days": entry.typical_days[0] if entry.typical_days else None,
        "p_production": entry.p,
        "is_late": rules.is_late(entry),
    }
