"""Observations of metrics: posted by people and machines, however often, and corrected by posting again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from django.db import transaction

from projects import events, permissions
from projects.actions import _bulk, _locks, _metric_sides, _observation_rows, flags
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Observation, Project
from projects.queries import observations as queries
from projects.queries.observations import Kept
from projects.rules import observations as rules
from projects.rules.observations import Key, Observed, Said

CORRECTED = (*Said._fields, "source", "posted_by", "posted_at")
# So many corrections are told with what was said before; of the others only how many there were.
MOST_TOLD = 10


class Posted(NamedTuple):
    """What became of a batch: rows that are new, that were there already, and that say something else now."""

    stored: int
    same: int
    changed: int


@transaction.atomic
def post_many(project_id: int, *, given: Sequence[Observed], actor: Actor, source: str = "") -> Posted:
    """Keep a batch, all or none; the same again changes nothing, another value under a key corrects it."""
    project = _locks.project(project_id)
    permissions.require(actor, "observation.post", project)
    source = source.strip()
    if found := rules.obstacles(given, source, actor.now()):
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="observations_refused", obstacles=found)
    rows = {rules.key(row): row for row in given}
    kept = queries.kept(project.pk, rows)
    new = [row for key, row in rows.items() if key not in kept]
    changed = [row for key, row in rows.items() if key in kept and kept[key].said != rules.said(row)]
    if new or changed:
        _write(project, new, [(kept[rules.key(row)].pk, row) for row in changed], source, actor)
        said = _told(new, changed, kept)
        same = len(given) - len(new) - len(changed)
        _keep(project, {row.metric for row in (*new, *changed)})
        events.record(project, "observations.posted", actor, same=same, source=source, **said)
        flags.refresh(project, actor=actor)
    return Posted(len(new), len(given) - len(new) - len(changed), len(changed))


@transaction.atomic
def remove(project_id: int, *, observation_id: int, actor: Actor) -> None:
    """Take back what was posted by mistake; one that is not there is no change. Only people do that."""
    project = _locks.project(project_id)
    permissions.require(actor, "observation.post", project)
    if actor.is_machine:
        message = "Only a person removes an observation; a wrong value is corrected by posting it again."
        raise NotAllowed(message, code="person_needed")
    row = Observation.objects.filter(project=project, pk=observation_id).first()
    if row is None:
        return
    said = {name: getattr(row, name) for name in Observed._fields}
    row.delete()
    said["at"] = row.at.astimezone(UTC).isoformat()
    _keep(project, {row.metric})
    events.record(project, "observation.removed", actor, **said)
    flags.refresh(project, actor=actor)


def _keep(project: Project, metrics: set[str]) -> None:
    """What gates and flags read of the project itself stays in step with what was observed."""
    news = {
        "measurements": _metric_sides.keep(project, metrics),
        "signals": _metric_sides.see(project, metrics),
    }
    if changed := [column for column, is_news in news.items() if is_news]:
        project.save(update_fields=changed)


def _write(
    project: Project,
    new: Sequence[Observed],
    changed: Sequence[tuple[int, Observed]],
    source: str,
    actor: Actor,
) -> None:
    """The project is locked, so nobody else adds what is not there."""
    if new:
        _observation_rows.pour(project.pk, new, source, actor)
    by = (source, actor.user_id, actor.now())
    if changed:
        _bulk.change(Observation, CORRECTED, [(pk, *rules.said(row), *by) for pk, row in changed])


def _told(new: Sequence[Observed], changed: Sequence[Observed], kept: Mapping[Key, Kept]) -> dict[str, Any]:
    """What an event says of a batch: how many and from when to when, by metric; and the first corrections."""
    groups: dict[str, list[Observed]] = defaultdict(list)
    for row in (*new, *changed):
        groups[row.metric].append(row)
    return {
        "stored": len(new),
        "changed": len(changed),
        "metrics": {metric: _span(groups[metric]) for metric in sorted(groups)},
        "corrections": [_correction(row, kept[rules.key(row)].said) for row in changed[:MOST_TOLD]],
    }


def _span(rows: Sequence[Observed]) -> dict[str, Any]:
    return {
        "number": len(rows),
        "environments": sorted({row.environment for row in rows}),
        "from": min(row.at for row in rows).astimezone(UTC).isoformat(),
        "until": max(row.at for row in rows).astimezone(UTC).isoformat(),
    }


def _correction(row: Observed, before: Said) -> dict[str, Any]:
    key = rules.key(row)
    return {**key._asdict(), "at": key.at.astimezone(UTC).isoformat(), "value": [before.value, row.value]}
