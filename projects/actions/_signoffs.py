"""What the actions of sign-offs share: the gate, its packet as it is now, and the row of a request."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from projects import permissions
from projects.actions import _locks
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Packet, Project, SignOff
from projects.queries import facts, gate_facts, gates, packets, signatories
from projects.rules import packets as rules
from projects.rules import signatures
from projects.rules.facts import Facts, Obstacle, Signing
from projects.rules.positions import Plan
from projects.rules.stages import Gate

# What has become of a signature so that asking again takes its place.
FADED = ("invalidated", "expired", "lapsed")


@dataclass(frozen=True, slots=True)
class Present:
    """A gate of a locked project as it is at this moment."""

    project: Project
    gate: Gate
    content: dict[str, Any]
    sha256: str
    known: Facts
    today: date

    def packet(self) -> Packet:
        """The row of the packet as it is now; equal content is kept once."""
        packet, _ = Packet.objects.get_or_create(
            project=self.project,
            gate=self.gate.code,
            sha256=self.sha256,
            defaults={"content": rules.canonical(self.content)},
        )
        return packet

    def changes_since(self, packet: Packet) -> tuple[str, ...]:
        """The members of the packet that are not any more what they were then."""
        return rules.differences(json.loads(packet.content), self.content)


def present(project: Project, gate: Gate, actor: Actor) -> Present:
    """What people sign at this gate now, with all that the gate looks at."""
    now = actor.now()
    content = packets.content(project, gate, gate_facts.evidence_of(project))
    known = gate_facts.of(project, [gate], now=now)
    return Present(project, gate, content, rules.digest(content), known, facts.today(project, now))


def gate_of(project: Project, code: str) -> Gate:
    """A gate that this project can be signed for: not behind it, and of its way to end."""
    workflow = facts.workflow(project)
    gate = next((each for each in workflow.gates if each.code == code), None)
    ahead = [each.code for each in workflow.gates if gates.lies_ahead(project, each)]
    if gate is None or gate.code not in ahead or project.has_ended:
        message = f"{project.key} does not come to a gate “{code[:12]}”."
        remedy = f"Choose one of {', '.join(ahead)}." if not project.has_ended else "The project has ended."
        raise Refused(
            message, code="gate_unknown", obstacles=[Obstacle("gate_unknown", message, remedy, "gate")]
        )
    return gate


def held(signoff_id: int, actor: Actor, ability: str) -> SignOff:
    """A request and its project, locked, for somebody who may do this; the project comes first."""
    project_id = SignOff.objects.filter(pk=signoff_id).values_list("project_id", flat=True).get()
    project = _locks.project(project_id)
    permissions.require(actor, ability, project)
    rows = SignOff.objects.select_for_update(of=("self",)).select_related("packet", "signer", "requested_by")
    signoff = rows.get(pk=signoff_id)
    signoff.project = project
    return signoff


def a_person(actor: Actor) -> int:
    """The id of the person who acts; a key and the product itself sign nothing."""
    if actor.is_machine:
        raise NotAllowed("A signature is given by a person. Sign in and decide on the page.")
    return int(actor.user_id)


def refuse(found: Sequence[Obstacle], code: str) -> None:
    """Raise Refused with every obstacle, if there is any."""
    if found:
        message = f"{found[0].message} {found[0].remedy}" if len(found) == 1 else "Nothing was recorded."
        raise Refused(message, code=code, obstacles=found)


def named(signoff: SignOff) -> dict[str, object]:
    """What every event of a sign-off says about it."""
    return {"signoff": signoff.pk, "gate": signoff.gate, "role": signoff.role}


def start(
    now: Present,
    packet: Packet,
    role: str,
    *,
    is_binding: bool,
    note: str,
    actor: Actor,
    requested_by: int | None,
) -> SignOff:
    """A new request, in the name of who asks or has asked before; nobody, where it was the product itself."""
    return SignOff.objects.create(
        project=now.project,
        gate=now.gate.code,
        attempt=now.project.attempt,
        role=role,
        is_binding=is_binding,
        packet=packet,
        requested_by_id=requested_by,
        requested_at=actor.now(),
        note=note.strip(),
    )


def supersede(now: Present, wanted: Sequence[str], actor: Actor) -> None:
    """Signatures of these roles that have faded leave their place to a new request."""
    given = now.known.signing.get(now.gate.code, Signing()).given
    faded = [
        each.ref
        for each in given
        if each.role in wanted and signatures.state(each, now.sha256, now.today) in FADED
    ]
    SignOff.objects.filter(pk__in=faded, superseded_at=None).update(superseded_at=actor.now())


def close(project: Project, planned: Plan, now: datetime) -> None:
    """What waits at a gate that is passed now is over, and everything with its attempt; before the move."""
    is_same_attempt, is_report = planned.attempt == project.attempt, planned.kind == "report"
    if is_same_attempt and not is_report and not planned.waiting:
        return
    waiting = SignOff.objects.filter(signatories.WAITING, project=project)
    if is_same_attempt and is_report:  # nobody has looked at its gates
        waiting = waiting.filter(gate__in=planned.gates_passed)
    elif is_same_attempt:
        waiting = waiting.filter(pk__in=planned.waiting)
    waiting.update(superseded_at=now)
