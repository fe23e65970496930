"""Sign-offs and their conditions as the API shows them."""

import json
from typing import Any

from rest_framework import serializers

from projects.api import people
from projects.models import Condition
from projects.models.signoffs import CONDITION_KINDS
from projects.models.teams import Role
from projects.queries.standings import Standing
from projects.rules import roles
from projects.rules.signatures import DECISIONS

# How a request stands: its decision, or what has become of it since.
STATES = ("requested", *DECISIONS, "withdrawn", "superseded", "invalidated", "expired", "lapsed")
HASH = "[0-9a-f]{64}"
# Of a packet, members without a value are left out; amounts are text.
CONTENT_HELP = "What is signed, by name; what nobody has entered is left out."


class ConditionOut(serializers.Serializer[Any]):
    """What a signer asked for."""

    id = serializers.IntegerField()
    signoff = serializers.IntegerField(help_text="Id of the sign-off that it belongs to.")
    text = serializers.CharField()
    kind = serializers.ChoiceField(CONDITION_KINDS)
    owner = people.PersonOut(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True, help_text="Null while it is open.")
    closed_by = people.PersonOut(allow_null=True)
    closing_note = serializers.CharField(allow_blank=True)


class PacketOut(serializers.Serializer[Any]):
    """What people sign at a gate."""

    sha256 = serializers.CharField(help_text="Of the canonical JSON of `content`.")
    content = serializers.DictField(help_text=CONTENT_HELP)


class SignOffRow(serializers.Serializer[Any]):
    """One request to sign for a role, and what came of it."""

    id = serializers.IntegerField()
    project = serializers.CharField(help_text="Key of its project.")
    gate = serializers.CharField()
    attempt = serializers.IntegerField(help_text="A restarted project begins a new one.")
    role = serializers.ChoiceField(Role.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    binding = serializers.BooleanField(help_text="False: feedback that was invited.")
    state = serializers.ChoiceField(STATES)
    decision = serializers.ChoiceField(DECISIONS, allow_blank=True, help_text="Empty while it waits.")
    signer = people.PersonOut(allow_null=True)
    acts_for = people.PersonOut(allow_null=True, help_text="Whose deputy the signer was.")
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    would_change = serializers.CharField(allow_blank=True, help_text="What would change a rejection.")
    conditions = ConditionOut(many=True)
    requested_by = people.PersonOut(allow_null=True)
    requested_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)
    reminded_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = people.PersonOut(allow_null=True)
    withdrawn_reason = serializers.CharField(allow_blank=True)
    superseded_at = serializers.DateTimeField(
        allow_null=True, help_text="A newer one took its place, or nobody needs it."
    )
    used_at = serializers.DateTimeField(allow_null=True, help_text="Its gate was passed.")
    expires_on = serializers.DateField(allow_null=True, help_text="The last day on which it counts.")
    sha256 = serializers.CharField(help_text="Hash of the packet that was asked for or signed.")
    present_sha256 = serializers.CharField(
        allow_blank=True,
        help_text="Hash of the packet now: `seen` of a decision. Empty: no such gate.",
    )
    changed = serializers.ListField(
        child=serializers.CharField(), help_text="What is not any more as in its packet, in words."
    )


class SignOffOut(SignOffRow):
    """The same with its packet."""

    packet = PacketOut()


class SignOffPage(serializers.Serializer[Any]):
    """One part of a list of sign-offs."""

    items = SignOffRow(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def row(found: Standing) -> dict[str, Any]:
    """A sign-off in a list."""
    signoff = found.signoff
    own = ("id", "gate", "attempt", "role", "decision", "decided_at", "reason", "would_change")
    later = ("requested_at", "note", "reminded_at", "withdrawn_at", "withdrawn_reason", "superseded_at")
    persons = ("signer", "acts_for", "requested_by", "withdrawn_by")
    return {
        **{name: getattr(signoff, name) for name in (*own, *later, "used_at")},
        **{name: people.shape(getattr(signoff, name)) for name in persons},
        "project": signoff.project.key,
        "label": roles.label(signoff.role),
        "binding": signoff.is_binding,
        "state": found.state,
        "conditions": [condition(each) for each in signoff.conditions.all()],
        "expires_on": found.expires_on,
        "sha256": signoff.packet.sha256,
        "present_sha256": found.present_hash,
        "changed": list(found.changed),
    }


def whole(found: Standing) -> dict[str, Any]:
    """A sign-off by itself."""
    packet = found.signoff.packet
    return row(found) | {"packet": {"sha256": packet.sha256, "content": json.loads(packet.content)}}


def condition(found: Condition) -> dict[str, Any]:
    """A condition in an answer."""
    own = ("id", "text", "kind", "due_on", "closed_on", "closing_note")
    persons = ("owner", "closed_by")
    return {
        **{name: getattr(found, name) for name in own},
        **{name: people.shape(getattr(found, name)) for name in persons},
        "signoff": found.signoff_id,
    }
