"""Projects: added, edited, put away and brought back."""

from typing import Any

from django.db import transaction
from django.db.models import F

from projects import events, permissions
from projects.actions import _locks, _pivots, _project_checks, flags, invalidations, scores
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Portfolio, Project, Spell
from projects.queries import changes as change_queries
from projects.queries import facts, packets
from projects.rules import economics, gate_inputs, impact, watch

# What people and integrations may change; everything else moves by its own action.
EDITABLE = (
    "name",
    "problem",
    "description",
    "unit",
    "owner",
    "kind",
    "tier",
    "ai_act_class",
    "personal_data",
    "llm",
    "vendor",
    "metric_name",
    "metric_unit",
    "metric_direction",
    "metric_baseline",
    "metric_target",
    "metric_target_on",
    "metric_owner",
    "metric_is_measured",
    "metric_method_agreed",
    "metric_link",
    "guardrails",
    "ml_metric",
    "objective",
    "value_low",
    "value_likely",
    "value_high",
    "strategic",
    "reach",
    "committed_on",
    "gate_planned_on",
    *gate_inputs.FIELDS,
    *economics.FIELDS,
    *watch.FIELDS,
)


@transaction.atomic
def create(portfolio_id: int, *, name: str, actor: Actor, **fields: Any) -> Project:
    """Add a project at the first stage of its portfolio's workflow, under the next key."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "project.create", portfolio)
    if portfolio.archived_at:
        raise Refused(
            f"{portfolio.name} is archived. Choose another portfolio.",
            code="portfolio_archived",
        )
    _known(fields)
    _project_checks.unit(fields.get("unit"), portfolio.pk)
    _project_checks.owner(fields.get("owner"), portfolio)
    now = actor.now()
    project = start(portfolio, name=name, created_at=now, created_by_id=actor.user_id, **fields)
    _project_checks.tier(project, "", facts.today(project, now))
    project.save(force_insert=True)
    Spell.objects.create(
        project=project,
        stage=project.stage,
        standard_stage=project.standard_stage,
        entered_at=now,
    )
    events.record(project, "project.created", actor, name=name, key=project.key)
    scores.refresh(project, actor=actor)
    return project


def start(portfolio: Portfolio, *, name: str, created_at: Any, **fields: Any) -> Project:
    """A project row not yet saved, with the portfolio's next key; the portfolio must be locked."""
    if portfolio.workflow is None:
        raise Refused(
            f"{portfolio.name} has no workflow yet. Publish one first.",
            code="no_workflow",
        )
    Portfolio.objects.filter(pk=portfolio.pk).update(last_number=F("last_number") + 1)
    portfolio.last_number += 1
    first = portfolio.workflow.rules.stages[0]
    fields |= economics.implied(fields)
    project = Project(
        portfolio=portfolio,
        key=f"{portfolio.key_prefix}-{portfolio.last_number}",
        name=name,
        workflow=portfolio.workflow,
        stage=first.code,
        standard_stage=first.standard,
        furthest_stage=first.code,
        stage_since=created_at,
        created_at=created_at,
        **fields,
    )
    project.search_text = project.searchable
    _project_checks.worth(fields)
    _project_checks.inputs(fields, facts.today(project, created_at))
    _project_checks.worth_doing(fields)
    return project


