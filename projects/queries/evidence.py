"""Evidence: what a project has now, what it had before, and what rests on it."""

from collections import defaultdict

from django.db.models import QuerySet
from django.http import Http404

from projects.actors import Actor
from projects.models import Evidence, EvidenceUse, EvidenceVersion, Project, SignOff
from projects.models.evidence import Place
from projects.queries import facts, scoring
from projects.rules import evidence_kinds, roles

LONGEST_ID = 18  # digits that fit an id's column


def present(project: Project) -> list[EvidenceVersion]:
    """The newest version of each item that nobody has removed, by kind; one query."""
    return list(present_rows(project).select_related("added_by").order_by("evidence__kind", "evidence_id"))


def present_rows(project: Project) -> QuerySet[EvidenceVersion]:
    """The rows of versions that count now, with their items."""
    rows = EvidenceVersion.objects.filter(evidence__project=project, evidence__removed_at=None)
    return rows.filter(replaced_at=None).select_related("evidence")


def versions(evidence: Evidence) -> list[EvidenceVersion]:
    """All versions of an item, the newest first; one query."""
    return list(evidence.versions.select_related("added_by").order_by("-number"))


def one(project: Project, evidence_id: int) -> Evidence:
    """An item of this project, removed or not; 404 for any other."""
    found = Evidence.objects.filter(project=project, pk=evidence_id).first()
    if found is None:
        raise Http404
    found.project = project
    return found


def version(project: Project, version_id: int) -> EvidenceVersion:
    """A version of an item of this project; 404 for any other."""
    rows = EvidenceVersion.objects.filter(evidence__project=project, pk=version_id)
    found = rows.select_related("evidence").first()
    if found is None:
        raise Http404
    return found


def visible_to(actor: Actor) -> QuerySet[Evidence]:
    """The items on projects that this actor may know of."""
    return Evidence.objects.filter(project__in=Project.objects.visible_to(actor))


def places(project: Project) -> dict[int, list[EvidenceUse]]:
    """The places that items were attached to, by item; one query."""
    found = defaultdict(list)
    for use in EvidenceUse.objects.filter(evidence__project=project, evidence__removed_at=None):
        found[use.evidence_id].append(use)
    return dict(found)


def place(project: Project, kind: str, ref: str) -> str:
    """A place that evidence can be attached to, in words; empty when the project has no such."""
    if kind == Place.ANSWER:
        card = scoring.card(project)
        return f"{ref}: {card.question(ref).text}" if card.has(ref) else ""
    if kind == Place.CRITERION:
        return _criterion(project, ref)
    if kind == Place.SIGNOFF and ref.isascii() and ref.isdigit() and len(ref) <= LONGEST_ID:
        found = SignOff.objects.filter(project=project, pk=int(ref)).values_list("gate", "role").first()
        return f"{found[0]}: {roles.label(found[1])}" if found else ""
    return ""


def _criterion(project: Project, ref: str) -> str:
    """The criterion of "GATE:name" in words."""
    code, _, name = ref.partition(":")
    for gate in facts.workflow(project).gates:
        if gate.code == code and name and name in [each.name for each in gate.criteria]:
            return f"{gate.code}: {evidence_kinds.label(name)}"
    return ""
