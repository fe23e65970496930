"""All that a committee or an auditor needs about one gate: as it is now, or as it was when it was passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from projects.models import Blocker, EvidenceVersion, Move, Packet, Project, Score, TeamRole, WorkflowVersion
from projects.models.scorecards import ScorecardVersion
from projects.queries import clocks, facts, gate_sheets, packet_views, signoff_records, teams, waivers
from projects.queries.gate_sheets import GateSheet
from projects.queries.signoff_records import Record
from projects.queries.waivers import Shown
from projects.rules import workflow as workflow_rules
from projects.rules.stages import Gate

# From these an impact is made; with none of them it is not known.
IMPACT_INPUTS = ("annual_value", "strategic", "reach")
Versions = Mapping[tuple[int, str], EvidenceVersion]


@dataclass(frozen=True, slots=True)
class Frozen:
    """What people sign: the packet as it is now, or the one that was signed then."""

    sha256: str
    content: Mapping[str, Any]
    frozen_at: datetime | None  # None: as it is now


@dataclass(frozen=True, slots=True)
class Risk:
    """The scores of a day and the pitfalls in their order; None: left out."""

    score: Score
    impact: float | None  # None while nothing of it was known
    pitfalls: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class GatePack:
    """One gate of a project; of a past decision only what was written down then."""

    project: Project
    gate: Gate
    workflow: WorkflowVersion
    labels: Mapping[str, str]  # stage code -> what people call it
    made_at: datetime
    today: date
    move: Move | None  # the decision that this tells of; None: the gate as it is now
    passed: Mapping[str, Any]  # the gate as that move remembers it
    sheet: GateSheet | None  # None for a past decision
    packet: Frozen | None  # None: nobody had signed
    evidence: tuple[EvidenceVersion, ...]
    lost: tuple[Mapping[str, Any], ...]  # items of the packet that are not kept any more
    team: tuple[TeamRole, ...]
    records: tuple[Record, ...]  # every request of this gate, the newest first
    risk: Risk | None
    blockers: tuple[Blocker, ...]
    waivers: tuple[Shown, ...]
    moves: tuple[Move, ...]  # through this gate

    @property
    def counted(self) -> frozenset[int]:
        """The sign-offs that count now, or that counted at the decision."""
        if self.sheet is None:
            return frozenset(self.passed.get("signoffs", ()))
        return frozenset(row.signoff.pk for row in self.sheet.roles if row.counts and row.signoff)


def of(project: Project, code: str, move_id: int | None = None, *, now: datetime | None = None) -> GatePack:
    """The pack of a gate, or of one decision at it; 404 for a gate or a decision that there is not."""
    now = now or timezone.now()
    moves = _moves(project, code)
    move = _decision(moves, move_id)
    gate = _gate(project, code, is_past=move is not None)
    passed: Mapping[str, Any] = (
        next((each for each in move.gates if each["code"] == code), {}) if move else {}
    )
    sheet = gate_sheets.of(project, gate) if move is None else None
    packet = Frozen(sheet.sha256, sheet.content, None) if sheet else _frozen(project, code, passed)
    versions = packet_views.evidence(project, packet.content) if packet else {}
    today = clocks.Clocks(now).at(project.portfolio.time_zone)[1]
    then = move.at.astimezone(clocks.Clocks(now).at(project.portfolio.time_zone)[0]).date() if move else today
    return GatePack(
        project=project,
        gate=gate,
        workflow=project.workflow,
        labels={stage.code: stage.label for stage in facts.workflow(project).stages},
        made_at=now,
        today=today,
        move=move,
        passed=passed,
        sheet=sheet,
        packet=packet,
        evidence=_named(packet, versions),
        lost=_lost(packet, versions),
        team=tuple(teams.members(project)) if move is None else (),
        records=_records(project, code, move),
        risk=_risk(project, then),
        blockers=_blockers(project, then),
        waivers=_waivers(project, gate, move),
        moves=moves if move is None else (move,),
    )


def _moves(project: Project, code: str) -> tuple[Move, ...]:
    """The moves through a gate, the newest first; one query."""
    rows = (
        Move.objects.filter(project=project).exclude(gates=[]).select_related("actor", "approver", "waiver")
    )
    return tuple(row for row in rows if any(each["code"] == code for each in row.gates))


def _decision(moves: Sequence[Move], move_id: int | None) -> Move | None:
    if move_id is None:
        return None
    found = next((each for each in moves if each.pk == move_id), None)
    if found is None:
        raise Http404
    return found


def _gate(project: Project, code: str, *, is_past: bool) -> Gate:
    """The gate by its code; of a past decision also one that a later workflow has not any more."""
    found = next((gate for gate in facts.workflow(project).gates if gate.code == code), None)
    if found is not None:
        return found
    if not is_past:
        raise Http404
    for version in WorkflowVersion.objects.filter(portfolio=project.portfolio_id).order_by("-number"):
        gates: Sequence[workflow_rules.Gate] = version.rules.gates
        for gate in gates:
            if gate.code == code:
                return gate
    return Gate(code=code, label=code, kind="advance")


def _frozen(project: Project, code: str, passed: Mapping[str, Any]) -> Frozen | None:
    found = Packet.objects.filter(project=project, gate=code, sha256=passed.get("packet") or "").first()
    return Frozen(found.sha256, packet_views.frozen(found), found.created_at) if found else None


def _named(packet: Frozen | None, versions: Versions) -> tuple[EvidenceVersion, ...]:
    items = packet.content.get("evidence") or () if packet else ()
    found = [versions.get((each["id"], each["sha256"])) for each in items]
    return tuple(each for each in found if each is not None)


def _lost(packet: Frozen | None, versions: Versions) -> tuple[Mapping[str, Any], ...]:
    items = packet.content.get("evidence") or () if packet else ()
    return tuple(each for each in items if (each["id"], each["sha256"]) not in versions)


def _records(project: Project, code: str, move: Move | None) -> tuple[Record, ...]:
    rows = signoff_records.of(project, code)
    return tuple(row for row in rows if move is None or row.signoff.requested_at <= move.at)


def _risk(project: Project, on: date) -> Risk | None:
    """The last scores until this day; one query."""
    rows = Score.objects.filter(project=project, on__lte=on).select_related("scorecard").order_by("-on")
    score = rows.first()
    if score is None:
        return None
    card: ScorecardVersion = score.scorecard
    labels = {each.code: each.label for each in card.rules.pitfalls}
    knows_impact = any(score.record.get(name) is not None for name in IMPACT_INPUTS)
    named = [(labels.get(code, code), value) for code, value in score.pitfalls.items()]
    ordered = sorted(named, key=lambda pair: -1.0 if pair[1] is None else pair[1], reverse=True)
    return Risk(score, score.impact if knows_impact else None, tuple(ordered))


def _blockers(project: Project, on: date) -> tuple[Blocker, ...]:
    """What stopped the project on this day, blockers of others among them; one query."""
    was_open = Q(resolved_on=None) | Q(resolved_on__gt=on)
    found = Blocker.objects.stopping(Project.objects.filter(pk=project.pk))
    found = found.filter(was_open, raised_on__lte=on)
    return tuple(found.select_related("owner", "project").order_by("due_on", "pk"))


def _waivers(project: Project, gate: Gate, move: Move | None) -> tuple[Shown, ...]:
    """The waivers that name this gate, or the one by which the decision passed over it."""
    shown = [each for each in waivers.listed(project) if gate.code in each.row.gates]
    return tuple(each for each in shown if move is None or each.row.pk == move.waiver_id)
