"""The rows of evidence: made, followed by newer ones, and found again; under the lock of their project."""

from typing import Any

from projects.actions._evidence_contents import Content
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Evidence, EvidenceVersion, Project
from projects.models.evidence import Form
from projects.queries import evidence as evidence_queries
from projects.rules.facts import Obstacle


def first(
    project: Project, named: dict[str, str], content: Content, said: dict[str, Any], actor: Actor
) -> EvidenceVersion:
    """A new item with its first version."""
    item = Evidence.objects.create(
        project=project, created_by_id=actor.user_id, created_at=actor.now(), **named
    )
    return _version(item, 1, content, said, actor)


def following(
    present: EvidenceVersion, content: Content, said: dict[str, Any], actor: Actor
) -> EvidenceVersion:
    """The next version of an item; the present one stays as it was and stops being present."""
    present.replaced_at = actor.now()
    present.save(update_fields=["replaced_at"])
    return _version(present.evidence, present.number + 1, content, said, actor)


def same(
    project: Project, kind: str, title: str, content: Content | EvidenceVersion
) -> EvidenceVersion | None:
    """The present version that says the same under the same kind and title."""
    rows = evidence_queries.present_rows(project).filter(evidence__kind=kind, evidence__title=title)
    found = rows.filter(form=content.form, sha256=content.sha256).first()
    return _on(found, project)


def stated(project: Project, name: str) -> EvidenceVersion | None:
    """The present statement of a name."""
    rows = evidence_queries.present_rows(project).filter(evidence__kind=name, form=Form.STATEMENT)
    return _on(rows.first(), project)


def is_same_word(present: EvidenceVersion, content: Content, said: dict[str, Any], actor: Actor) -> bool:
    """Whether the same person has said the same on the same day."""
    before = (present.sha256, present.dated_on, present.added_by_id)
    return before == (content.sha256, said["dated_on"], actor.user_id)


def present(item: Evidence) -> EvidenceVersion:
    """The present version of an item, whether the item counts or has been removed."""
    found = item.versions.get(replaced_at=None)
    found.evidence = item
    return found


def payload(version: EvidenceVersion) -> dict[str, Any]:
    """What the history keeps of a version."""
    item = version.evidence
    said = {"evidence": item.pk, "version": version.pk, "number": version.number}
    about = {"evidence_kind": item.kind, "title": item.title}
    return {**said, **about, "gate": item.gate, "form": version.form, "sha256": version.sha256}


def place_obstacles(project: Project, places: list[tuple[str, str]]) -> list[Obstacle]:
    """Why evidence cannot be attached there: the project has no such answer, criterion or sign-off."""
    found = []
    for place, ref in places:
        if not evidence_queries.place(project, place, ref):
            message = f"{project.key} has no {place[:20]} “{ref[:40]}”."
            remedy = "Name an answer (WP1), a criterion (G5:validation_report) or the id of a sign-off."
            found.append(Obstacle("place_unknown", message, remedy, "attach"))
    return found


def refuse(found: list[Obstacle]) -> None:
    """Refuse with these reasons, if there are any."""
    if found:
        only = found[0]
        message = f"{only.message} {only.remedy}" if len(found) == 1 else "Nothing was stored."
        raise Refused(message, code="evidence_refused", obstacles=found)


def _on(version: EvidenceVersion | None, project: Project) -> EvidenceVersion | None:
    """The version with the row of the project that is held."""
    if version:
        version.evidence.project = project
    return version


def _version(
    item: Evidence, number: int, content: Content, said: dict[str, Any], actor: Actor
) -> EvidenceVersion:
    version = EvidenceVersion.objects.create(
        evidence=item,
        number=number,
        form=content.form,
        sha256=content.sha256,
        file=content.file,
        file_name=content.file_name,
        content_type=content.content_type,
        size=content.size,
        url=content.url,
        holds=content.holds,
        added_by_id=actor.user_id,
        added_at=actor.now(),
        by_machine=actor.is_machine,
        **said,
    )
    version.is_new = True
    return version
