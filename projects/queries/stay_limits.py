"""Limits of time in stage that were learnt from history."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery

from projects.models import Portfolio, StayLimits
from projects.models.workflows import parsed
from projects.rules import stay_limits as rules


class Row(NamedTuple):
    """One standard stage: its limits in force, and what they were made of; no line, not made yet."""

    standard: str
    label: str
    default: dict[str, int]
    line: dict[str, Any] | None

    @property
    def in_force(self) -> Mapping[str, int]:
        """Days of p50, p85 and p95; a default that was changed since is followed at once."""
        if self.line is None or not is_learnt(self.line):
            return self.default
        return self.line

    @property
    def percent(self) -> int:
        """How much history weighs."""
        return round(100 * self.line["weight"]) if self.line else 0


def learnt(portfolio_ids: Iterable[int]) -> dict[int, Mapping[str, tuple[int, int]]]:
    """Portfolio -> standard stage -> days that 85 and 95 of 100 projects stay, as in force; one query.

    Stages that history says nothing about are not in it, nor portfolios without one: their workflow's
    limits stand, and a new workflow is followed at once.
    """
    ids = set(portfolio_ids)
    last = StayLimits.objects.filter(portfolio=OuterRef("portfolio")).order_by("-version").values("pk")[:1]
    rows = StayLimits.objects.filter(portfolio__in=ids, pk=Subquery(last)).order_by()
    return {
        portfolio_id: {stage: (line["p85"], line["p95"]) for stage, line in body.items() if is_learnt(line)}
        for portfolio_id, body in rows.values_list("portfolio_id", "body")
    }


def newest(portfolio_id: int, *, before: datetime | None = None) -> StayLimits | None:
    """What is in force, or was before a moment; None: the workflow's limits. One query."""
    made = StayLimits.objects.filter(portfolio=portfolio_id).order_by("-version")
    return (made.filter(made_at__lt=before) if before else made).first()


def is_learnt(line: Mapping[str, Any]) -> bool:
    """Whether history has a say in it, or had one and is on its way back."""
    return bool(line["weight"] or line["held_back"])


def rows(portfolio: Portfolio, made: StayLimits | None) -> list[Row]:
    """Every standard stage of the workflow that has usual days, in order; no query."""
    if portfolio.workflow_id is None:
        return []
    workflow, body = parsed(portfolio.workflow_id), made.body if made else {}
    return [
        Row(standard, workflow.with_standard(standard)[0].label, rules.days_of(usual), body.get(standard))
        for standard, usual in rules.defaults(workflow).items()
    ]
