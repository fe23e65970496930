"""Flags as the API answers them."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from projects.api import people
from projects.models import Flag, Severity
from projects.queries.clocks import Clocks
from projects.rules import flags as rules
from projects.rules import looks
from projects.rules.flags import RULES

OWN = (
    *("id", "rule", "subject", "severity", "facts", "opened_at", "severity_since", "cleared_at"),
    *("flaps", "answered_at", "escalated_at", "snoozed_until", "snooze_reason", "snoozes"),
)
RELATED = ("project__key", "portfolio__slug", "portfolio__time_zone", *people.columns("snoozed_by"))
COLUMNS = (*OWN, *RELATED)


class FlagOut(serializers.Serializer[Any]):
    """One flag; it clears when its cause is gone."""

    id = serializers.IntegerField()
    project = serializers.CharField(allow_null=True, help_text="Null: it is about a stage of the portfolio.")
    portfolio = serializers.CharField()
    rule = serializers.ChoiceField(list(RULES))
    subject = serializers.CharField(allow_blank=True, help_text="The stage that it is about.")
    severity = serializers.ChoiceField(Severity.choices)
    label = serializers.CharField(help_text="The flag in a few words.")  # type: ignore[assignment]
    sentence = serializers.CharField(help_text="What was found, with its limit.")
    clears = serializers.CharField(help_text="What would clear it.")
    facts = serializers.DictField(help_text="The numbers it was computed from.")
    opened_at = serializers.DateTimeField()
    severity_since = serializers.DateTimeField()
    cleared_at = serializers.DateTimeField(allow_null=True)
    flaps = serializers.IntegerField(help_text="How often it came back within a week of clearing.")
    answered_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody first did something about the project after it was raised."
    )
    escalated_at = serializers.DateTimeField(allow_null=True)
    asleep = serializers.BooleanField()
    snoozed_until = serializers.DateField(allow_null=True, help_text="The last day on which it sleeps.")
    snooze_reason = serializers.CharField(allow_blank=True)
    snoozed_by = people.PersonOut(allow_null=True)
    snoozes = serializers.IntegerField(help_text="How often in a row; two are the most.")


class FlagPage(serializers.Serializer[Any]):
    """One part of the list of flags."""

    items = FlagOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def shape(values: dict[str, Any]) -> dict[str, Any]:
    """A row of values as an answer."""
    cleared_at, here = values["cleared_at"], values["portfolio__time_zone"]
    # What has cleared is told as on its last day.
    today = Clocks(cleared_at or timezone.now()).at(here)[1]
    rule, facts = values["rule"], looks.on(values["facts"], today)
    known, sleeps = RULES.get(rule), Flag(snoozed_until=values["snoozed_until"]).sleeps(today)
    return {name: values[name] for name in OWN} | {
        "label": rules.label(rule, facts, today),
        "facts": facts,
        "project": values["project__key"],
        "portfolio": values["portfolio__slug"],
        "sentence": rules.sentence(rule, facts, today),
        "clears": known.clears if known else "",
        "asleep": cleared_at is None and sleeps,
        "snoozed_by": people.of(values, "snoozed_by"),
    }
