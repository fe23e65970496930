"""Evidence: files and links brought, replaced and removed, and statements that people make."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction

from projects import events, permissions
from projects.actions import _evidence, _evidence_contents, _locks, flags, invalidations
from projects.actions._evidence_contents import Content
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Evidence, EvidenceVersion, Project
from projects.models.evidence import Form, Provenance
from projects.queries import facts
from projects.rules import evidence_items as rules

PRIMARY = Provenance.PRIMARY


def add(
    project_id: int,
    *,
    kind: str,
    title: str,
    actor: Actor,
    file: "File[Any] | None" = None,
    url: str = "",
    text: str = "",
    dated_on: date | None = None,
    gate: str = "",
    provenance: str = PRIMARY,
    attach: Iterable[tuple[str, str]] = (),
) -> EvidenceVersion:
    """Bring a file or a link; the same content under the same kind and title again is no change.

    `dated_on` is the day that it tells of, else today; `attach` holds places, each with its ref.
    """
    project = _open(project_id, actor)
    named, places = {"kind": kind, "title": " ".join(title.split()), "gate": gate}, list(attach)
    said = _said(project, text, dated_on, provenance, actor)
    content, found = _evidence_contents.read(file, url.strip())
    found += rules.obstacles(**named, workflow=facts.workflow(project))
    found += rules.version_obstacles(url=url.strip(), today=_today(project, actor), **said)
    _evidence.refuse([*found, *_evidence.place_obstacles(project, places)])
    with _evidence_contents.kept(content, file, project_id) as kept, transaction.atomic():
        project = _held_project(project_id, actor)
        # Of two equal uploads at once the second waits for the lock, and then finds the first.
        version = _evidence.same(project, kind, named["title"], kept)
        if version is None:
            version = _evidence.first(project, named, kept, said, actor)
            _follow(project, "evidence.added", version, actor)
        for place, ref in places:
            _attach(version.evidence, place, ref, actor)
    return version


def replace(
    evidence_id: int,
    *,
    actor: Actor,
    file: "File[Any] | None" = None,
    url: str = "",
    text: str = "",
    dated_on: date | None = None,
    provenance: str = PRIMARY,
) -> EvidenceVersion:
    """Bring a newer version; the old one stays readable. The same content of the same day is no change."""
    project = _open(_project_of(evidence_id), actor)
    said = _said(project, text, dated_on, provenance, actor)
    content, found = _evidence_contents.read(file, url.strip())
    found += rules.version_obstacles(url=url.strip(), today=_today(project, actor), **said)
    _evidence.refuse(found)
    with _evidence_contents.kept(content, file, project.pk) as kept, transaction.atomic():
        present = _evidence.present(_held(evidence_id, actor, is_there=True))
        if present.form == Form.STATEMENT:
            raise Refused("A statement is made again, not replaced.", code="is_statement")
        if (present.sha256, present.dated_on) == (kept.sha256, said["dated_on"]):
            return present
        version = _evidence.following(present, kept, said, actor)
        _follow(version.evidence.project, "evidence.replaced", version, actor)
    return version


@transaction.atomic
def state_(
    project_id: int, *, name: str, holds: bool, actor: Actor, text: str = "", gate: str = ""
) -> EvidenceVersion:
    """A person's word on what a gate asks for; the same person's same word of the same day is no change."""
    project = _held_project(project_id, actor)
    if actor.is_machine:
        raise NotAllowed("Only a person can make a statement.", code="person_needed")
    workflow, text = facts.workflow(project), text.strip()
    found = rules.statement_obstacles(name, text, workflow)
    _evidence.refuse([*found, *rules.gate_obstacles(gate, workflow)])
    words = f"{'yes' if holds else 'no'}\n{text}"
    content = Content(Form.STATEMENT, hashlib.sha256(words.encode()).hexdigest(), holds=holds)
    said = _said(project, text, None, PRIMARY, actor)
    present = _evidence.stated(project, name)
    if present is None:
        named = {"kind": name, "title": rules.statements(workflow)[name], "gate": gate}
        version = _evidence.first(project, named, content, said, actor)
    elif _evidence.is_same_word(present, content, said, actor):
        return present
    else:
        version = _evidence.following(present, content, said, actor)
    _follow(project, "statement.made", version, actor, holds=holds)
    return version


@transaction.atomic
def remove(evidence_id: int, *, actor: Actor) -> Evidence:
    """Take an item away from what counts; it can be brought back. Removed already is no change."""
    item = _held(evidence_id, actor)
    if item.removed_at is None:
        item.removed_at, item.removed_by_id = actor.now(), actor.user_id
        item.save(update_fields=["removed_at", "removed_by"])
        _follow(item.project, "evidence.removed", _evidence.present(item), actor)
    return item


@transaction.atomic
def restore(evidence_id: int, *, actor: Actor) -> Evidence:
    """Bring a removed item back; present already is no change."""
    item = _held(evidence_id, actor)
    if item.removed_at is None:
        return item
    version = _evidence.present(item)
    if version.form == Form.STATEMENT:
        again = _evidence.stated(item.project, item.kind)
    else:
        again = _evidence.same(item.project, item.kind, item.title, version)
    if again:
        raise Refused("The same has been brought again meanwhile.", code="there_again")
    item.removed_at = item.removed_by = None
    item.save(update_fields=["removed_at", "removed_by"])
    _follow(item.project, "evidence.restored", version, actor)
    return item


@transaction.atomic
def attach(evidence_id: int, *, place: str, ref: str, actor: Actor) -> Evidence:
    """Say that an answer, a criterion ("G5:model_card") or a sign-off rests on it; again is no change."""
    item = _held(evidence_id, actor, is_there=True)
    _evidence.refuse(_evidence.place_obstacles(item.project, [(place, ref)]))
    _attach(item, place, ref, actor)
    return item


@transaction.atomic
def detach(evidence_id: int, *, place: str, ref: str, actor: Actor) -> Evidence:
    """Say that a place no longer rests on it; detached already is no change."""
    item = _held(evidence_id, actor)
    gone, _ = item.uses.filter(place=place, ref=ref).delete()
    if gone:
        said = {"evidence": item.pk, "title": item.title, "place": place, "ref": ref}
        events.record(item.project, "evidence.detached", actor, **said)
    return item


def _attach(item: Evidence, place: str, ref: str, actor: Actor) -> None:
    if item.uses.filter(place=place, ref=ref).exists():
        return
    item.uses.create(place=place, ref=ref, added_by_id=actor.user_id, added_at=actor.now())
    said = {"evidence": item.pk, "title": item.title, "place": place, "ref": ref}
    events.record(item.project, "evidence.attached", actor, **said)


def _follow(project: Project, kind: str, version: EvidenceVersion, actor: Actor, **more: Any) -> None:
    """History; signatures on what has changed fall away, and flags follow."""
    events.record(project, kind, actor, **_evidence.payload(version), **more)
    invalidations.notice(project, actor=actor)
    flags.refresh(project, actor=actor, says=kind in events.SAYS)


def _open(project_id: int, actor: Actor) -> Project:
    """The project for somebody who may change it, before its lock: no stranger's bytes are kept."""
    project = Project.objects.select_related("portfolio").get(pk=project_id, deleted_at=None)
    permissions.require(actor, "evidence.edit", project)
    return project


def _held_project(project_id: int, actor: Actor) -> Project:
    project = _locks.project(project_id)
    permissions.require(actor, "evidence.edit", project)
    return project


def _held(evidence_id: int, actor: Actor, *, is_there: bool = False) -> Evidence:
    """The item with its project, locked, for somebody who may change it."""
    project = _held_project(_project_of(evidence_id), actor)
    item = Evidence.objects.get(pk=evidence_id)
    item.project = project
    if is_there and item.removed_at:
        raise Refused("Somebody has removed this evidence. Bring it back first.", code="removed")
    return item


def _project_of(evidence_id: int) -> int:
    return Evidence.objects.values_list("project_id", flat=True).get(pk=evidence_id)


def _today(project: Project, actor: Actor) -> date:
    return facts.today(project, actor.now())


def _said(
    project: Project, text: str, dated_on: date | None, provenance: str, actor: Actor
) -> dict[str, Any]:
    """What a version says of itself, besides its content."""
    day = dated_on or _today(project, actor)
    return {"text": text.strip(), "provenance": provenance, "dated_on": day}
