"""Decisions by REST: what was stopped, held and retired, what that freed, and what was learned."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.queries import decisions
from portfolio.insights.queries.decisions import Wanted
from portfolio.insights.rules.history import decisions as rules
from portfolio.insights.rules.history.decisions import Decision, Lesson
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.inputs import LARGEST_ID, Choice, In
from projects.api.portfolios import portfolio_to_read
from projects.api.views import ApiView

USUAL, MOST = 50, 200


class DecisionsQuery(In):
    """Which decisions."""

    q = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=decisions.LONGEST_SEARCH,
        help_text="Words of a lesson, a reason, a note or a project; all have to occur.",
    )
    pitfall = serializers.CharField(
        default="", max_length=12, allow_blank=True, help_text="Code such as P2, or `other`: none decided."
    )
    kind = Choice([*rules.KINDS], required=False)
    generated = Choice(["yes", "no"], default="yes", help_text="`no` leaves invented history out.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=USUAL, help_text="Rows in one answer."
    )
    before = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="`next_before` of the answer before."
    )


class LessonOut(serializers.Serializer[Any]):
    """What somebody wrote down."""

    happened = serializers.CharField()
    lesson = serializers.CharField()
    team_effect = serializers.CharField(allow_blank=True)
    pitfall = serializers.CharField(allow_blank=True)
    sunk_cost = serializers.DecimalField(16, 2, allow_null=True)
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class DecisionOut(serializers.Serializer[Any]):
    """One decision; null: not known."""

    id = serializers.IntegerField(help_text="Of the move.")
    kind = serializers.ChoiceField([*rules.KINDS])
    at = serializers.DateTimeField()
    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    stage = serializers.CharField()
    by = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    pitfall = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    days = serializers.IntegerField(help_text="Since the project was added.")
    people = serializers.DecimalField(6, 2, allow_null=True, help_text="Full-time people freed.")
    cost = serializers.DecimalField(16, 2, allow_null=True, help_text="What is not to be spent any more.")
    sunk_cost = serializers.DecimalField(16, 2, allow_null=True)
    is_over = serializers.BooleanField(help_text="A hold that has ended, a stop that was taken back.")
    is_generated = serializers.BooleanField()
    lessons = LessonOut(many=True)


class BaseRateOut(serializers.Serializer[Any]):
    """How often a pitfall decided a stop; the share is drawn towards an equal part for each."""

    pitfall = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    stops = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField()
    low = serializers.FloatField(help_text="90% interval.")
    high = serializers.FloatField()


class TotalsOut(serializers.Serializer[Any]):
    """What all decisions that were asked for amount to."""

    n = serializers.IntegerField()
    stopped = serializers.IntegerField()
    held = serializers.IntegerField()
    retired = serializers.IntegerField()
    generated = serializers.IntegerField()
    days = serializers.FloatField(allow_null=True, help_text="Median, from entry to a stop.")
    people = serializers.DecimalField(12, 2)
    people_known = serializers.IntegerField(help_text="Of how many decisions the sum is known.")
    cost = serializers.DecimalField(20, 2)
    cost_known = serializers.IntegerField()
    sunk = serializers.DecimalField(20, 2)
    sunk_known = serializers.IntegerField()
    with_lesson = serializers.IntegerField()


class DecisionsOut(serializers.Serializer[Any]):
    """One part of the decisions, the newest first, with the figures of all that were asked for."""

    portfolio = serializers.CharField()
    currency = serializers.CharField()
    totals = TotalsOut()
    base_rates = BaseRateOut(many=True)
    items = DecisionOut(many=True)
    next_before = serializers.IntegerField(allow_null=True)


class Decisions(ApiView):
    @extend_schema(
        operation_id="list_decisions",
        summary="List the decisions of a portfolio",
        description="Stops, holds and retirements with what they freed and what was learned.",
        parameters=[DecisionsQuery],
        responses=DecisionsOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        asked = inputs.query(DecisionsQuery, request)
        labels = decisions.pitfalls(portfolio)
        wanted = Wanted(asked["q"], asked["pitfall"], asked.get("kind", ""))
        known = decisions.of(portfolio, with_generated=asked["generated"] == "yes")
        found = decisions.chosen(known, wanted)
        items = _after(found, asked.get("before"))
        shown = items[: asked["limit"]]
        body = {
            "portfolio": portfolio.slug,
            "currency": portfolio.currency,
            "totals": rules.totals(found),
            "base_rates": _rates(found, labels),
            "items": [_row(each) for each in shown],
            "next_before": shown[-1].id if len(items) > len(shown) else None,
        }
        return Response(DecisionsOut(body).data)


def _after(found: list[Decision], last: int | None) -> list[Decision]:
    """The rest of the list after a decision; all of it where that is not in it."""
    place = next((number for number, each in enumerate(found, 1) if each.id == last), 0)
    return found[place:]


def _rates(found: list[Decision], labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "pitfall": code,
            "label": labels.get(code, "No pitfall"),
            "stops": share.did,
            "of": share.n,
            "share": round(share.mean, 6),
            "low": round(share.low, 6),
            "high": round(share.high, 6),
        }
        for code, share in rules.base_rates(found, labels)
    ]


OF_A_DECISION = (
    *("id", "kind", "at", "key", "name", "unit", "stage", "by", "reason", "pitfall", "note", "days"),
    *("people", "cost", "sunk_cost", "is_over", "is_generated"),
)
OF_A_LESSON = ("happened", "lesson", "team_effect", "pitfall", "sunk_cost", "by", "at")


def _row(each: Decision) -> dict[str, Any]:
    return {name: getattr(each, name) for name in OF_A_DECISION} | {
        "lessons": [_lesson(one) for one in each.lessons]
    }


def _lesson(one: Lesson) -> dict[str, Any]:
    return {name: getattr(one, name) for name in OF_A_LESSON}
