"""Metric pairs: declared and taken away; what they compare is posted as observations or measurements."""

from django.db import transaction

from projects import events, permissions
from projects.actions import _locks, _metric_sides, flags
from projects.actors import Actor
from projects.errors import Refused
from projects.rules import metric_pairs as rules
from projects.rules.metric_pairs import MetricPair


@transaction.atomic
def declare(project_id: int, *, pair: MetricPair, actor: Actor) -> MetricPair:
    """Say which two metrics should agree; one of the same name is replaced, the same again is no change."""
    project = _locks.project(project_id)
    permissions.require(actor, "project.edit", project)
    others = len(project.metric_pairs.keys() - {pair.name})
    if found := rules.obstacles(pair, others):
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="metric_pair_refused", obstacles=found)
    before = project.metric_pairs.get(pair.name)
    if before == pair.stored:
        return pair
    project.metric_pairs = {**project.metric_pairs, pair.name: pair.stored}
    _metric_sides.keep(project, {pair.offline, pair.online})
    project.save(update_fields=["metric_pairs", "measurements"])
    events.record(project, "metric_pair.declared", actor, pair=pair.name, said=pair.stored, before=before)
    flags.refresh(project, actor=actor)
    return pair


@transaction.atomic
def remove(project_id: int, *, name: str, actor: Actor) -> None:
    """Take a pair away, its measurements stay; one that is not there is no change."""
    project = _locks.project(project_id)
    permissions.require(actor, "project.edit", project)
    if name not in project.metric_pairs:
        return
    project.metric_pairs = {each: said for each, said in project.metric_pairs.items() if each != name}
    _metric_sides.keep(project, ())
    project.save(update_fields=["metric_pairs", "measurements"])
    events.record(project, "metric_pair.removed", actor, pair=name)
    flags.refresh(project, actor=actor)
