"""Measurements: what a model's metrics were, posted by people and pipelines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.queries import facts
from projects.rules import measurements as rules
from projects.rules.facts import Obstacle
from projects.rules.measurements import Measurement


class Posted(NamedTuple):
    """A measurement that was posted, and whether it is the one that counts now."""

    measurement: Measurement
    stored: bool


def post(
    project_id: int, *, metric: str, value: Decimal, measured_on: date, actor: Actor, source: str = ""
) -> Posted:
    """Say what a metric was on a day; a day before that of the stored measurement changes nothing."""
    (found,) = post_many(project_id, given=[Measurement(metric, value, measured_on, source)], actor=actor)
    return found


@transaction.atomic
def post_many(project_id: int, *, given: Sequence[Measurement], actor: Actor) -> list[Posted]:
    """The same of several metrics, all or none."""
    project = _locks.project(project_id)
    permissions.require(actor, "evidence.edit", project)
    given = [replace(each, source=each.source.strip()) for each in given]
    _refuse(given, project, actor)
    present = rules.read(project.measurements)
    found = rules.newest(present, given)
    if wrong := rules.count_obstacles(found):
        raise Refused(f"{wrong[0].message} {wrong[0].remedy}", code="measurements_refused", obstacles=wrong)
    before = {each.metric: each for each in present}
    changed = [name for name, each in found.items() if each != before.get(name)]
    if changed:
        stored = {name: found[name].stored for name in changed}
        # What else was observed of the other metrics stays beside them.
        project.measurements = {**project.measurements, **stored}
        project.save(update_fields=["measurements"])
        said = {name: stored[name] for name in sorted(changed)}
        events.record(project, "measurement.posted", actor, measurements=said)
        flags.refresh(project, actor=actor, says=True)
    return [Posted(each, found[each.metric].stored == each.stored) for each in given]


def _refuse(given: Sequence[Measurement], project: Project, actor: Actor) -> None:
    """Refuse with every reason; each field begins with the place of its measurement, as in 0.value."""
    today = facts.today(project, actor.now())
    found = [
        Obstacle(each.code, each.message, each.remedy, f"{place}.{each.field}")
        for place, one in enumerate(given)
        for each in rules.obstacles(one, today)
    ]
    if found:
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="measurements_refused", obstacles=found)
