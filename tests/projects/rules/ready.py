"""Facts that meet every criterion of some gates, and small changes to them, for tests of gates."""

from datetime import date
from decimal import Decimal
from typing import Any

from projects.rules import checklists, criteria, roles
from projects.rules.criterion_kinds.fields import DATED
from projects.rules.facts import Evidenced, Facts, Measured
from projects.rules.stages import Criterion

MAKER, OUTSIDER = 1, 77


def facts(gates, today: date, **other) -> Facts:
    """What a project says of which nothing is missing at these gates; signatures are others' affair."""
    asked = [(gate, criterion) for gate in gates for criterion in gate.criteria]
    known: dict[str, Any] = {
        "fields": dict.fromkeys(criteria.FIELDS, "said") | dict.fromkeys(DATED, today),
        "people": dict.fromkeys(roles.codes(), 1),
        "planned_on": {gate.code: date(2026, 12, 1) for gate in gates},
        "tier": "low",
        "personal_data": False,
        "vendor": False,
        "llm": False,
        "today": today,
        "answers": {c.name: "Y" for _gate, c in asked if c.kind == "answer"},
        "checklists": {
            code: dict.fromkeys(checklist.items, Decimal(1))
            for code, checklist in checklists.shipped().items()
        },
        "blockers": (),
        "evidence": {c.name: _shown(c, today) for _gate, c in asked if c.kind in ("evidence", "statement")},
        "metrics": {c.name: Measured(_within(c), today) for _gate, c in asked if c.kind == "metric"},
        "todos": {f"{gate.code}:{c.name}": True for gate, c in asked if c.kind == "todo"},
    }
    return Facts(**(known | other))


def _shown(criterion: Criterion, today: date) -> Evidenced:
    if criterion.kind == "evidence":
        return Evidenced(today, by=MAKER)
    return Evidenced(today, holds=True, by=OUTSIDER)


def _within(criterion: Criterion) -> Decimal:
    limit = criterion.at_most if criterion.at_least is None else criterion.at_least
    return Decimal(str(limit))
