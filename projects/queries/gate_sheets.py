"""A gate of a project in full: criteria, who has to sign, who has, on what, and what stands open."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from projects.actors import Actor
from projects.models import Condition, Project, SignOff
from projects.queries import gate_facts, gates, packets, signatories
from projects.queries.gates import GateState
from projects.queries.packets import Item
from projects.queries.signatories import Signatory
from projects.rules import criteria, roles, signatures
from projects.rules import gates as rules
from projects.rules import packets as packet_rules
from projects.rules.facts import Facts, Obstacle, Signing
from projects.rules.findings import Finding
from projects.rules.signatures import Signature
from projects.rules.stages import Criterion, Gate

NEEDS = {
    "required": "signature required",
    "feedback": "feedback invited",
    "open": "perhaps required",
    "asked": "asked, not required",
}


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion and how it stands."""

    criterion: Criterion
    label: str
    finding: Finding

    @property
    def is_met(self) -> bool:
        return self.finding.obstacle is None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role that the gate asks, with its newest request; `state` is not_asked before the first."""

    role: str
    label: str
    need: str  # required, feedback, open: nobody can tell yet, asked: not needed (any more)
    state: str
    counts: bool
    signoff: SignOff | None
    people: tuple[Signatory, ...]
    changed: tuple[str, ...]  # what is not any more what was signed
    expires_on: date | None  # the last day on which an approval counts
    obstacles: tuple[Obstacle, ...]

    @property
    def is_waiting(self) -> bool:
        return self.state == "requested"

    @property
    def is_missing(self) -> bool:
        """Whether the gate is closed because of this role."""
        return bool(self.obstacles)

    def may_sign(self, actor: Actor) -> bool:
        """Whether this person acts in the role; the duties are looked at when they sign."""
        return actor.user_id in {each.user_id for each in self.people}


@dataclass(frozen=True, slots=True)
class GateSheet:
    """What a dialog, a page, the API and a pack show of a gate."""

    project: Project
    gate: Gate
    state: GateState
    criteria: tuple[CriterionRow, ...]
    roles: tuple[RoleRow, ...]
    others: tuple[Obstacle, ...]  # what belongs to no criterion and no role
    conditions: tuple[Condition, ...]  # open ones of this attempt
    content: dict[str, Any]
    sha256: str
    known: Facts
    today: date

    @property
    def missing_criteria(self) -> list[CriterionRow]:
        return [row for row in self.criteria if not row.is_met]

    @property
    def met_criteria(self) -> list[CriterionRow]:
        return [row for row in self.criteria if row.is_met]

    @property
    def required(self) -> list[RoleRow]:
        return [row for row in self.roles if row.need in ("required", "open")]

    @property
    def feedback(self) -> list[RoleRow]:
        return [row for row in self.roles if row.need not in ("required", "open")]

    @property
    def signed(self) -> int:
        """How many of the required roles have signed so that it counts."""
        return sum(row.counts for row in self.required)

    @property
    def to_ask(self) -> list[RoleRow]:
        """The roles that one press would ask."""
        return [
            row
            for row in self.roles
            if row.people and row.need != "asked" and not row.counts and row.state not in HEARD
        ]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read once for all gates."""

    evidence: Sequence[Item]
    people: Mapping[str, Sequence[Signatory]]
    requests: Mapping[str, Mapping[str, SignOff]]  # gate -> role -> its newest
    conditions: tuple[Condition, ...]


# Who has said something that stands, or still has to, is not asked again.
HEARD = ("requested", "feedback_given")


def of(project: Project, gate: Gate) -> GateSheet:
    """A gate in full; about a dozen queries, whatever there is."""
    return many(project, [gate])[0]


def many(project: Project, gates_of: Sequence[Gate]) -> list[GateSheet]:
    """Several gates of a project in full, for as many queries as one."""
    known = gate_facts.of(project, gates_of)
    needs = {gate.code: _needs(gate, known) for gate in gates_of}
    read = _Read(
        evidence=gate_facts.evidence_of(project),
        people=signatories.of(project, chain.from_iterable(needs.values()), known.today),
        requests=_newest(project, list(needs)),
        conditions=tuple(_conditions(project)),
    )
    return [_sheet(project, gate, known, needs[gate.code], read) for gate in gates_of]


