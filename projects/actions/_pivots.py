"""Notes on a project that it changed what it is for, as part of the action that changed it."""

from collections.abc import Mapping
from typing import Any

from projects import events
from projects.actors import Actor
from projects.models import Project
from projects.queries import facts
from projects.rules import pivots

COLUMNS = ("pivoted_on", "pivot_stage")


def note(project: Project, changed: Mapping[str, Any], actor: Actor) -> tuple[str, ...]:
    """Put a pivot on a locked project if these changes are one; the columns that its action has to save."""
    furthest = facts.workflow(project).stage(project.furthest_stage).standard
    found = pivots.among({name: (before, after) for name, (before, after) in changed.items()})
    if not found or not pivots.can_happen(furthest):
        return ()
    project.pivoted_on, project.pivot_stage = facts.today(project, actor.now()), furthest
    said = {name: list(pair) for name, pair in found.items()}
    events.record(project, "project.pivoted", actor, stage=furthest, changes=said)
    return COLUMNS
