"""What adopting a scenario would do, change by change; nothing is changed by asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portfolio.insights.models import Scenario
from portfolio.insights.rules.scenario import changes as change_rules
from portfolio.insights.rules.scenario import scenarios as rules
from portfolio.insights.rules.scenario.changes import Change
from portfolio.insights.rules.scenario.changes_reading import TO_PROJECTS
from projects import permissions
from projects.actors import Actor
from projects.errors import Reason
from projects.models import Portfolio, Project
from projects.queries import facts, gate_facts
from projects.rules import moves
from projects.rules.facts import Obstacle

# What the dialog itself asks for is no reason against a move.
ANSWERED_BY_DIALOG = {"reason_needed", "note_needed", "resume_date_needed", "approver_needed"}
ANSWERED_BY_DIALOG |= {"approver_not_sponsor_or_manager"}
ABILITIES = {"people": "capacity.edit", "mix": "portfolio.edit"}
# Each preview of a move reads what its gate asks for; beyond this many the dialog says what a click says.
MOST_PREVIEWED = 40


@dataclass(frozen=True, slots=True)
class Preview:
    """One open change: what it would do, and what stops it as things stand."""

    compact: str
    words: str
    obstacles: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    note: str = ""

    @property
    def can_be_done(self) -> bool:
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Ground:
    """What all previews of a scenario look at."""

    portfolio: Portfolio
    projects: Mapping[str, Project]
    actor: Actor
    now: datetime


def previews(portfolio: Portfolio, scenario: Scenario, actor: Actor, now: datetime) -> list[Preview]:
    """Every change that is still open."""
    found = rules.open_ones(change_rules.parse(scenario.changes), scenario.adoption)
    keys = [change.project for change in found if change.project]
    rows = Project.objects.visible_to(actor).filter(portfolio=portfolio, key__in=keys)
    projects = {row.key: row for row in rows.select_related("portfolio", "workflow")}
    ground = Ground(portfolio, projects, actor, now)
    return [_preview(change, ground, place < MOST_PREVIEWED) for place, change in enumerate(found)]


def _preview(change: Change, ground: Ground, is_examined: bool) -> Preview:
    names = {key: row.name for key, row in ground.projects.items()}
    said = change.compact(), change_rules.words(change, names, ground.portfolio.currency)
    if change.do not in TO_PROJECTS:
        return Preview(*said, tuple(_not_allowed(ground.actor, ABILITIES.get(change.do), ground.portfolio)))
    project = ground.projects.get(change.project)
    if project is None:
        message = f"There is no project {change.project} in this portfolio."
        return Preview(*said, (Obstacle("unknown_project", message, ""),))
    kind, to = _move(change, project)
    if kind is None:
        return Preview(*said, note="This is so already.")
    obstacles = tuple(_not_allowed(ground.actor, f"stage.{kind}", project))
    if not is_examined or obstacles:
        return Preview(*said, obstacles)
    planned = _plan(project, kind, to, ground.actor, ground.now)
    against = tuple(each for each in planned.obstacles if each.code not in ANSWERED_BY_DIALOG)
    note = f"Goes on to {facts.workflow(project).stage(to).label}" if kind == "advance" else ""
    return Preview(*said, against, tuple(planned.warnings), note)


def _move(change: Change, project: Project) -> tuple[str | None, str]:
    """The kind of move that a change needs, and where to; None: there is nothing to do."""
    if project.outcome != "open":
        return ("stop", "") if change.do == "stop" and project.outcome != "stopped" else (None, "")
    if change.do != "start":
        return (None, "") if change.do == "hold" and project.status == "on_hold" else (change.do, "")
    if project.status == "on_hold":
        return "resume", ""
    following = facts.workflow(project).next_stage(project.stage)
    is_intake = project.standard_stage == "idea" and following is not None
    return ("advance", following.code) if is_intake and following else (None, "")


def _plan(project: Project, kind: str, to: str, actor: Actor, now: datetime) -> moves.Plan:
    workflow, position = facts.workflow(project), facts.position(project)
    request = moves.MoveRequest(kind=kind, to=to, requested_by=actor.user_id)
    on_the_way = moves.gates_on_the_way(workflow, position, request)
    return moves.plan(
        workflow,
        position,
        request,
        gate_facts.of(project, on_the_way, now=now),
        today=facts.today(project, now),
        calendar=facts.calendar(project.portfolio),
    )


def _not_allowed(actor: Actor, ability: str | None, subject: Project | Portfolio) -> Sequence[Reason]:
    if ability is None or permissions.granted(actor, ability, subject):
        return ()
    message = f"You may not {permissions.MAY[ability].says}."
    return (Obstacle("not_allowed", message, "Leave it to somebody who may."),)
