"""Moves: what a pipeline posts when a project has come further."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions import moves
from projects.actors import Actor
from projects.api import cursors, inputs, people
from projects.api.idempotency import idempotent
from projects.api.inputs import LONG_TEXT, Choice, Day, In
from projects.api.schema import ObstacleOut
from projects.api.views import ApiView, project_for_write, project_to_read
from projects.models import GateOutcome, Move, MoveKind
from projects.queries import people as people_queries
from projects.rules.moves import Plan

# What somebody can ask for; reports come from imports, migrations from a change of workflow.
KINDS = [choice for choice in MoveKind.choices if choice[0] not in (MoveKind.REPORT, MoveKind.MIGRATE)]
COLUMNS = (
    "id",
    "kind",
    "from_stage",
    "to_stage",
    "reason_code",
    "note",
    "until",
    "obstacles",
    "gate_examined",
    "outcome",
    "gates",
    "source",
    "external_id",
    "at",
)


class MoveIn(In):
    """What is asked for."""

    kind = Choice(
        KINDS, required=False, allow_null=True, default=None, help_text="Left out: one stage forward."
    )
    to = serializers.CharField(
        max_length=40,
        allow_blank=True,
        default="",
        help_text="Code of the stage it leads to.",
    )
    reason_code = serializers.CharField(
        max_length=40, allow_blank=True, default="", help_text="One of the workflow's; for back and stop."
    )
    note = serializers.CharField(max_length=LONG_TEXT, allow_blank=True, default="")
    until = Day(allow_null=True, default=None, help_text="Resume date of a hold.")
    approver = serializers.EmailField(
        allow_null=True,
        default=None,
        help_text="Address of who agreed to a hold.",
    )
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=100, allow_blank=True, default="", help_text="Who asks, such as ci."
    )
    external_id = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="Your id of this move: it is made once."
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["external_id"] and not said["source"]:
            raise serializers.ValidationError({"source": "Say whose id the external_id is, such as ci."})
        return said


class PassedOut(serializers.Serializer[Any]):
    """One gate of a move, as it was treated then."""

    code = serializers.CharField()
    treatment = serializers.ChoiceField(["examined", "waived", "reported"])
    packet = serializers.CharField(allow_blank=True, help_text="Hash of what had been signed.")
    signoffs = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of the signatures that counted."
    )


class MoveOut(serializers.Serializer[Any]):
    """One move that was made."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(MoveKind.choices)
    from_stage = serializers.CharField(allow_blank=True)
    to_stage = serializers.CharField()
    reason_code = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    until = serializers.DateField(allow_null=True)
    approver = people.PersonOut(allow_null=True)
    by = people.PersonOut(allow_null=True)
    obstacles = ObstacleOut(many=True, help_text="What gates found that did not stop the move.")
    gate_examined = serializers.BooleanField(help_text="False for a stage that an import reported.")
    outcome = serializers.ChoiceField(
        GateOutcome.choices, allow_blank=True, help_text="What was decided at the gate; empty: at none."
    )
    gates = PassedOut(many=True, help_text="On the way; `gates/{code}/pack?move={id}` is the record.")
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    external_id = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class PlanOut(serializers.Serializer[Any]):
    """Where the project is after the move."""

    kind = serializers.CharField()
    from_stage = serializers.CharField()
    to_stage = serializers.CharField()
    status = serializers.CharField()
    outcome = serializers.CharField()
    gates = serializers.ListField(child=serializers.CharField(), help_text="Codes of the gates on the way.")
    warnings = ObstacleOut(many=True)


class MoveAnswer(serializers.Serializer[Any]):
    """What came of the request."""

    result = serializers.ChoiceField(["moved", "no_change", "made_before", "would_move"])
    project = serializers.CharField()
    version = serializers.IntegerField()
    plan = PlanOut(allow_null=True, help_text="Null for a move that was made before.")
    move = MoveOut(allow_null=True)


