"""What happened to a flag: raised, changed, asleep, cleared; and the limits that it is measured by."""

from dataclasses import dataclass
from datetime import datetime

from projects.models import Event, Flag, Project, Status
from projects.models.workflows import parsed
from projects.queries import flag_sentences, stay_limits
from projects.queries.sentences import DOORS
from projects.rules import flag_limits
from projects.rules.flag_facts import limits

# Newest first; a flag that comes and goes every day for months has more, and they say the same.
MOST = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a flag."""

    event: int
    who: str
    by_machine: bool
    words: str
    at: datetime


def of(flag: Flag) -> list[Step]:
    """What happened to it, newest first; one query."""
    found = Event.objects.filter(
        portfolio=flag.portfolio_id, project=flag.project_id, kind__startswith="flag.", payload__flag=flag.pk
    )
    return [_step(event) for event in found.select_related("actor").order_by("-at", "-pk")[:MOST]]


def _step(event: Event) -> Step:
    who = event.actor.name if event.actor else DOORS.get(event.door, "Plimsoll")
    words = flag_sentences.WRITERS[event.kind](event.payload, None)
    return Step(event.pk, who, event.by_machine, words, event.at)


def measured_by(flag: Flag, project: Project) -> list[tuple[str, str]]:
    """The limits of its rule in the stage where the project is now; one query where they can be learnt."""
    if not flag_limits.is_of_stages(flag.rule):
        return []
    learnt = stay_limits.learnt([project.portfolio_id]).get(project.portfolio_id)
    found = limits(parsed(project.workflow_id), learnt)[project.stage]
    return flag_limits.in_words(flag.rule, found, on_hold=project.status == Status.ON_HOLD)
