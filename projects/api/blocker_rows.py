"""Blockers in answers."""

from typing import Any

from rest_framework import serializers

from projects.api import people
from projects.models.blockers import CATEGORIES, RESOLUTIONS, SEVERITIES
from projects.queries.blockers import Row

COLUMNS = (
    "id",
    "title",
    "category",
    "severity",
    "decision_from",
    "decision_email",
    "gate",
    "workaround",
    "waiting_for",
    "expected_on",
    "raised_on",
    "respond_by",
    "responded_on",
    "due_on",
    "level",
    "next_step_on",
    "resolution",
    "resolved_on",
    "resolution_note",
    "reopened",
    "is_shared",
    "version",
)
FACTS = ("age_days", "late_days", "is_response_late", "next_level", "sort_by", "value_held_up")


class BlockerOut(serializers.Serializer[Any]):
    """A blocker, its clock, and what the day makes of it."""

    id = serializers.IntegerField()
    project = serializers.CharField(
        allow_null=True, help_text="Key of its project; null for who may see another one that it stops only."
    )
    affected = serializers.ListField(child=serializers.CharField(), help_text="Keys of the others it stops.")
    title = serializers.CharField()
    category = serializers.ChoiceField(CATEGORIES)
    severity = serializers.ChoiceField(SEVERITIES)
    owner = people.PersonOut(allow_null=True)
    decision_from = serializers.CharField(allow_blank=True)
    decision_email = serializers.CharField(allow_blank=True)
    gate = serializers.CharField(allow_blank=True)
    workaround = serializers.CharField(allow_blank=True)
    waiting_for = serializers.CharField(allow_blank=True)
    expected_on = serializers.DateField(allow_null=True)
    raised_on = serializers.DateField()
    raised_by = people.PersonOut(allow_null=True)
    respond_by = serializers.DateField()
    responded_on = serializers.DateField(allow_null=True)
    is_response_late = serializers.BooleanField()
    due_on = serializers.DateField(help_text="Past it from the next day on.")
    age_days = serializers.IntegerField(help_text="Of a resolved one: the days that it took.")
    late_days = serializers.IntegerField(help_text="Days past due_on.")
    level = serializers.IntegerField(help_text="0 owner to 3 board.")
    waits_for = serializers.ListField(child=serializers.CharField(), help_text="Names of who holds it now.")
    next_level = serializers.IntegerField(allow_null=True)
    next_step_on = serializers.DateField(allow_null=True)
    sort_by = serializers.DateField(allow_null=True, help_text="Until when it needs a category.")
    value_held_up = serializers.FloatField(
        allow_null=True, help_text="Chance of production times annual value, over the projects it stops."
    )
    currency = serializers.CharField()
    resolution = serializers.ChoiceField(RESOLUTIONS, allow_blank=True)
    resolved_on = serializers.DateField(allow_null=True)
    resolved_by = people.PersonOut(allow_null=True)
    resolution_note = serializers.CharField(allow_blank=True)
    agreed = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the roles that agreed to accept a critical one."
    )
    reopened = serializers.IntegerField(help_text="How often it was opened again.")
    is_shared = serializers.BooleanField(help_text="A portfolio blocker.")
    shared_owner = people.PersonOut(allow_null=True)
    version = serializers.IntegerField()


class BlockerPage(serializers.Serializer[Any]):
    """One part of a list of blockers."""

    items = BlockerOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def shape(row: Row) -> dict[str, Any]:
    """A blocker of an answer."""
    blocker = row.blocker
    shown = {name: getattr(blocker, name) for name in COLUMNS}
    shown |= {name: getattr(row, name) for name in FACTS}
    for name in ("owner", "raised_by", "resolved_by", "shared_owner"):
        shown[name] = people.shape(getattr(blocker, name))
    return shown | {
        "project": row.home.key if row.home else None,
        "affected": [one.key for one in row.others],
        "waits_for": list(row.waits_for),
        "agreed": sorted(blocker.accepted_by),
        "currency": blocker.portfolio.currency,
    }
