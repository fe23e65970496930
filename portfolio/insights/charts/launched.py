"""What became of projects, in rows: stages passed, products in use, promises kept, worth by cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.insights.charts.words import UNKNOWN, money, number, percent

Row = dict[str, Any]


def conversion(stages: Sequence[Mapping[str, Any]] | None) -> list[Row]:
    """Stages that somebody entered, with shares and intervals in words."""
    return [
        {
            **stage,
            "share_text": percent(stage["share"]),
            "interval": interval(stage.get("low"), stage.get("high")),
            "final_text": percent(stage.get("final_advance")),
            "undecided": stage.get("undecided", 0),
            "cohorts": stage.get("cohorts", []),
        }
        for stage in stages or ()
        if stage["entered"] or stage.get("undecided")
    ]


def interval(low: float | None, high: float | None) -> str:
    """A range of shares; a dash where there is none."""
    return "–" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def survival(found: Mapping[str, Any] | None) -> list[Row]:
    """The steps of the curve for its table."""
    return [
        {
            "day": step["day"],
            "share": percent(step["share"]),
            "interval": interval(step.get("low"), step.get("high")),
        }
        for step in (found or {}).get("steps") or ()
    ]


def promises(found: Mapping[str, Any] | None) -> list[Row]:
    """What each product kept of its promise."""
    return [{**row, "kept": percent(row["share"])} for row in (found or {}).get("rows") or ()]


def worth(ranked: Sequence[Mapping[str, Any]] | None, currency: str) -> list[Row]:
    """The ranking by expected commercial value."""
    return [
        {
            **row,
            "worth": money(row["ecv"], currency),
            "is_loss": row["ecv"] < 0,
            "per": "nothing to spend" if row["index"] is None else number(row["index"], 2),
        }
        for row in ranked or ()
        if row.get("ecv") is not None
    ]


def survival_words(found: Mapping[str, Any] | None) -> str:
    """What the curve shows, in one sentence."""
    s90 = percent((found or {}).get("s90"))
    n = (found or {}).get("n") or 0
    return (
        f"Of {n} launches {s90 if s90 != UNKNOWN else 'an unknown share'} were in production after 90 days."
    )
