"""What a workflow would do to projects, as an answer of the API."""

from typing import Any

from rest_framework import serializers

from projects.api.schema import ObstacleOut
from projects.queries.simulations import Simulation, Tried
from projects.rules.facts import Obstacle
from projects.rules.simulations import KINDS, GateTotal


class PairOut(serializers.Serializer[Any]):
    """The same count today and with the workflow that is tried."""

    today = serializers.IntegerField()
    then = serializers.IntegerField()


class ReasonCountOut(serializers.Serializer[Any]):
    """What would be missing in addition, and to how many projects."""

    message = serializers.CharField()
    projects = serializers.IntegerField()


class GateTotalOut(serializers.Serializer[Any]):
    """What becomes of the projects before one gate."""

    gate = serializers.CharField(help_text="Its code.")
    label = serializers.CharField()  # type: ignore[assignment]
    enforcement = serializers.CharField()
    projects = serializers.IntegerField(help_text="How many stand before it.")
    lacking = PairOut(help_text="To how many something is missing.")
    refused = PairOut(help_text="How many could not pass it.")
    most_often = ReasonCountOut(many=True)
    words = serializers.CharField()


class TriedOut(serializers.Serializer[Any]):
    """What becomes of one project."""

    project = serializers.CharField(help_text="Its key.")
    name = serializers.CharField()
    stage = serializers.CharField()
    outcome = serializers.ChoiceField(list(KINDS))
    gate_today = serializers.CharField(allow_null=True)
    gate_then = serializers.CharField(allow_null=True)
    added = ObstacleOut(many=True, help_text="What would be missing in addition.")
    removed = ObstacleOut(many=True, help_text="What would be missing no longer.")
    signatures_fallen = serializers.IntegerField(help_text="Signatures that count today and would not.")
    place = serializers.CharField(
        allow_null=True, help_text="For `placeless`: code of the stage that comes nearest."
    )


class SimulationOut(serializers.Serializer[Any]):
    """What a workflow would do to a portfolio's running projects."""

    total = serializers.IntegerField()
    tried = serializers.IntegerField(help_text="Fewer than `total` in a very large portfolio.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Outcome -> projects.")
    signatures_fallen = serializers.IntegerField()
    gates = GateTotalOut(many=True)
    projects = TriedOut(many=True, help_text="Those that change, the gravest first.")


def shown_simulation(found: Simulation) -> dict[str, Any]:
    """Plain values: thousands of projects go through no serializer."""
    return {
        "total": found.total,
        "tried": found.tried,
        "counts": dict(found.counts),
        "signatures_fallen": found.fallen,
        "gates": [_gate(each) for each in found.gates],
        "projects": [_project(each) for each in found.of("")],
    }


def _gate(total: GateTotal) -> dict[str, Any]:
    return {
        "gate": total.gate.code,
        "label": total.gate.label,
        "enforcement": total.gate.enforcement,
        "projects": total.projects,
        "lacking": dict(zip(("today", "then"), total.lacking, strict=True)),
        "refused": dict(zip(("today", "then"), total.closed, strict=True)),
        "most_often": [{"message": message, "projects": number} for message, number in total.most_often],
        "words": total.words,
    }


def _project(row: Tried) -> dict[str, Any]:
    one = row.outcome
    return {
        "project": row.key,
        "name": row.name,
        "stage": row.stage,
        "outcome": one.kind,
        "gate_today": one.before.gate.code if one.before else None,
        "gate_then": one.after.gate.code if one.after else None,
        "added": [_obstacle(each) for each in one.added],
        "removed": [_obstacle(each) for each in one.removed],
        "signatures_fallen": one.fallen,
        "place": one.place.code if one.place else None,
    }


def _obstacle(found: Obstacle) -> dict[str, str]:
    return {"code": found.code, "message": found.message, "remedy": found.remedy, "field": found.field}
