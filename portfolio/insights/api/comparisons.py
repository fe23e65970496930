"""Two days of a portfolio side by side, by REST."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.insights.queries import comparisons
from portfolio.insights.rules.history.comparisons import Added, Changed, Comparison, Removed
from projects import permissions
from projects.actors import Actor
from projects.api import inputs
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.queries import departures
from projects.rules import differences
from projects.rules.differences import Change

FROM = "from"  # a word of the language, so that no field can have this name


class CompareQuery(In):
    """The two days; `from` is read apart."""

    to = inputs.Day(required=False, help_text="Without it: now.")


class ChangedValueOut(serializers.Serializer[Any]):
    """One field that is different; null: not known."""

    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    was = serializers.CharField(help_text="In words.")
    now = serializers.CharField(help_text="In words.")


class AddedOut(serializers.Serializer[Any]):
    """A project that was not there before."""

    key = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.ChoiceField(["new", "back"])


class RemovedOut(serializers.Serializer[Any]):
    """A project that is no longer worked on."""

    key = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.ChoiceField([*departures.LABELS])
    at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True, help_text="The reason chosen when it was stopped.")


class ChangedOut(serializers.Serializer[Any]):
    """A project that was there on both days."""

    key = serializers.CharField()
    name = serializers.CharField()
    changes = ChangedValueOut(many=True)


class ComparisonOut(serializers.Serializer[Any]):
    """What happened between the two days; `from_day` is the last stored day until the one asked for."""

    portfolio = serializers.CharField()
    from_day = serializers.DateField()
    to_day = serializers.DateField()
    has_generated = serializers.BooleanField()
    added = AddedOut(many=True)
    removed = RemovedOut(many=True)
    changed = ChangedOut(many=True)
    settings = ChangedValueOut(many=True)
    unchanged = serializers.IntegerField()


class Compare(ApiView):
    @extend_schema(
        operation_id="compare_days",
        summary="Compare two days of a portfolio",
        description="Added, removed (with the reason) and changed projects with their old values. "
        "404 where nothing was stored yet on one of the days.",
        parameters=[parameter(FROM, "The first day.", required=True, kind=date), CompareQuery],
        responses=ComparisonOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor = Actor.of(request)
        portfolio = portfolio_to_read(actor, slug)
        permissions.require(actor, "balance.view", portfolio)
        asked = inputs.query(CompareQuery, request, besides=[FROM])
        since = inputs.Day().run_validation(request.query_params.get(FROM, ""))
        found = comparisons.days(portfolio, since, asked.get("to"), timezone.now())
        if found is None:
            raise Http404
        return Response(_shape(portfolio.slug, found))


def _shape(slug: str, found: Comparison) -> dict[str, Any]:
    body = {
        "portfolio": slug,
        "from_day": found.before.day,
        "to_day": found.after.day,
        "has_generated": found.before.has_generated or found.after.has_generated,
        "added": [_added(each) for each in found.added],
        "removed": [_removed(each) for each in found.removed],
        "changed": [_changed(each) for each in found.changed],
        "settings": [_change(each) for each in found.settings],
        "unchanged": found.unchanged,
    }
    return dict(ComparisonOut(body).data)


def _added(each: Added) -> dict[str, Any]:
    return {"key": each.entry.key, "name": each.entry.name, "reason": each.reason}


def _removed(each: Removed) -> dict[str, Any]:
    said = {"reason": each.reason, "at": each.at, "by": each.by, "why": each.why}
    return {"key": each.entry.key, "name": each.entry.name, **said}


def _changed(each: Changed) -> dict[str, Any]:
    changes = [_change(change) for change in each.changes]
    return {"key": each.entry.key, "name": each.entry.name, "changes": changes}


def _change(change: Change) -> dict[str, Any]:
    return {
        "field": change.field.code,
        "label": change.field.label,
        "before": _plain(change.before),
        "after": _plain(change.after),
        "was": differences.words(change.field, change.before),
        "now": differences.words(change.field, change.after),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
