"""The step of projects to the present version of their portfolio's workflow: looked at first, then made."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects import permissions
from projects.actions import turns
from projects.actions import workflows as actions
from projects.actors import Actor
from projects.api import inputs
from projects.api.idempotency import idempotent
from projects.api.inputs import In
from projects.api.portfolios import portfolio_to_read
from projects.api.schema import parameter
from projects.api.views import ApiView
from projects.errors import Refused
from projects.models import Portfolio, Project, WorkflowVersion
from projects.queries import workflows as queries

MOST_ANSWERS = 500
# Each is a move with its scores and flags: a request of so many ends within a server's patience.
MOST = 500
DRY_RUN = parameter("dry_run", "Say what would come of it, and change nothing.", kind=bool)
Answers = Mapping[tuple[int, str], str]


class StageAnswerIn(In):
    """Where the projects of one stage go that the present version lacks."""

    version = serializers.IntegerField(
        min_value=1, max_value=10**9, help_text="Number of the version that they follow."
    )
    stage = serializers.CharField(max_length=40, help_text="Code of the stage there.")
    to = serializers.CharField(max_length=40, help_text="Code of a stage of the present version.")


class AdoptionIn(In):
    """The answers for stages that are gone."""

    stages = serializers.ListField(child=StageAnswerIn(), default=list, max_length=MOST_ANSWERS)
    projects = serializers.ListField(
        child=serializers.CharField(max_length=20),
        max_length=MOST,
        default=list,
        help_text="Keys; left out: all, but 500 in one request at most.",
    )


class AdoptionQuery(In):
    dry_run = serializers.BooleanField(default=False)


class GoneStageOut(serializers.Serializer[Any]):
    """A stage that the present version lacks."""

    version = serializers.IntegerField()
    stage = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    projects = serializers.IntegerField(help_text="How many projects need an answer for it.")


class BehindOut(serializers.Serializer[Any]):
    """One project that follows another version, or did."""

    project = serializers.CharField(help_text="Its key.")
    name = serializers.CharField()
    version = serializers.IntegerField(help_text="Number of the version that it follows.")
    stage = serializers.CharField()
    to = serializers.CharField(allow_null=True, help_text="Its stage in the present version; null: refused.")
    code = serializers.CharField(allow_null=True, help_text="Why it is refused.")
    message = serializers.CharField(allow_null=True)


class AdoptionOut(serializers.Serializer[Any]):
    """What becomes of the projects of older versions."""

    result = serializers.ChoiceField(["would_move", "moved"])
    version = serializers.IntegerField(allow_null=True, help_text="Number of the present version.")
    gone = GoneStageOut(many=True)
    moved = serializers.IntegerField()
    refused = serializers.IntegerField()
    left = serializers.IntegerField(help_text="How many more there are beyond those of this answer.")
    projects = BehindOut(many=True, help_text="By their keys.")


EXAMPLE = OpenApiExample("Nothing to answer", {"stages": []}, request_only=True)


class Adoption(ApiView):
    @extend_schema(
        operation_id="read_workflow_adoption",
        summary="See which projects follow an older workflow",
        description="What adopting the present version would make of each, without answers for stages that "
        "it lacks. `workflow/simulate` says what its gates would ask of them.",
        responses=AdoptionOut,
    )
    def get(self, request: Request, slug: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        inputs.query(In, request)
        return Response(_carried_out(portfolio, {}, {}, actor, is_trial=True))

    @extend_schema(
        operation_id="adopt_workflow",
        summary="Move projects to the present workflow",
        description="Each project by itself: one that is refused stays where it is and says why. A stage "
        "that the present version lacks needs an answer in `stages`.",
        parameters=[DRY_RUN],
        request=AdoptionIn,
        responses=AdoptionOut,
        examples=[EXAMPLE],
    )
    @idempotent
    def post(self, request: Request, slug: str) -> Response:
        actor, portfolio = _allowed(request, slug)
        is_trial = inputs.query(AdoptionQuery, request)["dry_run"]
        said = inputs.body(AdoptionIn, request)
        answers = _answers(portfolio, said["stages"])
        return Response(_carried_out(portfolio, said, answers, actor, is_trial=is_trial))


def _allowed(request: Request, slug: str) -> tuple[Actor, Portfolio]:
    actor = Actor.of(request)
    portfolio = portfolio_to_read(actor, slug)
    permissions.require(actor, "workflow.migrate", portfolio)
    return actor, portfolio


def _answers(portfolio: Portfolio, said: list[dict[str, Any]]) -> Answers:
    """The answers by version and stage; a stage that is not there is a slip."""
    errors, found = {}, {}
    present = portfolio.workflow
    for place, each in enumerate(said):
        if present is None or not present.rules.has(each["to"]):
            errors[f"stages.{place}.to"] = [f"The present workflow has no stage {each['to']}."]
        found[each["version"], each["stage"]] = each["to"]
    if errors:
        raise ValidationError(errors)
    return found


def _carried_out(
    portfolio: Portfolio, said: dict[str, Any], answers: Answers, actor: Actor, *, is_trial: bool
) -> dict[str, Any]:
    """The first projects that are behind, or those that were named, moved or only looked at."""
    behind = queries.behind(portfolio, actor)
    chosen = behind.filter(key__in=said["projects"]) if said.get("projects") else behind
    taken = list(chosen[:MOST])
    left = chosen.count() - len(taken)
    gone = [_gone(*each) for each in queries.stages_to_map(portfolio, actor)]
    if not is_trial:
        turns.hold(project.pk for project in taken)
    rows = [_row(project, portfolio, answers, actor, is_trial=is_trial) for project in taken]
    refused = sum(row["code"] is not None for row in rows)
    return {
        "result": "would_move" if is_trial else "moved",
        "version": portfolio.workflow.number if portfolio.workflow else None,
        "gone": gone,
        "moved": len(rows) - refused,
        "refused": refused,
        "left": left,
        "projects": rows,
    }


def _row(
    project: Project, portfolio: Portfolio, answers: Answers, actor: Actor, *, is_trial: bool
) -> dict[str, Any]:
    number = project.workflow.number
    row = {"project": project.key, "name": project.name, "version": number, "stage": project.stage}
    stages = {stage: to for (version, stage), to in answers.items() if version == number}
    present = portfolio.workflow
    try:
        if present is None:  # a portfolio without a workflow has nobody behind
            return row | {"to": None, "code": None, "message": None}
        to, _ = actions.destination(project, present, stages)
        if not is_trial:
            to = actions.adopt(project.pk, version_id=present.pk, stages=stages, actor=actor).stage
    except Refused as refusal:
        return row | {"to": None, "code": refusal.code, "message": refusal.message}
    return row | {"to": to, "code": None, "message": None}


def _gone(version: WorkflowVersion, code: str, count: int) -> dict[str, Any]:
    label = version.rules.stage(code).label
    return {"version": version.number, "stage": code, "label": label, "projects": count}
