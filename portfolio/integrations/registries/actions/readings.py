"""Reading registries: what is due, one server at a time, bounded; a server that is away costs others nothing.

A link is claimed by the moment at which it is due next: whoever claims it puts that off, and a worker that
is killed leaves it to the next round. Servers are asked outside of transactions; what they said is written in
one.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portfolio.integrations.models import ModelVersion, Registry, RegistryLink
from portfolio.integrations.registries.actions import news, registries
from portfolio.integrations.registries.actions.links import READ_TASK
from portfolio.integrations.registries.mlflow import Failed, Server
from portfolio.integrations.registries.rules import registries as rules
from portfolio.integrations.registries.rules.mlflow_answers import Run, Version
from portfolio.wake import wake
from projects.models import Project

# One server in one go; what is left is read in the next.
SECONDS = 60.0
# Longer than one go: then another worker takes what this one has left.
LEASE = timedelta(minutes=5)
# Runs of an experiment that are kept: the newest.
MOST_RUNS = 50
# Metrics of a version come from its run, one request each: those in use, and the newest.
MOST_METRICS_READ, NEWEST = 30, 10


class Read(NamedTuple):
    """What a server said of one link, and since when it was asked."""

    asked_at: datetime
    versions: list[Version]
    is_whole: bool
    aliases: dict[str, str]
    runs: dict[str, Run]


def wake_due(is_asked: bool = False) -> int:
    """Wake a worker for every registry of which something is due, or of all that somebody asks for; how many.

    Each is read by a task of its own: none waits for another.
    """
    now = timezone.now()
    links = RegistryLink.objects.filter(project__deleted_at=None, project__archived_at=None)
    if is_asked:
        links.update(due_at=now)
    due = links.filter(due_at__lte=now).order_by("registry").values_list("registry", flat=True).distinct()
    found = list(due)
    for registry_id in found:
        wake(READ_TASK, registry_id)
    return len(found)


def read(registry_id: int) -> int:
    """Read what is due of one registry; how many links were read."""
    registry = Registry.objects.select_related("portfolio").filter(pk=registry_id).first()
    if registry is None:
        return 0
    number, until = 0, time.monotonic() + SECONDS
    while (link := _claimed(registry, timezone.now())) is not None:
        lease = link.due_at
        try:
            server = registries.server(registry, until)
            said = _asked(server, link)
        except Failed as failure:
            if not _failed(registry, link, failure):
                break
            continue
        with transaction.atomic():
            news.keep(link.pk, said, now=timezone.now())
            _done(registry, link, lease)
        _tell(server, link)
        number += 1
        if time.monotonic() >= until:
            wake(READ_TASK, registry_id)
            break
    return number


def _claimed(registry: Registry, now: datetime) -> RegistryLink | None:
    """The next link that is due, put off so that nobody else takes it."""
    due = RegistryLink.objects.filter(registry=registry, due_at__lte=now)
    due = due.filter(project__deleted_at=None, project__archived_at=None)
    for link in due.select_related("project").order_by("due_at", "pk")[:5]:
        is_mine = RegistryLink.objects.filter(pk=link.pk, due_at=link.due_at).update(due_at=now + LEASE)
        if is_mine:
            link.due_at, link.registry = now + LEASE, registry
            return link
    return None


def _asked(server: Server, link: RegistryLink) -> Read:
    """All that is read of a link."""
    asked_at = timezone.now()
    if link.kind == rules.EXPERIMENT:
        runs = server.runs(link.name, MOST_RUNS)
        versions = [
            Version(run.id, run.id, run.status, run.started_at, run.ended_at, run.tags) for run in runs
        ]
        return Read(asked_at, versions, False, {}, {run.id: run for run in runs})
    aliases = server.aliases(link.name)
    versions, is_whole = server.versions(link.name)
    wanted = _wanted(link, versions, set(aliases.values()))
    runs_of = {run_id: run for run_id in wanted if (run := server.run(run_id)) is not None}
    return Read(asked_at, versions, is_whole, aliases, runs_of)


def _wanted(link: RegistryLink, versions: list[Version], used: set[str]) -> list[str]:
    """The runs whose metrics are read: of versions in use, new here, or among the newest."""
    known = set(ModelVersion.objects.filter(link=link).values_list("version", flat=True))
    ranked = [each for each in versions if each.version in used]
    ranked += versions[:NEWEST] + [each for each in versions if each.version not in known]
    return list(dict.fromkeys(each.run for each in ranked if each.run))[:MOST_METRICS_READ]


def _done(registry: Registry, link: RegistryLink, lease: datetime) -> None:
    now = timezone.now()
    RegistryLink.objects.filter(pk=link.pk).update(read_at=now, error="")
    # A message that came meanwhile has made it due again: that stands.
    RegistryLink.objects.filter(pk=link.pk, due_at=lease).update(due_at=now + rules.EVERY)
    Registry.objects.filter(pk=registry.pk).update(read_at=now, error="", failed_at=None, failures=0)


def _failed(registry: Registry, link: RegistryLink, failure: Failed) -> bool:
    """Note what went wrong; whether the server itself is well, so that its other links can be read."""
    now, said = timezone.now(), failure.message[:300]
    if failure.is_missing:
        gone = f"{link.name} is not there any more: it was renamed or deleted. Link the new name."
        later = {"due_at": now + rules.EVERY, "error": gone[:300]}
        RegistryLink.objects.filter(pk=link.pk).update(**later)
        Registry.objects.filter(pk=registry.pk).update(read_at=now, error="", failed_at=None, failures=0)
        return True
    Registry.objects.filter(pk=registry.pk).update(failures=F("failures") + 1, failed_at=now, error=said)
    registry.refresh_from_db(fields=["failures"])
    later_at = now + rules.pause(registry.failures)
    # All that is due there waits as long: each would only cost the same time again.
    due = RegistryLink.objects.filter(registry=registry, due_at__lte=later_at)
    due.update(due_at=later_at)
    RegistryLink.objects.filter(pk=link.pk).update(error=said)
    return False


def _tell(server: Server, link: RegistryLink) -> None:
    """Write the stage back as a tag of the model, where that is wished and it is another one."""
    if not link.tells_stage:
        return
    # As it is now: what was read may just have moved it.
    stage = Project.objects.values_list("stage", flat=True).get(pk=link.project_id)
    if link.told_stage == stage:
        return
    try:
        server.set_tag(link.name, "plimsoll.stage", stage)
        server.set_tag(link.name, "plimsoll.project", link.project.key)
    except Failed as failure:
        RegistryLink.objects.filter(pk=link.pk).update(
            error=f"The stage could not be written there. {failure.message}"[:300]
        )
    else:
        RegistryLink.objects.filter(pk=link.pk).update(told_stage=stage)
