"""Links of projects to models and experiments: made, changed, taken away, and read again on wish."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portfolio.integrations.models import Registry, RegistryLink
from portfolio.integrations.registries.rules import registries as rules
from portfolio.wake import wake
from projects import events, permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Event, Project
from projects.queries import facts

# Where a project is then, MLflow is told if a link says so.
KINDS = frozenset(
    {
        *("stage.advanced", "stage.moved_back", "stage.rolled_back", "stage.reported"),
        "project.workflow_changed",
    }
)
READ_TASK = "portfolio.integrations.tasks.read_registry"
WRONG = "registry_link_refused"
USUAL: dict[str, Any] = {"aliases": {}, "metrics": [], "version_from": "", "tells_stage": False}
CHANGEABLE = tuple(USUAL)


@transaction.atomic
def add(
    project_id: int, *, registry_id: int, name: str, actor: Actor, kind: str = rules.MODEL, **fields: Any
) -> RegistryLink:
    """Link a project to a model or an experiment; linked already is no change. It is read at once."""
    project = _locks.project(project_id)
    permissions.require(actor, "registry.link", project)
    registry = Registry.objects.filter(pk=registry_id, portfolio=project.portfolio_id).first()
    if registry is None:
        raise Refused("There is no such registry in this portfolio.", code="registry_unknown")
    said = {**USUAL, **fields, "kind": kind, "name": name.strip()}
    _check(project, said, {}, actor)
    named = {"project": project, "registry": registry, "kind": kind, "name": said["name"]}
    if known := RegistryLink.objects.filter(**named).first():
        return known
    if RegistryLink.objects.filter(project=project).count() >= rules.MOST_LINKS:
        raise Refused(f"{project.key} has {rules.MOST_LINKS} links. Remove one first.", code="too_many")
    chosen = {each: said[each] for each in CHANGEABLE}
    link = RegistryLink.objects.create(created_by_id=actor.user_id, **named, **chosen)
    _record(link, "registry_link.added", actor, aliases=link.aliases)
    wake(READ_TASK, registry.pk)
    return link


@transaction.atomic
def change(link_id: int, *, actor: Actor, **fields: Any) -> RegistryLink:
    """Change what aliases do, which metrics are taken, and what is written back."""
    link = _held(link_id, actor)
    if unknown := set(fields) - set(CHANGEABLE):
        raise ValueError(f"Not fields of a link that can be changed: {', '.join(sorted(unknown))}.")
    said = {each: getattr(link, each) for each in CHANGEABLE} | fields
    _check(link.project, {**said, "kind": link.kind, "name": link.name}, link.aliases, actor)
    changed = [name for name in CHANGEABLE if said[name] != getattr(link, name)]
    if not changed:
        return link
    for name in changed:
        setattr(link, name, said[name])
    # Moves by a rule are made by the choice of whoever said so last.
    link.created_by_id = actor.user_id
    link.save(update_fields=[*changed, "created_by"])
    _record(link, "registry_link.changed", actor, changed=sorted(changed), aliases=link.aliases)
    read_soon(RegistryLink.objects.filter(pk=link.pk))
    return link


@transaction.atomic
def remove(link_id: int, *, actor: Actor) -> None:
    """Read the model no more; what was taken from it stays."""
    link = _held(link_id, actor)
    _record(link, "registry_link.removed", actor)
    link.delete()


@transaction.atomic
def read_again(link_id: int, *, actor: Actor) -> None:
    """Have it read at once."""
    link = _held(link_id, actor)
    read_soon(RegistryLink.objects.filter(pk=link.pk))


@transaction.atomic
def read_all(registry_id: int, *, actor: Actor) -> int:
    """Have everything that is linked to a registry read at once; how many links that are."""
    registry = Registry.objects.select_related("portfolio").get(pk=registry_id)
    permissions.require(actor, "registry.manage", registry.portfolio)
    return read_soon(registry.links.all())


def anybody_tells() -> bool:
    """Whether the stage of any project is written back to a registry."""
    return RegistryLink.objects.filter(tells_stage=True).exists()


def hear(told: Sequence[Event]) -> None:
    """Have the new stages of projects written back by the next worker that is free."""
    moved = {event.project_id for event in told if event.project_id}
    read_soon(RegistryLink.objects.filter(tells_stage=True, project_id__in=moved))


def read_soon(links: QuerySet[RegistryLink]) -> int:
    """Let these be read by the next worker that is free; how many."""
    found = list(links.values_list("pk", "registry_id"))
    RegistryLink.objects.filter(pk__in=[pk for pk, _ in found]).update(due_at=timezone.now())
    for registry_id in {each for _, each in found}:
        wake(READ_TASK, registry_id)
    return len(found)


def _held(link_id: int, actor: Actor) -> RegistryLink:
    """The link, with its project locked first."""
    project_id = RegistryLink.objects.values_list("project_id", flat=True).get(pk=link_id)
    project = _locks.project(project_id)
    permissions.require(actor, "registry.link", project)
    rows = RegistryLink.objects.select_for_update(of=("self",)).select_related("registry")
    link = rows.get(pk=link_id)
    link.project = project
    return link


def _check(project: Project, said: dict[str, Any], before: dict[str, Any], actor: Actor) -> None:
    stages = [stage.code for stage in facts.workflow(project).stages]
    if found := rules.link_obstacles(said, stages):
        only = found[0]
        message = f"{only.message} {only.remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code=WRONG, obstacles=found)
    # A rule that moves does what whoever makes it may do, and no more.
    news = [rule for alias, rule in said["aliases"].items() if before.get(alias) != rule]
    if any(rule["does"] == rules.MOVE for rule in news):
        permissions.require(actor, "stage.advance", project)


def _record(link: RegistryLink, kind: str, actor: Actor, **said: Any) -> None:
    about = {"link": link.pk, "sort": link.kind, "model": link.name, "registry": link.registry.name}
    events.record(link.project, kind, actor, **about, **said)
