"""How long projects have been in their stage, against the stay that is usual there."""

from collections.abc import Sequence
from typing import Any

from portfolio.insights.rules.entries import Entry
from projects.rules.stages import Stage

OLDEST = 5
# Projects of a stage that are told, the longest first; `n` counts all.
SHOWN = 100


def is_late(entry: Entry) -> bool:
    """Whether it has been in its stage for longer than 85 of 100 projects usually are."""
    return entry.typical_days is not None and entry.days_in_stage > entry.typical_days[1]


def of(entries: Sequence[Entry], stages: Sequence[Stage]) -> dict[str, Any]:
    """The stages before production in order, the share of projects beyond P85, and the longest stays."""
    judged = [entry for entry in entries if entry.typical_days is not None]
    late = [entry for entry in judged if is_late(entry)]
    longest = _longest_first(entries)
    return {
        "stages": [_stage(stage, longest) for stage in stages if stage.standard != "production"],
        "beyond_p85": len(late) / len(judged) if judged else None,
        "beyond_n": len(late),
        "n": len(judged),
        "oldest": [_row(entry) | {"stage": entry.stage_label} for entry in longest[:OLDEST]],
    }


def _stage(stage: Stage, entries: Sequence[Entry]) -> dict[str, Any]:
    there = [entry for entry in entries if entry.stage == stage.code]
    usual = stage.typical_days
    return {
        "stage": stage.code,
        "label": stage.label,
        "p50": usual and usual.p50,
        "p85": usual and usual.p85,
        "p95": usual and usual.p95,
        "n": len(there),
        "projects": [_row(entry) for entry in there[:SHOWN]],
    }


def _row(entry: Entry) -> dict[str, Any]:
    return {"key": entry.key, "name": entry.name, "days": entry.days_in_stage, "is_held": entry.is_held}


def _longest_first(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (-entry.days_in_stage, entry.key))
