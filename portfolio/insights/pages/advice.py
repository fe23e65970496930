"""Recommendations as rows of the balance: with their switch, their effect, and the way to put them aside."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from portfolio.insights.charts import whatifs
from portfolio.insights.pages.addresses import Asked
from portfolio.insights.queries.standings import Standing
from portfolio.insights.rules.balance import balances
from portfolio.insights.rules.scenario import changes
from projects.models import Portfolio

# More changes than this make an address that servers cut off; more projects than that nobody reads in a row.
MOST_SWITCHED, STEPS_TOLD, PROJECTS_TOLD = 100, 8, 20


def shown(portfolio: Portfolio, asked: Asked, standing: Standing) -> dict[str, Any]:
    """Those in force, and those that somebody has put aside."""
    told = standing.balance["recommendations"] or ()
    return {
        "recommendations": [
            _row(portfolio, asked, one, is_past=standing.is_past) for one in told if not one["dismissal"]
        ],
        "dismissed": [_dismissed(portfolio, one) for one in told if one["dismissal"]],
    }


def _row(portfolio: Portfolio, asked: Asked, one: dict[str, Any], *, is_past: bool) -> dict[str, Any]:
    found = changes.parse(one["changes"])
    wanted = [change.compact() for change in found]
    names = {project["key"]: project["name"] for project in one["projects"]}
    where = {"slug": portfolio.slug, "rule": one["rule"], "digest": balances.digest(one["keys"])}
    return {
        **one,
        "id": one["rule"],
        "is_on": bool(wanted) and all(each in asked.wi for each in wanted),
        "can_switch": 0 < len(wanted) <= MOST_SWITCHED and not is_past,
        "switched": asked.switched(wanted).pairs(),
        "effects": whatifs.effects(one["effect"]),
        "steps": [changes.words(change, names) for change in found[:STEPS_TOLD]],
        "more_steps": max(0, len(found) - STEPS_TOLD),
        "told": one["projects"][:PROJECTS_TOLD],
        "more_projects": max(0, len(one["projects"]) - PROJECTS_TOLD),
        "dismiss_url": Asked(measure=asked.measure).at(reverse("balance-put-aside", kwargs=where)),
    }


def _dismissed(portfolio: Portfolio, one: dict[str, Any]) -> dict[str, Any]:
    where = {"slug": portfolio.slug, "dismissal_id": one["dismissal"]["id"]}
    return {
        **one,
        "dismissed_at": datetime.fromisoformat(one["dismissal"]["at"]),
        "restore_url": reverse("balance-bring-back", kwargs=where),
    }
