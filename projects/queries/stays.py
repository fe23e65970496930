"""How long a project has been where it is, and when it passed each stage."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from projects.models import Project, Spell
from projects.queries import clocks, facts
from projects.rules.stages import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the workflow as the stepper shows it."""

    stage: Stage
    is_done: bool
    is_now: bool
    entered_at: datetime | None
    precision: str


@dataclass(frozen=True, slots=True)
class Stay:
    """The project's way through the stages and the days spent in the present one, without hold."""

    steps: tuple[Step, ...]
    days: int
    typical: int | None

    @property
    def is_long(self) -> bool:
        """Longer than half of the projects stay; the flag rules say when it is too long."""
        return self.typical is not None and self.days > self.typical

    @property
    def place(self) -> int:
        """The number of the present stage, from 1."""
        return next(number for number, step in enumerate(self.steps, 1) if step.is_now)


def stay(project: Project) -> Stay:
    """The stepper of a project; one query."""
    spells = list(Spell.objects.filter(project=project, attempt=project.attempt))
    workflow = facts.workflow(project)
    latest = {spell.stage: spell for spell in spells}
    here = workflow.index(project.stage)
    steps = []
    for number, stage in enumerate(workflow.stages):
        spell = latest.get(stage.code) if number <= here else None
        steps.append(
            Step(
                stage,
                number < here,
                number == here,
                spell.entered_at if spell else None,
                spell.precision if spell else "day",
            )
        )
    typical = workflow.stage(project.stage).typical_days
    return Stay(tuple(steps), active_days(project), typical.p50 if typical else None)


def active_days(project: Project) -> int:
    """Days in the present standard stage in this attempt, without hold, as the flag rules count them."""
    zone = ZoneInfo(project.portfolio.time_zone)
    until = project.ended_at or timezone.now()
    return clocks.active_days(project.stage_since, project.stage_shift, project.hold_since, until, zone)