def newest(project: Project, gate: Gate) -> dict[str, SignOff]:
    """The newest request of each role in the present attempt that no gate has used up; one query."""
    return _newest(project, [gate.code])[gate.code]


def history(project: Project, gate: str = "") -> list[SignOff]:
    """Every request there ever was, newest first, of one gate or of all; two queries."""
    rows = SignOff.objects.filter(project=project, **({"gate": gate} if gate else {}))
    people = ("packet", "signer", "acts_for", "requested_by", "withdrawn_by")
    return list(rows.select_related(*people).prefetch_related("conditions__owner").order_by("-pk"))


def _newest(project: Project, codes: Sequence[str]) -> dict[str, dict[str, SignOff]]:
    rows = SignOff.objects.filter(project=project, gate__in=codes, attempt=project.attempt, used_at=None)
    people = ("packet", "signer", "acts_for", "requested_by", "withdrawn_by")
    found: dict[str, dict[str, SignOff]] = {code: {} for code in codes}
    for row in rows.select_related(*people).order_by("pk"):
        found[row.gate][row.role] = row
    return found


def _sheet(project: Project, gate: Gate, known: Facts, needs: Mapping[str, str], read: _Read) -> GateSheet:
    content = packets.content(project, gate, read.evidence)
    state = gates.state(project, gate, known)
    return GateSheet(
        project=project,
        gate=gate,
        state=state,
        criteria=tuple(
            CriterionRow(each, criteria.label(each), found) for each, found in criteria.findings(gate, known)
        ),
        roles=_roles(state, known, needs, read, content),
        others=tuple(each for each in state.missing if _is_other(each, gate, known)),
        conditions=read.conditions,
        content=content,
        sha256=packet_rules.digest(content),
        known=known,
        today=known.today,
    )


def _conditions(project: Project) -> list[Condition]:
    """Conditions of signatures of this attempt that nobody has closed; one query."""
    rows = Condition.objects.filter(
        signoff__project=project,
        signoff__attempt=project.attempt,
        signoff__withdrawn_at=None,
        signoff__superseded_at=None,
        closed_on=None,
    )
    return list(rows.select_related("owner", "signoff__signer").order_by("due_on", "pk"))


def _roles(
    state: GateState, known: Facts, needs: Mapping[str, str], read: _Read, content: dict[str, Any]
) -> tuple[RoleRow, ...]:
    gate, sha256 = state.gate, packet_rules.digest(content)
    rows = read.requests[gate.code]
    signing = known.signing.get(gate.code, Signing())
    by_ref = {each.ref: each for each in signing.given}
    counting = {each.role for each in rules.signed(gate, known)}
    found = []
    for role, need in needs.items():
        row = rows.get(role)
        given = by_ref.get(row.pk) if row else None
        stands = _state(given, sha256, known.today)
        found.append(
            RoleRow(
                role=role,
                label=roles.label(role),
                need=need,
                state=stands,
                counts=role in counting,
                signoff=row,
                people=tuple(read.people[role]),
                changed=_changed(row, content) if row and stands in ("invalidated", "requested") else (),
                expires_on=signatures.expires_on(given) if given else None,
                obstacles=tuple(
                    each for each in state.missing if each.field in (f"signoff.{role}", f"team.{role}")
                ),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.counts, each.need == "feedback")))


def _needs(gate: Gate, known: Facts) -> dict[str, str]:
    """Role -> what the gate wants of it; roles that this project need not ask are left out."""
    required, feedback = rules.required_roles(gate, known), rules.feedback_roles(gate)
    possible = [need.role for need in gate.roles if rules.may_be_required(need, known)]
    words = dict.fromkeys(required, "required") | dict.fromkeys(feedback, "feedback")
    return {**words, **{role: "open" for role in possible if role not in words}}


def _state(signature: Signature | None, sha256: str, today: date) -> str:
    return "not_asked" if signature is None else signatures.state(signature, sha256, today)


def _changed(row: SignOff, content: dict[str, Any]) -> tuple[str, ...]:
    return tuple(packets.words(packet_rules.differences(json.loads(row.packet.content), content)))


def _is_other(obstacle: Obstacle, gate: Gate, known: Facts) -> bool:
    """Whether an obstacle is told neither with a criterion nor with a role."""
    of_criteria = {found.obstacle for _, found in criteria.findings(gate, known)}
    return obstacle not in of_criteria and not obstacle.field.startswith(("signoff.", "team."))
