"""Gates as the API shows them."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.api import people, signoff_rows
from projects.api.inputs import In
from projects.api.schema import ObstacleOut
from projects.api.signoff_inputs import GateCode
from projects.api.signoff_rows import STATES, ConditionOut, PacketOut
from projects.models import Project
from projects.models.teams import Role
from projects.queries.gate_sheets import CriterionRow, GateSheet, RoleRow
from projects.rules.criteria import MET, UNKNOWN, UNMET
from projects.rules.facts import Obstacle
from projects.rules.stages import ENFORCEMENTS, Gate

PASS, WARN, REFUSE = "pass", "warn", "refuse"
# What a gate that is not open does with a move.
MANNERS = {"block": REFUSE, "warn": WARN, "record": PASS}


class GateQuery(In):
    """Which gates."""

    to = serializers.CharField(
        required=False, max_length=40, help_text="Code of a stage: the gates on the way to it."
    )
    gate = GateCode(required=False, help_text="Code of one gate, such as G7.")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if len(said) > 1:
            raise ValidationError({"gate": ["Ask for one gate, or for the way to a stage."]})
        return said


class MissingOut(ObstacleOut):
    """One thing that a gate lacks, and what would supply it."""

    gate = serializers.CharField()


class CriterionOut(serializers.Serializer[Any]):
    """One thing that a gate asks for."""

    kind = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField([MET, UNMET, UNKNOWN], help_text="unknown closes a gate as unmet does.")
    says = serializers.CharField(help_text="What was found.")
    field = serializers.CharField(allow_blank=True, help_text="Where to supply it; empty when it is met.")


class SignatoryOut(serializers.Serializer[Any]):
    """Somebody who may sign for a role today."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    acts_for = serializers.CharField(allow_blank=True, help_text="Whose deputy they are.")


class RoleOut(serializers.Serializer[Any]):
    """One role that a gate asks, with its newest request."""

    role = serializers.ChoiceField(Role.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    need = serializers.ChoiceField(
        ["required", "feedback", "open"], help_text="open: nobody can tell yet; `missing` says what to enter."
    )
    state = serializers.ChoiceField(["not_asked", *STATES])
    counts = serializers.BooleanField(help_text="Whether the gate takes it for signed today.")
    id = serializers.IntegerField(allow_null=True, help_text="Of the sign-off; null before the first.")
    signer = people.PersonOut(allow_null=True)
    acts_for = people.PersonOut(allow_null=True)
    requested_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    changed = serializers.ListField(
        child=serializers.CharField(), help_text="What is not any more what was asked for or signed."
    )
    may_sign = SignatoryOut(many=True)


class GateOut(serializers.Serializer[Any]):
    """One gate in full."""

    gate = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    from_ = serializers.CharField(allow_blank=True, help_text="Code of the stage that it leads out of.")
    to = serializers.CharField(allow_blank=True)
    enforcement = serializers.ChoiceField(ENFORCEMENTS)
    open = serializers.BooleanField()
    would = serializers.ChoiceField(
        [PASS, WARN, REFUSE], help_text="What it would do with a move through it now."
    )
    missing = MissingOut(many=True)
    criteria = CriterionOut(many=True)
    signoffs = RoleOut(many=True)
    conditions = ConditionOut(many=True, help_text="Open ones of signatures of this attempt.")
    packet = PacketOut(help_text="What people sign now; its hash is `seen` of a decision.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's own."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}


class GatesOut(serializers.Serializer[Any]):
    """The gates that were asked about, in their order."""

    project = serializers.CharField()
    stage = serializers.CharField()
    to = serializers.CharField(allow_blank=True)
    open = serializers.BooleanField(allow_null=True, help_text="Whether all are; null: there is none.")
    missing = MissingOut(many=True, help_text="What they lack together.")
    gates = GateOut(many=True)


def shape(project: Project, sheets: Sequence[GateSheet], to: str) -> dict[str, Any]:
    """Gates as an answer."""
    gates = [_gate(sheet) for sheet in sheets]
    return {
        "project": project.key,
        "stage": project.stage,
        "to": to,
        "open": all(each["open"] for each in gates) if gates else None,
        "missing": [missing for each in gates for missing in each["missing"]],
        "gates": gates,
    }


def lines(found: dict[str, Any]) -> str:
    """What is missing, a line each, for a log."""
    return "".join(f"{each['gate']}: {each['message']} {each['remedy']}\n" for each in found["missing"])


def _gate(sheet: GateSheet) -> dict[str, Any]:
    gate, missing = sheet.gate, sheet.state.missing
    return {
        "gate": gate.code,
        "label": gate.label,
        "kind": gate.kind,
        "from": gate.from_stage,
        "to": gate.to_stage,
        "enforcement": gate.enforcement,
        "open": not missing,
        "would": MANNERS[gate.enforcement] if missing else PASS,
        "missing": [_missing(gate, each) for each in missing],
        "criteria": [_criterion(each) for each in sheet.criteria],
        "signoffs": [_role(each) for each in sheet.roles],
        "conditions": [signoff_rows.condition(each) for each in sheet.conditions],
        "packet": {"sha256": sheet.sha256, "content": sheet.content},
    }


def _missing(gate: Gate, obstacle: Obstacle) -> dict[str, str]:
    return {
        "gate": gate.code,
        **{name: getattr(obstacle, name) for name in ("code", "message", "remedy", "field")},
    }


def _criterion(row: CriterionRow) -> dict[str, str]:
    obstacle = row.finding.obstacle
    return {
        "kind": row.criterion.kind,
        "name": row.criterion.name,
        "label": row.label,
        "state": row.finding.state,
        "says": row.finding.says,
        "field": obstacle.field if obstacle else "",
    }


def _role(row: RoleRow) -> dict[str, Any]:
    asked = row.signoff
    return {
        "role": row.role,
        "label": row.label,
        "need": row.need,
        "state": row.state,
        "counts": row.counts,
        "id": asked.pk if asked else None,
        "signer": people.shape(asked.signer) if asked else None,
        "acts_for": people.shape(asked.acts_for) if asked else None,
        "requested_at": asked.requested_at if asked else None,
        "decided_at": asked.decided_at if asked else None,
        "expires_on": row.expires_on,
        "changed": list(row.changed),
        "may_sign": [
            {"id": each.user_id, "name": each.name, "acts_for": each.acts_for_name} for each in row.people
        ],
    }


EXAMPLES = [
    OpenApiExample(
        "A gate that waits for one signature",
        {
            "project": "PRJ-7",
            "stage": "validation",
            "to": "",
            "open": False,
            "missing": [
                {
                    "gate": "G5",
                    "code": "signature_missing",
                    "message": "The signature of Security is missing.",
                    "remedy": "Ask Security to sign.",
                    "field": "signoff.SE",
                }
            ],
            "gates": [],
        },
        response_only=True,
        status_codes=["200"],
        media_type="application/json",
    )
]
