"""Evidence: what a project has now, what it had before, and what rests on it."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from projects.actors import Actor
from projects.models import Evidence, EvidenceUse, EvidenceVersion, Project, SignOff
from projects.models.evidence import Place
from projects.queries import facts, scoring
from projects.rules import criteria, evidence_kinds, roles
from projects.rules.stages import Criterion, Gate
from projects.rules.workflow import Workflow

LONGEST_ID = 18  # digits that fit an id's column


@dataclass(frozen=True, slots=True)
class Used:
    """A place that rests on an item, in words."""

    use: EvidenceUse
    words: str

    @property
    def short(self) -> str:
        """The question, the gate, or the gate of the sign-off."""
        return self.words.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One item as it counts on a day."""

    version: EvidenceVersion
    uses: list[Used]
    today: date
    days_allowed: int | None  # for which a gate takes it for fresh; None: no gate asks

    @property
    def age_days(self) -> int:
        return max(0, (self.today - self.version.dated_on).days)

    @property
    def is_stale(self) -> bool:
        """Whether it is too old for a gate that asks for it."""
        return self.days_allowed is not None and self.age_days > self.days_allowed


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one kind, and the gates that ask for it."""

    kind: str
    label: str
    meaning: str
    gates: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that the gate ahead asks for."""

    gate: str
    kind: str
    label: str
    is_statement: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The evidence of a project."""

    groups: list[Group]
    removed: list[EvidenceVersion]
    wanted: list[Wanted]


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


def visible_version(actor: Actor, version_id: int) -> EvidenceVersion:
    """A version on a project that this actor may know of, removed or not; 404 for any other."""
    rows = EvidenceVersion.objects.filter(evidence__project__in=Project.objects.visible_to(actor))
    found = rows.select_related("evidence__project__portfolio").filter(pk=version_id).first()
    if found is None:
        raise Http404
    return found


def kind_label(item: Evidence) -> str:
    """The kind of an item, or the name of a statement, in words."""
    return evidence_kinds.label(item.kind)


def visible_to(actor: Actor) -> QuerySet[Evidence]:
    """The items on projects that this actor may know of."""
    return Evidence.objects.filter(project__in=Project.objects.visible_to(actor))


def listed(project: Project) -> Listed:
    """Everything on the tab: what counts, by kind, and what was removed; at most three queries."""
    rows = EvidenceVersion.objects.filter(evidence__project=project, replaced_at=None)
    found = rows.select_related("evidence", "evidence__removed_by", "added_by").order_by("evidence_id")
    uses, workflow, today = places(project), facts.workflow(project), facts.today(project)
    words = _words(project, [use for each in uses.values() for use in each])
    groups: dict[str, list[Row]] = defaultdict(list)
    removed = []
    for version in found:
        if version.evidence.removed_at:
            removed.append(version)
            continue
        kind = version.evidence.kind
        used = [Used(use, words[use.place, use.ref]) for use in uses.get(version.evidence_id, ())]
        groups[kind].append(Row(version, used, today, _days_allowed(workflow, kind)))
    order = {code: place for place, code in enumerate(evidence_kinds.codes())}
    kinds = sorted(groups, key=lambda code: (order.get(code, len(order)), code))
    return Listed([_group(workflow, kind, groups[kind]) for kind in kinds], removed, _wanted(project, groups))


def row(project: Project, version: EvidenceVersion) -> Row:
    """One version with the places that rest on its item; at most two queries."""
    uses = list(version.evidence.uses.all())
    words = _words(project, uses)
    used = [Used(use, words[use.place, use.ref]) for use in uses]
    allowed = _days_allowed(facts.workflow(project), version.evidence.kind)
    return Row(version, used, facts.today(project), allowed)


def places(project: Project) -> dict[int, list[EvidenceUse]]:
    """The places that items were attached to, by item; one query."""
    found = defaultdict(list)
    for use in EvidenceUse.objects.filter(evidence__project=project):
        found[use.evidence_id].append(use)
    return dict(found)


def choices(project: Project) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every place that evidence can be attached to, as "place:ref" with words, in groups; one query."""
    card, workflow = scoring.card(project), facts.workflow(project)
    answers = [(f"{Place.ANSWER}:{each.id}", f"{each.id}: {each.text}") for each in card.questions]
    named = [(gate, each) for gate in workflow.gates for each in gate.criteria if each.name]
    criteria = [(f"{Place.CRITERION}:{gate.code}:{each.name}", _asks(gate, each)) for gate, each in named]
    signoffs = [
        (f"{Place.SIGNOFF}:{pk}", _signs(gate, role))
        for pk, gate, role in SignOff.objects.filter(project=project).values_list("pk", "gate", "role")
    ]
    found = [("Answers", answers), ("Criteria of gates", criteria), ("Sign-offs", signoffs)]
    return [(label, each) for label, each in found if each]


