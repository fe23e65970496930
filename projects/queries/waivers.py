"""Waivers of a project: shown for ever, in force for a while."""

from dataclasses import dataclass

from projects.models import Project, Waiver
from projects.queries import facts

WAITS, IN_FORCE, USED, EXPIRED = "waits for a signature", "in force", "used", "expired"


@dataclass(frozen=True, slots=True)
class Shown:
    """A waiver as a page shows it."""

    row: Waiver
    state: str
    from_label: str
    to_label: str

    @property
    def is_waiting(self) -> bool:
        """Whether somebody can still sign it."""
        return self.state == WAITS


def listed(project: Project) -> list[Shown]:
    """Every waiver there ever was, newest first; one query, none where the project is known to have none."""
    if not getattr(project, "has_waivers", True):
        return []
    rows = Waiver.objects.filter(project=project).select_related("manager", "sponsor")
    workflow = facts.workflow(project)
    labels = {stage.code: stage.label for stage in workflow.stages}
    return [
        Shown(
            row,
            _state(row, project),
            labels.get(row.from_stage, row.from_stage),
            labels.get(row.to_stage, row.to_stage),
        )
        for row in rows.order_by("-created_at", "-pk")
    ]


def in_force(project: Project) -> list[Shown]:
    """Those that allow to skip ahead from where the project is now."""
    return [one for one in listed(project) if one.state == IN_FORCE and one.row.from_stage == project.stage]


def _state(waiver: Waiver, project: Project) -> str:
    if waiver.used_at:
        return USED
    if waiver.expires_on < facts.today(project):
        return EXPIRED
    return IN_FORCE if waiver.signed_at else WAITS
