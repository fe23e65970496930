"""The folded text that the register searches in."""

from projects.models import Project
from projects.rules.names import fold


def search_text(project: Project) -> str:
    """Key, name, problem and owner in one folded line, kept with the row by every action that changes them."""
    owner = project.owner.name if project.owner else ""
    return fold(" ".join([project.key, project.name, owner, project.problem]))