def place(project: Project, kind: str, ref: str) -> str:
    """A place that evidence can be attached to, in words; empty when the project has no such."""
    if kind == Place.ANSWER:
        card = scoring.card(project)
        return f"{ref}: {card.question(ref).text}" if card.has(ref) else ""
    if kind == Place.CRITERION:
        return _criterion(facts.workflow(project), ref)
    if kind == Place.SIGNOFF and ref.isascii() and ref.isdigit() and len(ref) <= LONGEST_ID:
        found = SignOff.objects.filter(project=project, pk=int(ref)).values_list("gate", "role").first()
        return _signs(*found) if found else ""
    return ""


def _words(project: Project, uses: Iterable[EvidenceUse]) -> dict[tuple[str, str], str]:
    """The places of uses in words; what the project no longer has keeps its ref. At most one query."""
    asked = {(use.place, use.ref) for use in uses}
    ids = [int(ref) for place_, ref in asked if place_ == Place.SIGNOFF]
    rows = (
        SignOff.objects.filter(project=project, pk__in=ids).values_list("pk", "gate", "role") if ids else ()
    )
    signoffs = {str(pk): _signs(gate, role) for pk, gate, role in rows}
    return {
        (kind, ref): (signoffs.get(ref) if kind == Place.SIGNOFF else place(project, kind, ref)) or ref
        for kind, ref in asked
    }


def _criterion(workflow: Workflow, ref: str) -> str:
    """The criterion of "GATE:name" in words."""
    code, _, name = ref.partition(":")
    for gate in workflow.gates:
        for criterion in gate.criteria:
            if name and (gate.code, criterion.name) == (code, name):
                return _asks(gate, criterion)
    return ""


def _asks(gate: Gate, criterion: Criterion) -> str:
    return f"{gate.code}: {criteria.label(criterion)}"


def _signs(gate: str, role: str) -> str:
    return f"{gate}: sign-off by {roles.label(role).lower()}"


def _group(workflow: Workflow, kind: str, rows: list[Row]) -> Group:
    known = evidence_kinds.find(kind)
    gates = [gate.code for gate, _ in _criteria(workflow, kind)]
    return Group(kind, evidence_kinds.label(kind), known.meaning if known else "", tuple(gates), rows)


def _criteria(workflow: Workflow, kind: str) -> list[tuple[Gate, Criterion]]:
    """The criteria of a workflow that ask for a kind of evidence, or for a statement of this name."""
    named = [(gate, each) for gate in workflow.gates for each in gate.criteria if each.name == kind]
    return [(gate, each) for gate, each in named if each.kind in ("evidence", "statement")]


def _days_allowed(workflow: Workflow, kind: str) -> int | None:
    """The fewest days for which a gate takes evidence of a kind for fresh."""
    limits = [each.within_days for _, each in _criteria(workflow, kind) if each.within_days is not None]
    return min(limits, default=None)


def _wanted(project: Project, present: Container[str]) -> list[Wanted]:
    """What the gate ahead asks for and nobody has brought; not what it asks for only of some projects."""
    gate = facts.workflow(project).gate_after(project.stage)
    if gate is None or project.has_ended:
        return []
    asked = [each for each in gate.criteria if each.kind in ("evidence", "statement") and not each.when]
    missing = [each for each in asked if each.name not in present]
    return [Wanted(gate.code, each.name, criteria.label(each), each.kind == "statement") for each in missing]
