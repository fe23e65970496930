"""Recommendations that somebody has put aside."""

from typing import Any

from portfolio.insights.models import Dismissal
from projects.models import Portfolio


def of(portfolio: Portfolio) -> dict[tuple[str, str], dict[str, Any]]:
    """By rule and hash of the projects: why, by whom and when; one query."""
    rows = Dismissal.objects.filter(portfolio=portfolio).values_list(
        "pk", "rule", "projects", "reason", "by__name", "at"
    )
    return {
        (rule, projects): {"id": pk, "reason": reason, "by": by or "", "at": at.isoformat()}
        for pk, rule, projects, reason, by, at in rows
    }
