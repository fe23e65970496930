"""Figures that are drawn inside tables: steps of a heat map, bars of a funnel, rows of concentration."""

from collections.abc import Mapping, Sequence
from typing import Any

# Mean scores from which a cell takes the next of five steps of one hue.
HEAT_STEPS = (40, 50, 60, 72)


def heat(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a heat map: a unit, and its cells with number and step (0: not known)."""
    return [
        {"unit": unit, "cells": [_cell(value) for value in cells]}
        for unit, cells in zip(found["units"], found["cells"], strict=True)
    ]


def _cell(value: float | None) -> dict[str, Any]:
    if value is None:
        return {"value": None, "step": 0}
    shown = round(value)
    return {"value": shown, "step": 1 + sum(shown >= least for least in HEAT_STEPS)}


def funnel(stages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a funnel: those who entered a stage as bars of who moved on, is there, was stopped."""
    most = max((stage["entered"] for stage in stages), default=0) or 1
    rows = []
    for stage in stages:
        advanced, still = 100 * stage["advanced"] / most, 100 * stage["still_in"] / most
        row = {**stage, "on": round(advanced, 2), "still": round(still, 2)}
        rows.append(
            {**row, "lost": round(100 * stage["stopped"] / most, 2), "lost_at": round(advanced + still, 2)}
        )
    return rows
