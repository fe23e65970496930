"""The record of sign-offs: every request there ever was, how it stands today, and which move rested on it."""

from dataclasses import dataclass

from django.utils import timezone

from projects.models import Move, Project, SignOff
from projects.queries import clocks, facts, gate_facts, gate_sheets, packets, signings
from projects.rules import signatures


@dataclass(frozen=True, slots=True)
class Record:
    """One request with what came of it."""

    signoff: SignOff
    recorded: str  # what was done with it, whatever came of it later
    state: str  # how it stands today
    move: Move | None  # that passed the gate with it


def of(project: Project, gate: str = "") -> list[Record]:
    """Every request, newest first, of one gate or of all; six queries."""
    rows = gate_sheets.history(project, gate)
    states = _states(project, rows)
    moves = _moves(project)
    return [Record(row, recorded(row), states.get(row.pk, recorded(row)), moves.get(row.pk)) for row in rows]


def recorded(signoff: SignOff) -> str:
    """What was done with a request: its decision, called off, withdrawn, replaced or still waiting."""
    if signoff.withdrawn_at is not None:
        return "withdrawn" if signoff.decision else "called_off"
    return signoff.decision or ("superseded" if signoff.superseded_at else "requested")


def state(signoff: SignOff, found: str) -> str:
    """A state of the rules in the words of the record: a request that was taken back decided nothing."""
    return "called_off" if found == "withdrawn" and not signoff.decision else found


def _states(project: Project, rows: list[SignOff]) -> dict[int, str]:
    """How requests of the present attempt stand; what a gate has used stays as it was."""
    gates = {gate.code: gate for gate in facts.workflow(project).gates}
    signed = {each.id: each for each in signings.of([project.pk]).get(project.pk, ())}
    evidence = gate_facts.evidence_of(project)
    hashes = {code: packets.digest(project, gate, evidence) for code, gate in gates.items()}
    zone, today = clocks.Clocks(timezone.now()).at(project.portfolio.time_zone)
    found = {}
    for row in rows:
        given = signed.get(row.pk)
        if given is None or row.gate not in hashes:
            continue
        present = row.packet.sha256 if row.used_at else hashes[row.gate]
        found[row.pk] = state(row, signatures.state(given.signature(zone), present, today))
    return found


def _moves(project: Project) -> dict[int, Move]:
    """The move that rested on each signature; one query."""
    found: dict[int, Move] = {}
    for move in Move.objects.filter(project=project).exclude(gates=[]).select_related("actor").order_by("pk"):
        for gate in move.gates:
            found |= dict.fromkeys(gate.get("signoffs", ()), move)
    return found
