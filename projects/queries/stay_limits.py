"""Limits of time in stage that were learnt from history."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, Subquery

from projects.models import StayLimits


def learnt(portfolio_ids: Iterable[int]) -> dict[int, Mapping[str, tuple[int, int]]]:
    """Portfolio -> standard stage -> days that 85 and 95 of 100 projects stay, as in force; one query.

    Stages that history says nothing about are not in it, nor portfolios without one: their workflow's
    limits stand, and a new workflow is followed at once.
    """
    return {
        portfolio_id: {
            stage: (line["p85"], line["p95"])
            for stage, line in body.items()
            if line["weight"] or line["held_back"]
        }
        for portfolio_id, body in in_force(portfolio_ids).items()
    }


def newest(portfolio_id: int) -> tuple[int, dict[str, dict[str, Any]]]:
    """Version and body of what is in force; version 0 has none, its limits are the workflow's. One query."""
    found = StayLimits.objects.filter(portfolio=portfolio_id).order_by("-version").first()
    return (found.version, found.body) if found else (0, {})


def in_force(portfolio_ids: Iterable[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """Portfolio -> the body of the newest version of its limits; one query."""
    newest = StayLimits.objects.filter(portfolio=OuterRef("portfolio")).order_by("-version")
    rows = StayLimits.objects.filter(portfolio__in=set(portfolio_ids), pk=Subquery(newest.values("pk")[:1]))
    return dict(rows.order_by().values_list("portfolio_id", "body"))
