"""Model cards: kept as evidence by one click, and brought from outside with what they say of a project."""

from collections.abc import Callable, Collection
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from projects import events, permissions
from projects.actions import evidence, projects
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Evidence, EvidenceVersion, Project
from projects.queries import model_cards as queries
from projects.rules import model_cards as rules
from projects.rules.model_cards import BadCard, Read

KIND = "model_card"
# What a card can say of a project, with how its words become the value.
FIELDS: dict[str, Callable[[Read], str]] = {
    "name": lambda said: said.name[:200],
    "description": lambda said: said.description,
    "data_sources": lambda said: "\n".join(said.datasets),
    "ml_metric": lambda said: ", ".join(said.metrics)[:300],
    "model_version": lambda said: said.version[:60],
}


def read(written: str) -> Read:
    """What a card says; raises Refused."""
    try:
        return rules.read(written)
    except BadCard as bad:
        raise Refused(str(bad), code="bad_card") from bad


def differences(project: Project, said: Read) -> dict[str, tuple[str, str]]:
    """Field -> what the project says and what the card says, where the card says something else."""
    found = {name: (str(getattr(project, name)), value(said)) for name, value in FIELDS.items()}
    return {name: pair for name, pair in found.items() if pair[1] and pair[0].split() != pair[1].split()}


def keep(project_id: int, *, actor: Actor) -> EvidenceVersion:
    """Keep the card as it would be written now among the evidence; the same card again is no change."""
    project = Project.objects.select_related("owner", "unit", "portfolio").get(pk=project_id)
    permissions.require(actor, "evidence.edit", project)
    return _kept(project, rules.text(queries.of(project)), f"Model card of {project.key}", actor)


def bring(
    project_id: int, *, written: str, fields: Collection[str], version: int | None, actor: Actor
) -> Project:
    """Take over the chosen fields that a card says, and keep the card as it came among the evidence."""
    said = read(written)
    project = Project.objects.select_related("owner").get(pk=project_id)
    permissions.require(actor, "evidence.edit", project)
    permissions.require(actor, "project.edit", project)
    found = differences(project, said)
    if strange := set(fields) - set(FIELDS):
        raise Refused(f"A model card has no field {min(strange)}.", code="field_unknown")
    taken: dict[str, Any] = {name: found[name][1] for name in FIELDS if name in fields and name in found}
    with transaction.atomic():
        project = projects.edit(project_id, version=version, actor=actor, **taken)
        kept = _kept(project, written, f"Model card of {project.key}, brought", actor)
        told = {"evidence": kept.evidence_id, "fields": sorted(taken), "others": list(said.others)}
        events.record(project, "model_card.imported", actor, **told)
    return project


def _kept(project: Project, written: str, title: str, actor: Actor) -> EvidenceVersion:
    """As a new version of the item of this title, or as the first."""
    file = ContentFile(written.encode(), name=f"{project.key.lower()}-model-card.md")
    item = Evidence.objects.filter(project=project, kind=KIND, title=title, removed_at=None).first()
    if item is None:
        return evidence.add(project.pk, kind=KIND, title=title, file=file, actor=actor)
    return evidence.replace(item.pk, file=file, actor=actor)
