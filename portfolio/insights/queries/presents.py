"""What only today's rows tell: worth by Cooper, capacity, approvers, blockers, waits, open questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.insights.queries import needs, prospects, signers, unknowns, waits
from portfolio.insights.queries.prospects import Prospect
from portfolio.insights.rules.balance import approvers, capacities, values
from portfolio.insights.rules.balance.capacities import Need
from portfolio.insights.rules.entries import Entry, Picture
from projects.models import Portfolio
from projects.rules import roles
from projects.rules.scorecards import Scorecard

KEYS = 60


@dataclass(frozen=True, slots=True)
class Present:
    """Figures of the balance, and what lacks and recommendations look at beside them."""

    figures: dict[str, Any]
    prospects: Mapping[int, Prospect] = field(default_factory=dict)
    critical: Mapping[int, Sequence[str]] = field(default_factory=dict)  # open critical questions by project
    demands: Sequence[Need] = ()
    supplies: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def of(
    portfolio: Portfolio, picture: Picture, flight: Sequence[Entry], card: Scorecard, now: datetime
) -> Present:
    """A dozen queries. What blocks and what waits is dated; the rest is left out of a past picture."""
    figures: dict[str, Any] = {
        "blocked": _blocked(portfolio, picture),
        "held_at_gate": _held(portfolio, picture, flight, now),
    }
    if picture.frame.is_past:
        return Present(figures)
    scope, day = picture.in_scope, picture.frame.day
    found = prospects.of(portfolio, picture)
    unknown = unknowns.of(card, scope, found)
    demands, supplies = needs.demands(portfolio), needs.supplies(portfolio)
    ranked = values.ranked(prospects.known(scope, found))
    figures |= {
        "ecv": ranked or None,
        "capacity": capacities.of(demands, supplies, picture.entries, day, picture.added),
        "approvers": approvers.alone(
            signers.wanted(portfolio, scope, found), {role.code: role.label for role in roles.every()}
        ),
        "open_questions": {"open": unknown.open, "due": unknown.due, "points": unknown.points},
    }
    return Present(figures, found, unknown.critical, demands, supplies)


def _blocked(portfolio: Portfolio, picture: Picture) -> dict[str, Any]:
    ids = waits.blocked(portfolio, picture.frame.day)
    held_up = [entry for entry in picture.in_scope if entry.id in ids]
    worths = [worth for entry in held_up if (worth := values.expected(entry)) is not None]
    return {
        "value": sum(worths) if worths or not held_up else None,
        "n": len(held_up),
        "without": len(held_up) - len(worths),
        "keys": [entry.key for entry in held_up][:KEYS],
    }


def _held(portfolio: Portfolio, picture: Picture, flight: Sequence[Entry], now: datetime) -> dict[str, Any]:
    """Projects that wait for a signature; the longest wait first."""
    by_id, zone = {entry.id: entry for entry in flight}, ZoneInfo(portfolio.time_zone)
    rows = [row for row in waits.asked(portfolio, now) if row[0] in by_id]
    keys = list(dict.fromkeys(by_id[project].key for project, _, _ in rows))
    found: dict[str, Any] = {"n": len(keys), "keys": keys[:KEYS]}
    if not rows:
        return found | {"longest_days": None, "longest_role": "", "longest_key": ""}
    project, role, since = rows[0]
    return found | {
        "longest_days": (picture.frame.day - since.astimezone(zone).date()).days,
        "longest_role": roles.label(role),
        "longest_key": by_id[project].key,
    }
