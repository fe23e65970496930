"""What a rule has done: each verb by its normal action, with the rights and at the gates of the source."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from portfolio.integrations.sources.rules import verbs
from projects.actions import blockers, checklists, evidence, moves, observations, proposals, signals, updates
from projects.actors import Actor
from projects.models import Blocker, Project
from projects.queries import facts
from projects.rules.observations import OFFLINE, Observed


class Origin(NamedTuple):
    """Whose message it is, and what makes this piece of work the same as another."""

    actor: Actor
    name: str  # of the source, as history shows it
    source: str  # a name that no renaming changes
    external_id: str
    at: datetime


class Done(NamedTuple):
    """What came of it, in words."""

    code: str
    message: str


Values = Mapping[str, Any]


def do(verb: str, project: Project, values: Values, origin: Origin) -> Done:
    """Carry out one verb; a refusal of its action rises."""
    return WORK[verb](project, values, origin)


def _move(project: Project, values: Values, origin: Origin) -> Done:
    made = moves.make(
        project.pk, actor=origin.actor, source=origin.source, external_id=origin.external_id, **values
    )
    if made.is_repeat:
        return Done("moved_before", f"This message moved {project.key} before.")
    stage = _stage(project, made.plan.to_stage)
    if made.move is None:
        return Done("no_change", f"{project.key} is in {stage} already.")
    return Done("moved", f"{project.key} was moved to {stage}.")


def _propose(project: Project, values: Values, origin: Origin) -> Done:
    body = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    cause = f"{origin.source} {origin.external_id}"
    reason = f"A message of {origin.name}."
    made = proposals.propose(
        project.pk, kind="move", body=body, reason=reason, cause=cause, actor=origin.actor
    )
    where = _stage(project, values["to"]) if values.get("to") else values["kind"]
    if made.state != made.State.OPEN:
        return Done("proposed_before", f"The move of {project.key} to {where} was decided on before.")
    return Done("proposed", f"It is proposed to move {project.key} to {where}. A person has to confirm it.")


def _update(project: Project, values: Values, origin: Origin) -> Done:
    updates.post(project.pk, actor=origin.actor, **values)
    return Done("update_posted", f"An update of {project.key} was posted.")


def _observe(project: Project, values: Values, origin: Origin) -> Done:
    said = dict(values)
    numbers = said.pop("values", None) or {said.pop("metric"): said.pop("value")}
    common: dict[str, Any] = {"environment": OFFLINE, "at": origin.at} | said
    given = [Observed(metric=metric, value=value, **common) for metric, value in numbers.items()]
    posted = observations.post_many(project.pk, given=given, actor=origin.actor, source=origin.name)
    if not posted.stored + posted.changed:
        return Done("no_change", f"{project.key} had these observations already.")
    what = ", ".join(sorted(numbers)) if len(numbers) <= 3 else f"{len(numbers)} metrics"
    return Done("observed", f"Observations of {what} were posted for {project.key}.")


def _check(project: Project, values: Values, origin: Origin) -> Done:
    checklist, item, said = values["checklist"], values["item"], values.get("points", "1")
    before = project.checklists.get(checklist, {}).get(item)
    points = verbs.points(said)
    changed = checklists.fill(project.pk, checklist=checklist, points={item: points}, actor=origin.actor)
    if changed.checklists.get(checklist, {}).get(item) == before:
        return Done("no_change", f"{item} of {project.key} had {said} already.")
    return Done("checked", f"{item} of {project.key} has {said} now.")


def _evidence(project: Project, values: Values, origin: Origin) -> Done:
    began = origin.actor.now()
    version = evidence.add(project.pk, actor=origin.actor, **values)
    if version.added_at < began:
        return Done("no_change", f"{project.key} had this evidence already.")
    return Done("evidence_added", f"{values['title']} was added to the evidence of {project.key}.")


def _blocker(project: Project, values: Values, origin: Origin) -> Done:
    """A pipeline that fails every night stops a project once."""
    title = values["title"]
    if Blocker.objects.filter(project=project, title=title, resolved_on=None).exists():
        return Done("no_change", f"The blocker “{title}” of {project.key} is open already.")
    blockers.raise_(project.pk, actor=origin.actor, **values)
    return Done("blocker_raised", f"The blocker “{title}” of {project.key} was raised.")


def _signal(project: Project, values: Values, origin: Origin) -> Done:
    signals.see(project.pk, name=values["name"], actor=origin.actor)
    return Done("signal_seen", f"{values['name']} of {project.key} was seen.")


WORK: dict[str, Callable[[Project, Values, Origin], Done]] = {
    "move": _move,
    "propose": _propose,
    "update": _update,
    "observe": _observe,
    "check": _check,
    "evidence": _evidence,
    "blocker": _blocker,
    "signal": _signal,
}


def _stage(project: Project, code: str) -> str:
    """The stage as people call it; a code that the workflow does not know stays as it is."""
    known = {stage.code: stage.label for stage in facts.workflow(project).stages}
    return known.get(code, code)
