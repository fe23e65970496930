"""One sign-off as whoever decides sees it: what it rests on, and what has changed since they looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404

from projects.actors import Actor
from projects.models import EvidenceVersion, Packet, Project, SignOff
from projects.queries import facts, gate_sheets, gates, packet_views, signatories, signoff_records
from projects.queries import projects as project_queries
from projects.queries.gate_sheets import GateSheet, RoleRow
from projects.queries.packet_views import Difference
from projects.queries.signatories import Signatory
from projects.queries.signoff_records import Record
from projects.rules import signatures
from projects.rules.stages import Gate


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between the present packet and one that somebody knew."""

    words: str  # since when
    at: datetime
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class Review:
    """One request with the gate around it; `sheet` is None where the project comes to its gate no more."""

    signoff: SignOff
    project: Project
    gate: Gate | None
    sheet: GateSheet | None
    row: RoleRow | None
    me: Signatory | None  # in which right the person who looks may sign for the role
    records: list[Record]  # of this role at this gate, newest first
    compared: Comparison | None
    evidence: list[EvidenceVersion]
    today: date

    @property
    def record(self) -> Record:
        return next(each for each in self.records if each.signoff.pk == self.signoff.pk)

    @property
    def state(self) -> str:
        return self.record.state

    @property
    def newer(self) -> SignOff | None:
        """The request that took the place of this one."""
        newest = self.records[0].signoff
        return newest if newest.pk != self.signoff.pk else None

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is signed, in rows."""
        return packet_views.rows(self.sheet.content) if self.sheet else []

    @property
    def others(self) -> list[RoleRow]:
        """The other roles that have to sign."""
        return [each for each in self.sheet.required if each.role != self.signoff.role] if self.sheet else []


def of(actor: Actor, signoff_id: int, *, seen: str = "") -> Review:
    """A sign-off on a project that this person may know of, else 404; `seen` is the hash on their page."""
    signoff = _one(actor, signoff_id)
    project = project_queries.one(actor, signoff.project.key)
    signoff.project = project
    today = facts.today(project)
    gate = next((each for each in facts.workflow(project).gates if each.code == signoff.gate), None)
    is_open = gate is not None and gates.lies_ahead(project, gate) and not project.has_ended
    sheet = gate_sheets.of(project, gate) if gate and is_open and signoff.attempt == project.attempt else None
    records = [
        each for each in signoff_records.of(project, signoff.gate) if each.signoff.role == signoff.role
    ]
    packet = _known_packet(signoff, records, actor, seen)
    before = packet_views.frozen(packet[1])
    versions = packet_views.evidence(project, before, sheet.content) if sheet else {}
    return Review(
        signoff=signoff,
        project=project,
        gate=gate,
        sheet=sheet,
        row=next((row for row in sheet.roles if row.role == signoff.role), None) if sheet else None,
        me=_me(actor, signoff, today),
        records=records,
        compared=_compared(packet, before, sheet, versions),
        evidence=_present(sheet, versions),
        today=today,
    )


def visible(actor: Actor) -> Any:
    """The sign-offs on projects that this actor may know of."""
    return SignOff.objects.filter(project__in=Project.objects.visible_to(actor))


def _one(actor: Actor, signoff_id: int) -> SignOff:
    people = ("project", "packet", "signer", "acts_for", "requested_by", "withdrawn_by")
    found = visible(actor).filter(pk=signoff_id).select_related(*people).prefetch_related("conditions__owner")
    signoff: SignOff | None = found.first()
    if signoff is None:
        raise Http404
    return signoff


def _me(actor: Actor, signoff: SignOff, today: date) -> Signatory | None:
    """Their own right before that of somebody they stand for."""
    if actor.is_machine:
        return None
    people: Sequence[Signatory] = signatories.of(signoff.project, [signoff.role], today)[signoff.role]
    mine = [each for each in people if each.user_id == actor.user_id]
    return min(mine, key=lambda each: each.acts_for is not None) if mine else None


def _known_packet(
    signoff: SignOff, records: Sequence[Record], actor: Actor, seen: str
) -> tuple[str, Packet, datetime]:
    """The packet that the person knew: the one on their page, else the last they signed, else as asked."""
    on_page = signoff.project.packets.filter(gate=signoff.gate, sha256=seen).first() if seen else None
    if on_page:
        return "you opened this page", on_page, on_page.created_at
    for record in records:
        given = record.signoff
        if given.signer_id == actor.user_id and given.decision in signatures.APPROVALS and given.decided_at:
            return "you signed", given.packet, given.decided_at
    return "it was asked for", signoff.packet, signoff.requested_at


def _compared(
    known: tuple[str, Packet, datetime], before: dict[str, Any], sheet: GateSheet | None, versions: Any
) -> Comparison | None:
    if sheet is None:
        return None
    return Comparison(known[0], known[2], packet_views.differences(before, sheet.content, versions))


def _present(sheet: GateSheet | None, versions: Any) -> list[EvidenceVersion]:
    named = (sheet.content.get("evidence") or ()) if sheet else ()
    found = [versions.get((each["id"], each["sha256"])) for each in named]
    return [each for each in found if each is not None]