@transaction.atomic
def edit(
    project_id: int,
    *,
    version: int | None,
    actor: Actor,
    is_reported: bool = False,
    is_correction: bool = False,
    **fields: Any,
) -> Project:
    """Change a project's facts; raises Stale, with what changed, when `version` is not the present one.

    What a source reports of the past (`is_reported`) is kept as it says, also a tier below the rule.
    A new objective is a pivot once there is work to lose, unless only a mistake is corrected.
    """
    project = _locks.project(project_id, "owner", "unit")
    permissions.require(actor, "project.edit", project)
    if is_reported:
        permissions.require(actor, "stage.report", project)
    if version is not None and version != project.version:
        raise Stale(
            f"{project.key} was changed since you opened it.",
            code="stale",
            obstacles=change_queries.since(project, version),
        )
    _known(fields)
    fields |= economics.implied({name: fields[name] for name in _changed(project, fields)})
    changed = _changed(project, fields)
    if not changed:
        return project
    _put_fields(project, {name: fields[name] for name in changed}, actor, is_reported=is_reported)
    project.version += 1
    project.search_text = project.searchable
    said = {"is_correction": True} if is_correction else {}
    events.record(project, "project.edited", actor, changes=changed, version=project.version, **said)
    noted = () if is_correction else _pivots.note(project, changed, actor)
    project.save(update_fields=[*changed, *noted, "version", "search_text"])
    if set(changed) & set(packets.MATERIAL):
        invalidations.notice(project, actor=actor)
    scores.refresh(project, actor=actor)
    flags.refresh(project, actor=actor)
    return project


def _put_fields(project: Project, changed: dict[str, Any], actor: Actor, *, is_reported: bool) -> None:
    """Write the new values into the row if they hold, beside each other and beside those that stay."""
    before = project.tier
    _project_checks.unit(changed.get("unit"), project.portfolio_id)
    _project_checks.owner(changed.get("owner"), project)
    if changed.keys() & set(impact.FIELDS):
        _project_checks.worth({name: getattr(project, name) for name in impact.FIELDS} | changed)
    today = facts.today(project, actor.now())
    _project_checks.inputs(changed, today)
    if changed.keys() & {*economics.FIELDS, *economics.BESIDE}:
        beside = {name: getattr(project, name) for name in (*economics.FIELDS, *economics.BESIDE)}
        _project_checks.worth_doing(beside | changed)
    if "capacity_fte" in changed:
        _project_checks.people(project)
    for name, value in changed.items():
        setattr(project, name, value)
    if "tier" in changed and not is_reported:
        _project_checks.tier(project, before, today)


@transaction.atomic
def archive(project_id: int, *, actor: Actor) -> Project:
    """Put a project away from the lists; it can be taken out again."""
    return _put(project_id, actor, "project.archived", archived_at=actor.now())


@transaction.atomic
def unarchive(project_id: int, *, actor: Actor) -> Project:
    """Take a project out of the archive."""
    return _put(project_id, actor, "project.unarchived", archived_at=None)


@transaction.atomic
def delete(project_id: int, *, actor: Actor) -> Project:
    """Hide a project from everybody; its rows and its key stay, so that it can be restored."""
    return _put(project_id, actor, "project.deleted", deleted_at=actor.now())


@transaction.atomic
def restore(project_id: int, *, actor: Actor) -> Project:
    """Undo a deletion."""
    return _put(project_id, actor, "project.restored", deleted_at=None)


def _put(project_id: int, actor: Actor, kind: str, **field: Any) -> Project:
    rows = Project.objects.select_for_update(of=("self",)).select_related("portfolio")
    project = rows.get(pk=project_id)
    permissions.require(actor, "project.put_away", project)
    ((name, value),) = field.items()
    if bool(getattr(project, name)) == bool(value):
        return project
    setattr(project, name, value)
    project.version += 1
    project.save(update_fields=[name, "version"])
    events.record(project, kind, actor, version=project.version)
    scores.refresh(project, actor=actor)
    flags.refresh(project, actor=actor)
    return project


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - set(EDITABLE):
        raise ValueError(f"Not fields of a project that can be set: {', '.join(sorted(unknown))}.")


def _changed(project: Project, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """The fields that would become something else, with what they are and what they would be."""
    pairs = {name: [_plain(getattr(project, name)), _plain(value)] for name, value in fields.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: Any) -> Any:
    """A value as an event's payload can hold it: related rows by id, dates and amounts as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "pk"):
        return value.pk
    if hasattr(value, "normalize"):
        return format(value.normalize(), "f")
    return value.isoformat()
