"""The chosen project beside the matrix: its scores, its pitfalls, what is not known, what moved it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from portfolio.insights.charts import scenes
from portfolio.insights.queries import movements, pictures
from portfolio.insights.queries.matrices import Found
from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.matrix.movements import signed
from projects.actors import Actor
from projects.models import Portfolio, Project
from projects.queries import scoring
from projects.rules import explanations

# Bands of a score: below the first it is calm, from the second on it is bad.
BANDS = (45, 65)


def selected(
    request: HttpRequest, portfolio: Portfolio, found: Found, names: Mapping[str, str]
) -> dict[str, Any]:
    """What the panel shows; nothing where no project is chosen, or one that was not there on this day."""
    entry = _entry(portfolio, found)
    if entry is None:
        return {"chosen": None}
    day = found.day if found.frame.is_past else None
    moves = movements.of(portfolio, [entry.id], found.since, day, names) if found.since else []
    moved = moves[0] if moves and moves[0].before else None
    return {
        "chosen": entry,
        "chosen_label": scenes.label(entry),
        "pitfalls": _pitfalls(found, entry, names),
        "moved": moved,
        "moved_risk": signed(moved.risk) if moved and moved.risk else "",
        "moved_impact": signed(moved.impact) if moved and moved.impact else "",
        "ask_for": _ask_for(entry, found.frame.risk_line),
        "may_open": _may_open(request, entry),
        "chance": None if entry.p is None else round(100 * entry.p),
    }


def tone(score: float) -> str:
    """How a score is coloured."""
    return "hi" if score >= BANDS[1] else "mid" if score >= BANDS[0] else ""


def _entry(portfolio: Portfolio, found: Found) -> Entry | None:
    key = found.sight.project
    if not key:
        return None
    near = [*found.entries, *found.beside]
    if chosen := next((entry for entry in near if entry.key == key), None):
        return chosen
    only = Q(project__key=key) if found.frame.is_past else Q(key=key)
    day = found.day if found.frame.is_past else None
    picture = pictures.at(portfolio, day, timezone.now(), only=only)
    return picture.entries[0] if picture and picture.entries else None


def _ask_for(entry: Entry, line: int) -> int:
    """The risk that is asked about first: just below the line, or half of what there is."""
    if entry.risk is None:
        return 0
    return line - 1 if entry.risk >= line else round(entry.risk / 2)


def _pitfalls(found: Found, entry: Entry, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every pitfall that counts, the worst first; the part that nobody knows is worked out for today only."""
    unknown = {} if found.frame.is_past else _unknown(entry)
    rows = [
        {
            "label": label,
            "score": round(score),
            "exact": round(score, 1),
            "unknown": round(unknown.get(code, 0), 1),
            "tone": tone(score),
        }
        for code, label in names.items()
        if (score := entry.pitfalls.get(code)) is not None
    ]
    return sorted(rows, key=lambda row: -row["exact"])


def _unknown(entry: Entry) -> dict[str, float]:
    project = Project.objects.select_related("portfolio", "assessment").filter(pk=entry.id).first()
    if project is None or project.risk is None:
        return {}
    inputs = scoring.inputs([project], now=timezone.now())[0]
    found = explanations.explain(scoring.card(project), inputs)
    return {each.code: each.unknown_points for each in found.pitfalls}


def _may_open(request: HttpRequest, entry: Entry) -> bool:
    return Project.objects.visible_to(Actor.of(request)).filter(pk=entry.id).exists()
