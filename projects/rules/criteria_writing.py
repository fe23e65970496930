"""Turning a criterion back into what a document says of it."""

from decimal import Decimal
from typing import Any

from projects.rules.stages import ByTier, Criterion

# In the order in which people read them.
MEMBERS = ("name", "text", "at_least", "at_most", "above_zero", "category", "within_days", "not_by")


def write(criterion: Criterion) -> dict[str, Any]:
    """The members that say something, always in the same order; `criteria_reading` reads it back."""
    document = {"kind": criterion.kind}
    for name in (*MEMBERS, "label", "when"):
        value = getattr(criterion, name)
        if value not in ("", (), None):
            document[name] = _plain(value)
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, ByTier):
        return {"low": _plain(value.low), "medium": _plain(value.medium), "high": _plain(value.high)}
    if isinstance(value, Decimal):
        # Whole numbers as such; others as text, which no reader rounds.
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    return list(value) if isinstance(value, tuple) else value
