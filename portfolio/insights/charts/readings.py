"""The further figures of the balance in calm cards: flow, value, how soon and how long projects are live."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.insights.charts.words import UNKNOWN, count, money, number, percent

Balance = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure with its note; `formula` is the code of how it is computed."""

    label: str
    value: str
    note: str = ""
    formula: str = ""
    was: str = ""

    @property
    def is_known(self) -> bool:
        return self.value != UNKNOWN


def readings(now: Balance, then: Balance | None) -> dict[str, list[Reading]]:
    """The cards by name, each with its figures; what an earlier balance said stands beside them."""
    return {name: [_reading(one, now, then) for one in rows] for name, rows in CARDS.items()}


@dataclass(frozen=True, slots=True)
class Kind:
    """How one figure is read out of a balance."""

    label: str
    formula: str
    value: Callable[[Balance], str]
    note: Callable[[Balance], str] = lambda _: ""


def _reading(kind: Kind, now: Balance, then: Balance | None) -> Reading:
    value = kind.value(now)
    was = kind.value(then) if then else UNKNOWN
    note = kind.note(now) if value != UNKNOWN else ""
    return Reading(kind.label, value, note, kind.formula, "" if was == UNKNOWN else was)


def part(found: Balance, *path: str) -> Any:
    """A value inside a balance; None where it, or what holds it, is not known."""
    value: Any = found
    for name in path:
        value = (value or {}).get(name)
    return value


def _number(*path: str, unit: str = "") -> Callable[[Balance], str]:
    def say(found: Balance) -> str:
        value = number(part(found, *path))
        return value if value == UNKNOWN or not unit else f"{value} {unit}"

    return say


def _share(*path: str) -> Callable[[Balance], str]:
    return lambda found: percent(part(found, *path))


def _money(*path: str) -> Callable[[Balance], str]:
    return lambda found: money(part(found, *path), found["currency"])


def _days(*path: str) -> Callable[[Balance], str]:
    def say(found: Balance) -> str:
        value = part(found, *path)
        return UNKNOWN if value is None else count(round(value), "day")

    return say


def _without(*path: str) -> Callable[[Balance], str]:
    def say(found: Balance) -> str:
        n = part(found, *path)
        return f"without {count(n, 'project')} of which it is not known" if n else ""

    return say


def _unassessed(found: Balance) -> str:
    of, n = part(found, "unassessed", "of"), part(found, "unassessed", "n")
    return UNKNOWN if of is None else f"{n} of {of}"


def _observed(found: Balance) -> str:
    days = part(found, "flow", "observed_days")
    launched = part(found, "flow", "launched") or 0
    return f"{count(launched, 'launch', 'launches')} in {count(days, 'day')}" if days else ""


def _wide(found: Balance) -> str:
    launches = found["launches"] or {}
    low, high = launches.get("wide_low"), launches.get("wide_high")
    wide = (
        f"; {low:g} to {high:g} when what delays one delays others"
        if low is not None and high is not None
        else ""
    )
    return f"{launches['low']:g} to {launches['high']:g}, nine times in ten, if independent{wide}"


CARDS: dict[str, list[Kind]] = {
    "flow": [
        Kind(
            "Work in progress",
            "wip",
            _number("flow", "wip", unit="projects"),
            lambda _: "past intake, not live",
        ),
        Kind("Launches a month", "throughput", _number("flow", "throughput"), _observed),
        Kind(
            "Lead time",
            "lead_time",
            _number("flow", "lead_months", unit="months"),
            lambda _: "work in progress, divided by launches a month",
        ),
        Kind(
            "Beyond the usual stay",
            "ageing",
            _share("ageing", "beyond_p85"),
            lambda _: "longer in their stage than 85 of 100 projects",
        ),
        Kind(
            "Not assessed", "unassessed", _unassessed, lambda _: "too few answers for a place on the matrix"
        ),
    ],
    "value": [
        Kind("Expected launches", "expected_launches", _number("launches", "expected"), _wide),
        Kind("Expected value a year", "expected_value", _money("value", "ev"), _without("value", "without")),
        Kind(
            "Risk-adjusted value",
            "risk_adjusted_value",
            _money("value", "rav"),
            lambda found: "; ".join(
                filter(
                    None,
                    (f"over {part(found, 'value', 'years')} years", _without("value", "rav_without")(found)),
                )
            ),
        ),
        Kind(
            "Held up by blockers",
            "blocked_value",
            _money("blocked", "value"),
            lambda found: f"expected value a year of {count(part(found, 'blocked', 'n') or 0, 'project')}",
        ),
    ],
    "outcomes": [
        Kind(
            "Days to first online exposure",
            "exposure",
            _days("exposure", "median_days"),
            lambda found: (
                f"median of {count(part(found, 'exposure', 'n'), 'project')}, "
                f"{part(found, 'exposure', 'waiting')} still waiting"
            ),
        ),
        Kind(
            "In production after 90 days",
            "survival",
            _share("survival", "s90"),
            lambda found: f"of {count(part(found, 'survival', 'n'), 'launch', 'launches')}",
        ),
        Kind(
            "Promise kept",
            "promise_kept",
            _share("promise", "median"),
            lambda found: (
                f"median of {count(part(found, 'promise', 'n'), 'product')}, 90 days after launch or later"
            ),
        ),
    ],
}
