"""Whether somebody can own a part of a project."""

from typing import Any

from projects import permissions
from projects.actors import Actor
from projects.models import Project
from projects.rules.facts import Obstacle


def obstacles(owner: Any, project: Project, field: str = "owner") -> list[Obstacle]:
    """Why somebody cannot own a thing of this project: they have left, or may not see it."""
    if owner is None:
        return []
    if not owner.is_active:
        remedy = "Choose another owner."
        return [Obstacle("owner_inactive", f"{owner.name} is no longer active.", remedy, field)]
    if not permissions.granted(Actor(owner, "owner"), "project.view", project):
        remedy = "Choose another owner, or make them a member of the portfolio first."
        return [Obstacle("owner_cannot_see", f"{owner.name} may not see {project.key}.", remedy, field)]
    return []
