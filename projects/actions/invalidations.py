"""Signatures that fall away because what was signed has changed: their signers are told of each change.

Whether a signature counts is always asked of the packet itself; nothing here decides it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q

from projects import events
from projects.actors import Actor
from projects.models import Event, Project, SignOff
from projects.queries import facts, gate_facts, packets
from projects.rules import packets as rules
from projects.rules.signatures import APPROVALS


def notice(project: Project, *, actor: Actor) -> None:
    """Look at a locked project whose material facts or evidence have changed, at the end of that action.

    One query where nobody has signed anything that a gate, or the present certification, still needs.
    """
    rows = SignOff.objects.filter(
        project=project,
        attempt=project.attempt,
        decision__in=APPROVALS,
        withdrawn_at=None,
        superseded_at=None,
    ).filter(_needed(project))
    by_gate: dict[str, list[SignOff]] = defaultdict(list)
    for row in rows.select_related("packet"):
        by_gate[row.gate].append(row)
    if not by_gate:
        return
    evidence = gate_facts.evidence_of(project)
    gates = {gate.code: gate for gate in facts.workflow(project).gates}
    told = [
        event
        for code, signed in by_gate.items()
        if code in gates
        for event in _tell(project, signed, packets.content(project, gates[code], evidence), actor)
    ]
    Event.objects.bulk_create(told)


def _needed(project: Project) -> Q:
    """Signatures that no gate has used, and in production those that its certification rests on."""
    is_live = facts.workflow(project).is_production(project.stage)
    return Q(used_at=None) | Q(lives_until__isnull=False) if is_live else Q(used_at=None)


def _tell(
    project: Project, signed: list[SignOff], content: dict[str, object], actor: Actor
) -> Iterator[Event]:
    """Note which packet the signers are told of; the events of it, not yet saved."""
    present = rules.digest(content)
    for row in signed:
        if present == row.packet.sha256 and row.told_hash:
            row.told_hash = ""  # It is again what was signed: whatever changes next is told again.
            row.save(update_fields=["told_hash"])
        if present in (row.packet.sha256, row.told_hash):
            continue
        changed = packets.words(rules.differences(json.loads(row.packet.content), content))
        row.told_hash = present
        row.save(update_fields=["told_hash"])
        said = {"signoff": row.pk, "gate": row.gate, "role": row.role, "people": [row.signer_id]}
        yield events.build(project, "signoff.invalidated", actor, **said, changed=changed)
