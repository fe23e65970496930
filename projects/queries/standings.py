"""Sign-offs as they stand today, of one project or of many."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from projects.actors import Actor
from projects.models import Condition, Project, SignOff
from projects.queries import facts, gate_facts, packets
from projects.queries.packets import Item
from projects.rules import packets as packet_rules
from projects.rules import signatures
from projects.rules.signatures import Signature

PEOPLE = ("signer", "acts_for", "requested_by", "withdrawn_by")


@dataclass(frozen=True, slots=True)
class Standing:
    """One request and what has become of it; `present_hash` is empty where its gate is no more."""

    signoff: SignOff
    state: str
    expires_on: date | None
    present_hash: str
    changed: tuple[str, ...]  # what is not any more what was asked for or signed


def visible_to(actor: Actor) -> QuerySet[SignOff]:
    """Every request on projects that this actor may know of."""
    return SignOff.objects.filter(project__in=Project.objects.visible_to(actor).values("pk"))


def conditions_visible_to(actor: Actor) -> QuerySet[Condition]:
    """Every condition of a signature on projects that this actor may know of."""
    return Condition.objects.filter(signoff__project__in=Project.objects.visible_to(actor).values("pk"))


def by_id(ids: Sequence[int]) -> list[Standing]:
    """These requests in this order, with all that is told of them; three queries."""
    conditions = Condition.objects.select_related("owner", "closed_by").order_by("pk")
    rows = SignOff.objects.filter(pk__in=ids).select_related("packet", "project__portfolio", *PEOPLE)
    found = {row.pk: row for row in rows.prefetch_related(Prefetch("conditions", conditions))}
    return of([found[pk] for pk in ids if pk in found])


def of(rows: Sequence[SignOff]) -> list[Standing]:
    """The same of rows with their packets, projects and conditions; one query."""
    evidence = gate_facts.evidence_of_many(sorted({row.project_id for row in rows})) if rows else {}
    contents: dict[tuple[int, str], dict[str, Any] | None] = {}
    found = []
    for row in rows:
        place = (row.project_id, row.gate)
        if place not in contents:
            contents[place] = _content(row.project, row.gate, evidence.get(row.project_id, []))
        found.append(_standing(row, contents[place]))
    return found


def _content(project: Project, code: str, evidence: Sequence[Item]) -> dict[str, Any] | None:
    """The packet of a gate as it is now; None where the workflow has no such gate any more."""
    gate = next((each for each in facts.workflow(project).gates if each.code == code), None)
    return None if gate is None else packets.content(project, gate, evidence)


def _standing(row: SignOff, content: dict[str, Any] | None) -> Standing:
    zone = ZoneInfo(row.project.portfolio.time_zone)
    signature = _signature(row, zone)
    present = "" if content is None else packet_rules.digest(content)
    is_over = row.used_at is not None and row.lives_until is None
    # A gate that was passed stays passed: of its signatures only those of live projects can fade.
    hash_now = signature.packet_hash if is_over else present
    if row.is_waiting and row.attempt != row.project.attempt:
        signature = replace(signature, superseded_on=signature.requested_on)  # its attempt is over
    changed = packet_rules.differences(json.loads(row.packet.content), content or {})
    return Standing(
        signoff=row,
        state=signatures.state(signature, hash_now, timezone.localdate(timezone=zone)),
        expires_on=signatures.expires_on(signature),
        present_hash=present,
        changed=() if is_over or content is None else tuple(packets.words(changed)),
    )


def _signature(row: SignOff, zone: ZoneInfo) -> Signature:
    return Signature(
        ref=row.pk,
        role=row.role,
        packet_hash=row.packet.sha256,
        requested_by=row.requested_by_id or 0,
        requested_on=row.requested_at.astimezone(zone).date(),
        signer=row.signer_id,
        decision=row.decision,
        decided_on=_day(row.decided_at, zone),
        conditions=tuple(
            signatures.Condition(each.text, each.kind, each.due_on, each.closed_on)
            for each in row.conditions.all()
        ),
        withdrawn_on=_day(row.withdrawn_at, zone),
        superseded_on=_day(row.superseded_at, zone),
        used_on=_day(row.used_at, zone),
        lives_until=row.lives_until,
        is_binding=row.is_binding,
    )


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None
