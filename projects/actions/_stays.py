"""Spells and holds: the time that a project spends in each stage, written as part of a move."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Least

from projects.actions import _bulk
from projects.models import Hold, Project, Spell, Status
from projects.queries import clocks, facts
from projects.queries.ready import ReadyChange
from projects.rules.positions import Plan

ENTERED = ("project", "attempt", "stage", "standard_stage", "entered_at", "precision", "cause", "held")
COLUMNS = [
    "stage_since",
    "stage_shift",
    "gate_planned_on",
    "hold_since",
    "stage",
    "standard_stage",
    "furthest_stage",
    "attempt",
    "status",
    "outcome",
    "ever_in_production",
    "resume_on",
    "review_due_on",
    "recertify_on",
    "ended_at",
    "last_update_at",
    "version",
]


def follow(
    project: Project,
    plan: Plan,
    *,
    now: datetime,
    since: datetime,
    precision: str,
    pause: Hold | None,
) -> timedelta:
    """Bring spells and holds in line with a plan; the project row still holds the state before it.

    `pause` is the hold to be written if the plan begins one. Gives the shift of the stage clock after it.
    """
    held = timedelta()
    was_on_hold = project.status == Status.ON_HOLD
    if was_on_hold and plan.status == "active":
        held = _end_hold(project, now)
    if plan.status == "on_hold":
        _begin_or_extend_hold(project, plan, pause)
    leaves = (
        plan.to_stage != plan.from_stage or plan.outcome in ("stopped", "retired") or plan.kind == "restart"
    )
    if leaves:
        _leave(project, plan, since, held)
    elif held:
        _add_held_time(project, held)
    if leaves and plan.outcome not in ("stopped", "retired"):
        standard = facts.workflow(project).stage(plan.to_stage).standard
        entered = (project.pk, plan.attempt, plan.to_stage, standard, since, precision, "", timedelta())
        _bulk.append(Spell, ENTERED, [entered])
        return _shift(project, plan, standard)
    return project.stage_shift - held


def _shift(project: Project, plan: Plan, standard: str) -> timedelta:
    """Of a stage just entered; where the project has never been in it there is nothing to ask for."""
    index = facts.workflow(project).index
    is_new = index(plan.to_stage) > index(project.furthest_stage) and standard != project.standard_stage
    if is_new or plan.attempt != project.attempt:
        return timedelta()
    return clocks.shift(project, plan.attempt, standard)


def put(project: Project, plan: Plan, *, now: datetime, since: datetime, shift: timedelta) -> None:
    """The project's row after a plan, not yet saved; `COLUMNS` names what may have changed."""
    if plan.to_stage != project.stage or plan.attempt != project.attempt:
        project.stage_since = since
        project.gate_planned_on = None  # It was the date of the gate that now lies behind.
    if plan.status != project.status:
        project.hold_since = now if plan.status == "on_hold" else None
    project.stage_shift = shift
    project.stage = plan.to_stage
    project.standard_stage = facts.workflow(project).stage(plan.to_stage).standard
    project.furthest_stage = plan.furthest_stage
    project.attempt = plan.attempt
    project.status = plan.status
    project.outcome = plan.outcome
    project.ever_in_production = plan.ever_in_production
    project.resume_on = plan.hold_until
    if plan.review_due_on is not None or plan.outcome in ("stopped", "retired"):
        project.review_due_on = plan.review_due_on  # Until then it stays due, wherever the project goes.
    if plan.outcome != "in_production" or plan.recertify_on is not None:
        project.recertify_on = plan.recertify_on
    project.ended_at = since if project.has_ended else None
    # A file and the sample may tell of a move that was before the last word on the project.
    project.last_update_at = max(now, project.last_update_at or now)
    project.version += 1


def _begin_or_extend_hold(project: Project, plan: Plan, pause: Hold | None) -> None:
    if project.status == Status.ON_HOLD:
        Hold.objects.filter(project=project, ended_at=None).update(resume_on=plan.hold_until)
    elif pause is not None:
        pause.save(force_insert=True)


def _end_hold(project: Project, now: datetime) -> timedelta:
    Hold.objects.filter(project=project, ended_at=None).update(ended_at=now)
    return max(now - project.hold_since, timedelta()) if project.hold_since else timedelta()


# A report can say that a stage was entered before we first heard of the project.
CLOSE = ReadyChange(
    lambda pk, when, cause: (
        Spell.objects.filter(project=pk, left_at=None),
        {"entered_at": Least("entered_at", Value(when, DateTimeField())), "left_at": when, "cause": cause},
    )
)


def _leave(project: Project, plan: Plan, when: datetime, held: timedelta) -> None:
    """Close the open spell; a stopped project that restarts has none."""
    if held:
        _add_held_time(project, held)
    CLOSE(project.pk, when, plan.kind)


def _add_held_time(project: Project, held: timedelta) -> None:
    Spell.objects.filter(project=project, left_at=None).update(held=F("held") + held)
