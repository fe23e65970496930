"""Flags of the work of a portfolio: about a stage, not about a project."""

from datetime import date

from projects.rules.looks import CRITICAL, WARN, Finding, Look, Numbers, Rule, days
from projects.rules.stages import Stage

# Half as many again as its limit, in halves; and so long over it that it is no wave that passes (domain 5).
FAR_OVER_HALVES, LONG_DAYS = 3, 30


def over_limit(stage: Stage, active: int, today: date, since: date | None) -> Finding | None:
    """What a stage should carry with so many active projects; `since` is when its open flag was raised."""
    limit = stage.wip_limit
    if limit is None or active <= limit:
        return None
    since = since or today
    is_grave = 2 * active > FAR_OVER_HALVES * limit or (today - since).days > LONG_DAYS
    numbers: Numbers = {"stage": stage.label, "active": active, "limit": limit, "since": since.isoformat()}
    return Finding("WIP_OVER_LIMIT", CRITICAL if is_grave else WARN, numbers, stage.code)


def _no_project(look: Look) -> None:
    """It is found by `over_limit`, for a stage."""


RULES = (
    Rule(
        "WIP_OVER_LIMIT",
        "Too many at once",
        "More projects are active in a stage than its workflow allows, so all of them get slower.",
        "more projects are active in a stage than its limit",
        "half as many again as the limit, or over it for more than 30 days",
        "Finishing, pausing or stopping some of them clears it, and so does a higher limit in the workflow.",
        lambda f: f"{f['active']} at once in {f['stage']}, limit {f['limit']}",
        lambda f: (
            f"{f['active']} projects are active in {f['stage']}; the limit is {f['limit']}."
            + (f" It has been so for {days(f['days'])}." if f["days"] else "")
        ),
        _no_project,
    ),
)
