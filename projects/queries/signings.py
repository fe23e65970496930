"""Sign-offs as the rules read them: one row for each request, with its conditions; one query."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from projects.models import SignOff
from projects.rules.signatures import Condition, Signature

Rows = QuerySet[SignOff, Any]
OWN = (
    "gate",
    "role",
    "is_binding",
    "packet__sha256",
    "requested_by_id",
    "requested_at",
    "decision",
    "signer_id",
    "signer__is_active",
    "acts_for_id",
    "decided_at",
    "withdrawn_at",
    "superseded_at",
    "used_at",
    "lives_until",
)
CONDITION = ("conditions__text", "conditions__kind", "conditions__due_on", "conditions__closed_on")


@dataclass(slots=True)
class Signed:
    """One request of a project's present attempt, in the order of `OWN`."""

    id: int
    gate: str
    role: str
    is_binding: bool
    packet_hash: str
    requested_by: int | None
    requested_at: datetime
    decision: str
    signer: int | None
    signer_is_active: bool | None
    acts_for: int | None
    decided_at: datetime | None
    withdrawn_at: datetime | None
    superseded_at: datetime | None
    used_at: datetime | None
    lives_until: date | None
    conditions: list[Condition] = field(default_factory=list)

    def signature(
        self, zone: ZoneInfo, *, is_on_team: bool = False, made_evidence: bool = False
    ) -> Signature:
        """As the rules read it; days are those of the portfolio's zone."""
        return Signature(
            ref=self.id,
            role=self.role,
            packet_hash=self.packet_hash,
            requested_by=self.requested_by or 0,
            requested_on=self.requested_at.astimezone(zone).date(),
            signer=self.signer,
            acts_for=self.acts_for,
            decision=self.decision,
            decided_on=_day(self.decided_at, zone),
            conditions=tuple(self.conditions),
            withdrawn_on=_day(self.withdrawn_at, zone),
            superseded_on=_day(self.superseded_at, zone),
            used_on=_day(self.used_at, zone),
            lives_until=self.lives_until,
            signer_is_active=self.signer_is_active is not False,
            is_on_team=is_on_team,
            made_evidence=made_evidence,
            is_binding=self.is_binding,
        )

    def still_open(self) -> list[Condition]:
        """Conditions of a passed gate that nobody has closed."""
        if self.used_at is None or self.withdrawn_at is not None:
            return []
        return [each for each in self.conditions if each.closed_on is None]

    def brought_along(self, today: date) -> list[Condition]:
        """Those of them that stand before the next gate: put off to it, or overdue."""
        return [
            each for each in self.still_open() if each.kind == "before_next_gate" or each.is_overdue(today)
        ]


def of(project_ids: Sequence[int]) -> dict[int, list[Signed]]:
    """Every request of the present attempt of these projects, in their order; one query."""
    return by_project(_rows(SignOff.objects.filter(project__in=project_ids, attempt=F("project__attempt"))))


def in_play(project_ids: Collection[int]) -> Rows:
    """Rows without those that gates were passed with and that no rule looks at any more: most, in the end.

    What was used still counts with a condition that is open, or where it answers a rejection.
    """
    rejections = SignOff.objects.filter(
        project=OuterRef("project"), gate=OuterRef("gate"), decision="rejected", used_at=None
    )
    is_open = Q(conditions__isnull=False, conditions__closed_on=None)
    rows = SignOff.objects.filter(project__in=project_ids, attempt=F("project__attempt"))
    return _rows(rows.filter(Q(used_at=None) | is_open | Exists(rejections)))


def _rows(signoffs: QuerySet[SignOff]) -> Rows:
    return signoffs.order_by("pk", "conditions__pk").values_list("project_id", "pk", *OWN, *CONDITION)


def by_project(rows: Iterable[Sequence[Any]]) -> dict[int, list[Signed]]:
    """Rows as requests with their conditions, by project."""
    by_id: dict[int, Signed] = {}
    found: dict[int, list[Signed]] = defaultdict(list)
    for project_id, pk, *rest in rows:
        own, (text, kind, due_on, closed_on) = rest[: len(OWN)], rest[len(OWN) :]
        if pk not in by_id:
            by_id[pk] = Signed(pk, *own)
            found[project_id].append(by_id[pk])
        if kind:
            by_id[pk].conditions.append(Condition(text, kind, due_on, closed_on))
    return found


def _day(at: Any, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None
