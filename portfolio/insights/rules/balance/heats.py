"""Where the risk sits: the mean score of each pitfall in each business unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from portfolio.insights.rules.entries import Entry

NO_UNIT = "No unit"


def of(entries: Iterable[Entry], labels: Mapping[str, str]) -> dict[str, Any]:
    """Units by name, pitfalls in their order, and the mean of those projects that know it; else None."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.top_unit or NO_UNIT].append(entry)
    units = sorted(found, key=lambda name: (name == NO_UNIT, name.casefold()))
    return {
        "units": units,
        "counts": [len(found[name]) for name in units],
        "pitfalls": [{"code": code, "label": label} for code, label in labels.items()],
        "cells": [[_mean(found[name], code) for code in labels] for name in units],
    }


def _mean(entries: list[Entry], code: str) -> float | None:
    scores = [score for entry in entries if (score := entry.pitfalls.get(code)) is not None]
    return sum(scores) / len(scores) if scores else None