class MovePage(serializers.Serializer[Any]):
    """One part of a project's moves."""

    items = MoveOut(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DryRun(In):
    dry_run = serializers.BooleanField(default=False, help_text="Say what would happen, change nothing.")


EXAMPLES = [
    OpenApiExample(
        "One stage forward", {"to": "pilot", "source": "ci", "external_id": "build-4182"}, request_only=True
    ),
    OpenApiExample(
        "Back",
        {"kind": "back", "to": "data", "reason_code": "failed_evidence", "note": "Labels were wrong."},
        request_only=True,
    ),
    OpenApiExample(
        "Hold",
        {"kind": "hold", "note": "No budget.", "until": "2027-03-01", "approver": "sponsor@example.org"},
        request_only=True,
    ),
    OpenApiExample("Certify again", {"kind": "recertify", "note": "The yearly review."}, request_only=True),
    OpenApiExample("Resume", {"kind": "resume"}, request_only=True),
    OpenApiExample(
        "Roll back from production",
        {"kind": "rollback", "to": "pilot", "note": "Alarm at night."},
        request_only=True,
    ),
    OpenApiExample(
        "Stop", {"kind": "stop", "reason_code": "budget", "note": "Nobody pays."}, request_only=True
    ),
]


class Moves(ApiView):
    @extend_schema(
        operation_id="list_moves",
        summary="List a project's moves",
        parameters=[cursors.PageQuery],
        responses=MovePage,
    )
    def get(self, request: Request, key: str) -> Response:
        project = project_to_read(Actor.of(request), key)
        asked = inputs.query(cursors.PageQuery, request)
        rows = Move.objects.filter(project=project).values(
            *COLUMNS, *people.columns("approver"), *people.columns("actor")
        )
        return Response(cursors.page(rows, asked, _row, by="-id"))

    @extend_schema(
        operation_id="move_project",
        summary="Move a project",
        description="Refused with every obstacle (409). The same stage again is no change (200).",
        parameters=[DryRun],
        request=MoveIn,
        responses={201: MoveAnswer, 200: MoveAnswer},
        examples=EXAMPLES,
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        actor = Actor.of(request)
        project = project_for_write(actor, key)
        is_trial = inputs.query(DryRun, request)["dry_run"]
        said = inputs.body(MoveIn, request)
        if said["approver"]:
            among = people_queries.who_may_see(project)
            said["approver"] = people.named(said["approver"], among, "approver")
        made = moves.make(project.pk, actor=actor, dry_run=is_trial, **said)
        result = _result(made, is_trial)
        headers = {"ETag": f'"{made.project.version}"'}
        return Response(
            _answer(made, result, actor), status=201 if result == "moved" else 200, headers=headers
        )


def _result(made: moves.Made, is_trial: bool) -> str:
    if made.is_repeat:
        return "made_before"
    if made.move is not None:
        return "moved"
    return "would_move" if is_trial and not made.plan.no_change else "no_change"


def _answer(made: moves.Made, result: str, actor: Actor) -> dict[str, Any]:
    return {
        "result": result,
        "project": made.project.key,
        "version": made.project.version,
        "plan": None if made.is_repeat else _plan(made.plan),
        "move": None if made.move is None else _one(made.move, actor),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    shown = {name: getattr(plan, name) for name in ("kind", "from_stage", "to_stage", "status", "outcome")}
    shown["gates"] = list(plan.gates_passed)
    shown["warnings"] = [_obstacle(found) for found in plan.warnings]
    return shown


def _one(move: Move, actor: Actor) -> dict[str, Any]:
    shown = {name: getattr(move, name) for name in COLUMNS}
    by = actor.user if move.actor_id == actor.user_id else move.actor
    return shown | {"approver": people.shape(move.approver), "by": people.shape(by)}


def _row(values: dict[str, Any]) -> dict[str, Any]:
    shown = {name: values[name] for name in COLUMNS}
    return shown | {"approver": people.of(values, "approver"), "by": people.of(values, "actor")}


def _obstacle(found: Any) -> dict[str, str]:
    return {name: getattr(found, name) for name in ("code", "message", "remedy", "field")}
