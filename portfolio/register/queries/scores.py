"""The scores of a project as a row of a list shows them: whole points, and words for what is not known."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from projects.models import Outcome
from projects.rules import quadrants

COLUMNS = (
    *("risk", "impact", "p_production", "confidence", "quadrant"),
    *("annual_value", "strategic", "reach", "has_critical_gap", "is_unproven", "is_borderline"),
)
# From these on a risk is amber and red (our choice); a chance of this and less is red.
RAISED_RISK, HIGH_RISK, POOR_CHANCE = 45, 65, 25
NOT_ASSESSED = "Not assessed yet"
LABELS = {**quadrants.LABELS, "unassessed": NOT_ASSESSED, "": ""}


class Figures(NamedTuple):
    """What a row says of the scores; None is not known."""

    risk: int | None
    risk_tone: str  # of a meter: hi, mid or none
    is_guess: bool  # nothing is answered: all of the risk is what nobody knows
    impact: int | None
    lacks: str  # what has to be entered to complete the impact
    label: str  # the quadrant, or why there is none
    remarks: str
    chance: int | None  # percent
    is_poor: bool
    has_gap: bool


def figures(row: Mapping[str, Any]) -> Figures:
    """The figures of a row that holds `COLUMNS` and the outcome."""
    risk, chance = _whole(row["risk"]), _percent(row["p_production"])
    lacks = _lacks(row)
    return Figures(
        risk=risk,
        risk_tone=tone(risk),
        is_guess=not row["confidence"],
        impact=_whole(row["impact"]) if knows_impact(row) else None,
        lacks=", ".join(lacks),
        label=LABELS[row["quadrant"]],
        remarks=", ".join(_remarks(row)),
        chance=chance,
        is_poor=chance is not None and chance <= POOR_CHANCE and row["outcome"] == Outcome.OPEN,
        has_gap=row["has_critical_gap"],
    )


def knows_impact(row: Mapping[str, Any]) -> bool:
    """Whether anything is known that an impact could be made of."""
    return row["impact"] is not None and len(_lacks(row)) < 3


def risk_words(row: Mapping[str, Any]) -> str:
    """The risk as a card says it."""
    risk = _whole(row["risk"])
    return NOT_ASSESSED if risk is None else f"Risk {risk}"


def tone(risk: int | None) -> str:
    """The colour of a risk's meter: grey below the first band."""
    if risk is None or risk < RAISED_RISK:
        return ""
    return "hi" if risk >= HIGH_RISK else "mid"


def _lacks(row: Mapping[str, Any]) -> list[str]:
    """What of the impact is not known, in words."""
    known = {
        "annual value": row["annual_value"] or None,
        "strategic fit": row["strategic"],
        "reach": row["reach"],
    }
    return [name for name, value in known.items() if value is None]


def _remarks(row: Mapping[str, Any]) -> list[str]:
    said = {"borderline": row["is_borderline"], "unproven": row["is_unproven"]}
    return [word for word, holds in said.items() if holds]


def _whole(score: float | None) -> int | None:
    return None if score is None else round(score)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
