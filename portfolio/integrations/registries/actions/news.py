"""What was read of a model, kept: versions, aliases and metrics, with an event for what is new.

Read twice is nothing new. What an alias stands for here is done in the same transaction, so that a worker
that is killed forgets none of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from portfolio.integrations.models import ModelVersion, RegistryLink
from portfolio.integrations.registries.actions import aliases as registry_aliases
from portfolio.integrations.registries.actions import metrics
from portfolio.integrations.registries.rules import registries as rules
from portfolio.integrations.registries.rules.mlflow_answers import Metric, Run, Version
from projects import events
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Event, Project

PRODUCT = Actor.system("mlflow")
COLUMNS = ("run", "aliases", "tags", "metrics", "status", "made_at", "changed_at", "read_at")


class Read(Protocol):
    """What a server said of one link, and since when it was asked."""

    @property
    def asked_at(self) -> datetime: ...
    @property
    def versions(self) -> Sequence[Version]: ...
    @property
    def is_whole(self) -> bool: ...
    @property
    def aliases(self) -> Mapping[str, str]: ...
    @property
    def runs(self) -> Mapping[str, Run]: ...


@transaction.atomic
def keep(link_id: int, said: Read, *, now: datetime) -> bool:
    """Store what is new and do what it means; whether it was stored: what was read later stands."""
    found = _held(link_id)
    if found is None or (found.read_at is not None and found.read_at >= said.asked_at):
        return False
    link, is_first = found, found.read_at is None
    known = {row.version: row for row in ModelVersion.objects.filter(link=link)}
    before = {alias: row.version for row in known.values() for alias in row.aliases}
    rows = _rows(link, said, known, now)
    measured = {row.version: dict(row.metrics) for row in known.values()}
    appeared = _store(link, said, rows, known)
    changes = rules.alias_changes(before, said.aliases)
    news = [] if link.kind == rules.EXPERIMENT or is_first else appeared
    told = [_appeared(link, row) for row in reversed(news)]
    aliased = [_aliased(link, change) for change in changes]
    Event.objects.bulk_create([*told, *aliased])
    metrics.post(link, [row for row in rows if row.metrics != measured.get(row.version, {})])
    registry_aliases.follow(link, changes, is_first=is_first, now=now)
    return True


def _held(link_id: int) -> RegistryLink | None:
    """The link with its project, both locked; None where either is gone or put away."""
    project_id = RegistryLink.objects.filter(pk=link_id).values_list("project_id", flat=True).first()
    try:
        project = _locks.project(project_id or 0)
    except (Project.DoesNotExist, Refused):
        return None
    rows = RegistryLink.objects.select_for_update(of=("self",)).select_related("registry")
    link = rows.filter(pk=link_id).first()
    if link is not None:
        link.project = project
    return link


def _rows(
    link: RegistryLink, said: Read, known: Mapping[str, ModelVersion], now: datetime
) -> list[ModelVersion]:
    """Every version as it is now; not yet saved."""
    listed = {each.version: each for each in said.versions}
    # An alias may stand on a version that is too old for the list.
    beyond = [Version(number) for number in sorted(set(said.aliases.values()) - set(listed))]
    return [_row(link, each, said, known.get(each.version), now) for each in (*listed.values(), *beyond)]


def _row(
    link: RegistryLink, each: Version, said: Read, known: ModelVersion | None, now: datetime
) -> ModelVersion:
    run = said.runs.get(each.run)
    kept = known.metrics if known is not None else {}
    return ModelVersion(
        pk=None if known is None else known.pk,
        link=link,
        version=each.version,
        run=each.run,
        aliases=sorted(alias for alias, version in said.aliases.items() if version == each.version),
        tags=dict(each.tags),
        metrics=kept if run is None else {name: _stored(of) for name, of in sorted(run.metrics.items())},
        status=each.status,
        made_at=each.made_at,
        changed_at=each.changed_at,
        read_at=now,
    )


def _stored(metric: Metric) -> dict[str, Any]:
    return {"value": metric.value, "at": metric.at.isoformat() if metric.at else None}


def _store(
    link: RegistryLink, said: Read, rows: Sequence[ModelVersion], known: Mapping[str, ModelVersion]
) -> list[ModelVersion]:
    """Write what is new or different, and forget what is not there any more; the new ones."""
    new = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None and _differs(row, known[row.version])]
    if said.is_whole or link.kind == rules.EXPERIMENT:
        gone = set(known) - {row.version for row in rows}
        if gone:
            ModelVersion.objects.filter(link=link, version__in=gone).delete()
    if new:
        ModelVersion.objects.bulk_create(new)
    if changed:
        ModelVersion.objects.bulk_update(changed, COLUMNS, batch_size=500)
    return new


def _differs(row: ModelVersion, known: ModelVersion) -> bool:
    return any(getattr(row, name) != getattr(known, name) for name in COLUMNS if name != "read_at")


def _appeared(link: RegistryLink, row: ModelVersion) -> Event:
    made_at = row.made_at.isoformat() if row.made_at else None
    return _event(link, "model_version.appeared", version=row.version, run=row.run, made_at=made_at)


def _aliased(link: RegistryLink, change: rules.AliasChange) -> Event:
    return _event(link, "model_alias.changed", **change._asdict())


def _event(link: RegistryLink, kind: str, **said: Any) -> Event:
    about = {"link": link.pk, "sort": link.kind, "model": link.name, "registry": link.registry.name}
    return events.build(link.project, kind, PRODUCT, **about, **said)
