"""Shapes of systems that post, of their messages and of what came of them."""

# This module's name is in names of the API's description (projects/api/shared_names.py): clients know them.

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers

from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.sources.actions import sources as actions
from portfolio.integrations.sources.rules import secrets
from portfolio.integrations.sources.rules.reading import MOST_RULES
from projects.api import cursors, inputs
from projects.api.inputs import LARGEST_ID, In
from projects.api.schema import ObstacleOut

RULES = "In order; see the documentation of messages in."
THEIRS = "The one that the other system made; left out, one is made."


@extend_schema_field(OpenApiTypes.ANY)
class Said(serializers.JSONField):
    """Any JSON, as a message says it."""


def _rules(**options: Any) -> Any:
    return serializers.ListField(
        child=serializers.DictField(), max_length=MOST_RULES, help_text=RULES, **options
    )


def _registry() -> Any:
    return serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, allow_null=True, required=False, help_text="Id; only for MLflow."
    )


class SourceIn(In):
    """A system that may post."""

    name = serializers.CharField(max_length=actions.LONGEST_NAME)
    style = inputs.Choice(Source.Style.values)  # type: ignore[assignment]
    role = inputs.Choice(list(actions.ROLES), default=actions.USUAL_ROLE, help_text="What it may do.")
    registry = _registry()
    secret = serializers.CharField(max_length=secrets.LONGEST, allow_blank=True, default="", help_text=THEIRS)
    rules = _rules(allow_null=True, default=None)


class SourceChanges(In):
    """What is to change; a source that is paused answers its sender 404."""

    name = serializers.CharField(max_length=actions.LONGEST_NAME, required=False)
    role = inputs.Choice(list(actions.ROLES), required=False)
    registry = _registry()
    rules = _rules(required=False)
    paused = serializers.BooleanField(required=False)


class SecretIn(In):
    """A new secret."""

    secret = serializers.CharField(max_length=secrets.LONGEST, allow_blank=True, default="", help_text=THEIRS)
    at_once = serializers.BooleanField(
        default=False, help_text="End the one before now; otherwise both are good for a day."
    )


class SourceOut(serializers.Serializer[Any]):
    """A system that may post; its secret is kept sealed and not shown."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    style = serializers.CharField()  # type: ignore[assignment]
    address = serializers.CharField(help_text="Where it posts.")
    role = serializers.CharField(allow_blank=True)
    registry = serializers.IntegerField(allow_null=True)
    rules = serializers.ListField(child=serializers.DictField())
    created_at = serializers.DateTimeField()
    last_heard_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField(help_text="Messages that wait.")
    refused = serializers.IntegerField(help_text="Messages that were refused or failed.")
    turned_away = serializers.IntegerField(help_text="Messages with a bad signature, in a week.")


class NewSourceOut(SourceOut):
    """A source with its secret, which is shown this once."""

    secret = serializers.CharField(
        allow_null=True, help_text="Null when the same Idempotency-Key comes again."
    )


class SourcesOut(serializers.Serializer[Any]):
    """All systems that may post."""

    items = SourceOut(many=True)


class SecretOut(serializers.Serializer[Any]):
    """A new secret."""

    secret = serializers.CharField(allow_null=True)


class TryIn(In):
    """An example message; without rules, those that are kept are tried."""

    kind = serializers.CharField(max_length=80, allow_blank=True, default="")
    body = Said()
    rules = _rules(allow_null=True, default=None)


class LineOut(serializers.Serializer[Any]):
    """One thing that a message did, or would do, or why not."""

    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)
    refused = serializers.BooleanField()
    rule = serializers.CharField(allow_blank=True)
    project = serializers.CharField(allow_blank=True)
    obstacles = ObstacleOut(many=True)


class TriedOut(serializers.Serializer[Any]):
    """What would be done at this moment; nothing was changed."""

    outcome = LineOut(many=True)


class SourceMessageOut(serializers.Serializer[Any]):
    """A message and what came of it."""

    id = serializers.IntegerField()
    source = serializers.IntegerField()  # type: ignore[assignment]
    external_id = serializers.CharField(help_text="What its sender calls it.")
    kind = serializers.CharField(allow_blank=True)
    project = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(SourceMessage.State.choices)
    received_at = serializers.DateTimeField()
    over_at = serializers.DateTimeField(allow_null=True)
    outcome = LineOut(many=True)


class OneSourceMessageOut(SourceMessageOut):
    """A message whole."""

    body = Said()


class SourceMessagePage(serializers.Serializer[Any]):
    """One part of the log."""

    items = SourceMessageOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class SourceMessageQuery(cursors.PageQuery):
    """Which messages."""

    source = serializers.IntegerField(  # type: ignore[assignment]
        min_value=1, max_value=LARGEST_ID, required=False, help_text="Id of the source."
    )
    state = inputs.Choice(SourceMessage.State.values, required=False)
    project = serializers.CharField(max_length=20, required=False, help_text="Key of a project.")


def lines(outcome: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An outcome as it is answered."""
    return [
        {
            "refused": each.get("is") == "refused" or each["code"] == "failed",
            **{name: each.get(name) or "" for name in ("code", "message", "remedy", "rule", "project")},
            "obstacles": [{"field": "", **found} for found in each.get("obstacles", [])],
        }
        for each in outcome
    ]


NEW = OpenApiExample(
    "Deployments of GitHub", {"name": "GitHub", "style": "github", "role": "contributor"}, request_only=True
)
RULE = OpenApiExample(
    "Another rule",
    {
        "rules": [
            {
                "name": "Live",
                "kind": "deployment.succeeded",
                "project": [{"key": "project"}],
                "do": "move",
                "with": {"to": "production", "note": "Deployed {version}."},
            }
        ]
    },
    request_only=True,
)
ROTATE = OpenApiExample("It leaked", {"at_once": True}, request_only=True)
TRY = OpenApiExample(
    "A heartbeat",
    {"kind": "heartbeat", "body": {"type": "heartbeat", "project": "CHN-3", "signal": "predictions"}},
    request_only=True,
)
