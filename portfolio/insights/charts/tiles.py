"""The five figures at the head of the balance, each with what it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.insights.charts.words import UNKNOWN, count, number, percent, when


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure; `formula` is the code of how it is computed, `meter` its value and limit in percent."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    was: str = ""
    tone: str = ""
    formula: str = ""
    meter: tuple[float, float] | None = None

    @property
    def meter_tone(self) -> str:
        return "mid" if self.tone else "acc"

    @property
    def meter_words(self) -> str:
        return f"{self.label} {self.value}, {self.unit}" if self.unit else f"{self.label} {self.value}"


@dataclass(frozen=True, slots=True)
class Then:
    """An earlier balance that this one is compared with."""

    day: date
    balance: Mapping[str, Any]

    def was(self, value: str, today: date) -> str:
        """Such as: was 47% in August."""
        return "" if value == UNKNOWN else f"was {value} {when(self.day, today)}"


def tiles(now: Mapping[str, Any], then: Then | None) -> list[Tile]:
    """Risk load, expected launches, held at a gate, stuck, open questions."""
    return [
        _load(now, then),
        _live(now),
        _held(now, then),
        _stuck(now, then),
        _questions(now, then),
    ]


def _load(now: Mapping[str, Any], then: Then | None) -> Tile:
    by = now["measure"]
    load, limit = now["load"][by], now["limit"]
    over = load is not None and limit is not None and load > limit
    return Tile(
        "Risk load",
        percent(load),
        f"limit {percent(limit)}" if limit is not None else "",
        was=then.was(percent(then.balance["load"][by]), _day(now)) if then else "",
        tone="warn" if over else "",
        formula="risk_load",
        meter=None if load is None else (round(100 * load, 1), round(100 * (limit or 0), 1)),
    )


def _live(now: Mapping[str, Any]) -> Tile:
    launches = now["launches"] or {}
    year, of = launches.get("within_year"), f"of {now['n']}"
    if year is not None:
        low, high = launches["within_year_low"], launches["within_year_high"]
        by = date.fromisoformat(launches["within_year_on"])
        return Tile(
            f"Live by {by:%b %Y}", number(year), of, f"{low:g} to {high:g}, 80% interval", formula=LAUNCHES
        )
    low, high = launches.get("low"), launches.get("high")
    note = f"{low:g} to {high:g}, nine times in ten" if low is not None and high is not None else ""
    return Tile("Expected launches", number(launches.get("expected")), of, note, formula=LAUNCHES)


LAUNCHES = "expected_launches"


def _held(now: Mapping[str, Any], then: Then | None) -> Tile:
    held = now["held_at_gate"] or {}
    days, by = held.get("longest_days"), held.get("longest_role") or ""
    note = f"longest wait {count(days, 'day')}{', ' if by else ''}{by}" if days is not None else ""
    return Tile(
        "Held at a gate",
        number(held.get("n")),
        note=note,
        was=_counted(now, then, "held_at_gate"),
        formula="held_at_gate",
    )


def _stuck(now: Mapping[str, Any], then: Then | None) -> Tile:
    stuck = now["stuck"] or {}
    note = "longer in their stage than 85 of 100 are"
    return Tile(
        "Stuck", number(stuck.get("n")), note=note, was=_counted(now, then, "stuck"), formula="ageing"
    )


def _questions(now: Mapping[str, Any], then: Then | None) -> Tile:
    found = now["open_questions"] or {}
    points = found.get("points")
    due = f"of {found['due']:g}" if found.get("due") is not None else ""
    note = f"they add {count(round(points), 'point')} of risk" if points is not None else ""
    return Tile("Open questions", number(found.get("open")), due, note, formula="open_questions")


def _counted(now: Mapping[str, Any], then: Then | None, key: str) -> str:
    before = (then.balance.get(key) or {}).get("n") if then else None
    return then.was(f"{before:g}", _day(now)) if then and before is not None else ""


def _day(now: Mapping[str, Any]) -> date:
    return date.fromisoformat(now["day"])
