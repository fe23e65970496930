"""The governance tier of a project: the chosen one beside what the rule says, and why."""

from projects.models import Project
from projects.rules import tiers


def state(project: Project) -> tiers.TierState:
    """The project's tier and the one by rule; no query."""
    return tiers.state({name: getattr(project, name) for name in ("tier", *tiers.COLUMNS)})
