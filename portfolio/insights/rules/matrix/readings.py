"""What a project has on an axis of the matrix, and what the area of its bubble shows."""

from portfolio.insights.rules.entries import Entry

# Codes of what can stand on an axis; a pitfall's own code serves as well.
RISK, PROBABILITY, IMPACT, VALUE = "risk", "p", "impact", "value"
# What an area can show, and how a share of it is called.
SIZES = {"effort": "effort", "cost": "remaining cost", "value": "value", "equal": "projects"}


def reading(entry: Entry, code: str) -> float | None:
    """What a project has on an axis; None: not known."""
    if code == RISK:
        return entry.risk
    if code == IMPACT:
        return entry.impact
    if code == PROBABILITY:
        return None if entry.p is None else 100 * entry.p
    if code == VALUE:
        return entry.value if entry.value and entry.value > 0 else None
    return entry.pitfalls.get(code)


def amount(entry: Entry, size: str) -> float | None:
    """What the area of its bubble stands for, by one of SIZES; None: not known."""
    return {"effort": entry.effort, "cost": entry.cost, "value": entry.value, "equal": 1.0}[size]
