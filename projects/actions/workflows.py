"""Workflow versions: published, never edited; projects move to a newer one explicitly."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import flags, invalidations, scores
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Move, MoveKind, Portfolio, Project, Spell, WorkflowVersion
from projects.queries import clocks
from projects.rules import presets
from projects.rules import workflow as workflow_rules


def publish_preset(portfolio: Portfolio, preset: str, *, actor: Actor) -> WorkflowVersion:
    """Publish one of the shipped workflows as the portfolio's next version."""
    return publish(
        portfolio.pk,
        definition=workflow_rules.dump(presets.workflow(preset)),
        actor=actor,
    )


@transaction.atomic
def publish(
    portfolio_id: int,
    *,
    definition: dict[str, Any],
    actor: Actor,
    note: str = "",
    written_by: int | None = None,
    reviewed_by: int | None = None,
) -> WorkflowVersion:
    """Publish a workflow as the next version; raises WorkflowInvalid with every problem.

    New projects use it at once; the others stay on theirs until they are moved. People are ids.
    """
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "workflow.publish", portfolio)
    parsed = workflow_rules.parse(definition)
    last = WorkflowVersion.objects.filter(portfolio=portfolio).first()
    version = WorkflowVersion.objects.create(
        portfolio=portfolio,
        number=last.number + 1 if last else 1,
        name=parsed.label,
        definition=workflow_rules.dump(parsed),
        note=note,
        published_by_id=actor.user_id,
    )
    portfolio.workflow = version
    portfolio.version += 1
    portfolio.save(update_fields=["workflow", "version"])
    events.record(
        portfolio,
        "workflow.published",
        actor,
        number=version.number,
        name=version.name,
        note=note,
        written_by=written_by,
        reviewed_by=reviewed_by,
    )
    return version


@transaction.atomic
def adopt(
    project_id: int,
    *,
    version_id: int,
    stages: dict[str, str] | None = None,
    actor: Actor,
) -> Project:
    """Move a project to another version of its portfolio's workflow.

    `stages` maps a stage of the old version to one of the new; a stage of the same code maps to itself.
    """
    rows = Project.objects.select_for_update(of=("self",)).select_related("portfolio")
    project = rows.get(pk=project_id, deleted_at=None)
    permissions.require(actor, "workflow.migrate", project)
    version = WorkflowVersion.objects.filter(pk=version_id, portfolio_id=project.portfolio_id).first()
    if version is None:
        raise Refused(
            "This workflow version belongs to another portfolio.",
            code="workflow_elsewhere",
        )
    if project.workflow_id == version.pk:
        return project
    stage, furthest = destination(project, version, stages or {})
    _carry_over(project, version, stage, furthest, actor)
    return project


def destination(project: Project, version: WorkflowVersion, stages: Mapping[str, str]) -> tuple[str, str]:
    """The stage of a project in another version, and the furthest it was in; refused where there is none."""
    rules = version.rules
    stage = stages.get(project.stage, project.stage)
    furthest = stages.get(project.furthest_stage, project.furthest_stage)
    if not rules.has(stage) or not rules.has(furthest):
        missing = project.stage if not rules.has(stage) else project.furthest_stage
        raise Refused(
            f"{version} has no stage {missing}. Say which of its stages {project.key} should be in.",
            code="stage_unmapped",
        )
    if rules.is_production(stage) != project.workflow.rules.is_production(project.stage):
        raise Refused(
            f"{project.key} would enter or leave production this way. Move it by a gate instead.",
            code="production_changes",
        )
    return stage, rules.later(stage, furthest)


def _carry_over(project: Project, version: WorkflowVersion, stage: str, furthest: str, actor: Actor) -> None:
    before = project.stage
    came_from = project.workflow_id
    project.workflow = version
    project.stage, project.furthest_stage = stage, furthest
    project.standard_stage = version.rules.stage(stage).standard
    # The stay goes on: only the stage's name in the new version may differ.
    Spell.objects.filter(project=project, left_at=None).update(
        stage=stage, standard_stage=project.standard_stage
    )
    project.stage_shift = clocks.shift(project, project.attempt, project.standard_stage)
    project.version += 1
    changed = ["workflow", "stage", "stage_shift", "furthest_stage", "standard_stage", "version"]
    project.save(update_fields=changed)
    Move.objects.create(
        project=project,
        kind=MoveKind.MIGRATE,
        from_stage=before,
        to_stage=stage,
        actor_id=actor.user_id,
    )
    events.record(
        project,
        "project.workflow_changed",
        actor,
        came_from=came_from,
        went_to=version.pk,
        stage=[before, stage],
        version=project.version,
    )
    # Other gates may rest on other evidence, so that people have signed something else.
    invalidations.notice(project, actor=actor)
    scores.refresh(project, actor=actor)
    flags.refresh(project, actor=actor)
