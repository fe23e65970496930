"""Scenarios beside the live plan: figures in columns, mixes under each other, who is short of whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.insights.charts import mixes
from portfolio.insights.charts.mixes import Bar
from portfolio.insights.charts.words import MINUS, UNKNOWN, money, number, percent, signed
from portfolio.insights.queries.scenarios import AtWork, Side

Balance = Mapping[str, Any]
MEASURES = {"effort": "people at work", "cost": "remaining cost", "count": "projects"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a scenario and how far it is from the live plan; `apart` is empty where it is the same."""

    text: str
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: of the live plan, and of each scenario."""

    label: str
    live: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a figure is read out of a balance and written; `apart` writes a difference."""

    label: str
    value: Callable[[Balance], float | None]
    text: Callable[[float | None, Balance], str]
    apart: Callable[[float, Balance], str]
    note: Callable[[Balance], str] = lambda _: ""


def headline(live: Balance, side: Side) -> str:
    """What the scenario comes to, in a sentence or two."""
    if not side.changes:
        return "Nothing is changed yet: this is the live plan."
    now, n = side.balance, len(side.changes)
    said = [f"With {'this change' if n == 1 else f'these {n} changes'} {_instead(live['n'], now['n'])}."]
    before, after = _in(live, "launches", "expected"), _in(now, "launches", "expected")
    if before is not None and after is not None:
        said.append(f"Expect {_pair(number(before), number(after))} launches")
        values = _in(live, "value", "ev"), _in(now, "value", "ev")
        if None not in values:
            said[-1] += f" and {_pair(*(money(each, live['currency']) for each in values))} a year"
        said[-1] += "."
    loads = [_share("load")(each) for each in (live, now)]
    if None not in loads:
        said.append(f"Risk load {_pair(*map(percent, loads))}, limit {percent(now['limit'])}.")
    return " ".join(said)


def _instead(before: int, after: int) -> str:
    if before == after:
        return f"the balance still has {after} projects" if after != 1 else "the balance still has 1 project"
    return f"{after} {'project is' if after == 1 else 'projects are'} in the balance instead of {before}"


def _pair(before: str, after: str) -> str:
    return after if before == after else f"{after} instead of {before}"


def rows(live: Balance, sides: Sequence[Side], today: AtWork) -> list[Row]:
    """Every figure that is known of at least one of them; the budget where a scenario sets one."""
    found = [_row(kind, live, [side.balance for side in sides]) for kind in KINDS]
    found += _going_on(live, sides, today)
    if any(side.budget is not None for side in sides):
        found.append(_budget(live, sides))
    return [row for row in found if {row.live, *(cell.text for cell in row.cells)} != {UNKNOWN}]


def _row(kind: Kind, live: Balance, others: Sequence[Balance]) -> Row:
    before = kind.value(live)
    cells = []
    for other in others:
        after = kind.value(other)
        text = kind.text(after, other)
        apart = ""
        if before is not None and after is not None and text != kind.text(before, live):
            apart = kind.apart(after - before, other)
        cells.append(Cell(text, apart))
    return Row(kind.label, kind.text(before, live), tuple(cells), kind.note(live))


def _going_on(live: Balance, sides: Sequence[Side], today: AtWork) -> list[Row]:
    """Projects, cost and people without what is on hold: held projects stay in the balance, but rest."""
    currency = live["currency"]
    kinds: list[tuple[str, Callable[[AtWork], float | None], Callable[[float | None], str]]] = [
        ("Projects going on", lambda each: each.n, lambda value: number(value, 0)),
        ("Their remaining cost", lambda each: each.cost, lambda value: money(value, currency)),
        ("Their people", lambda each: each.people, number),
    ]
    found = []
    for label, value, text in kinds:
        before, cells = value(today), []
        for side in sides:
            after = value(side.at_work)
            apart = "" if before is None or after is None or after == before else text(abs(after - before))
            sign = "" if not apart or before is None or after is None else "+" if after > before else MINUS
            cells.append(Cell(text(after), sign + apart))
        found.append(Row(label, text(before), tuple(cells), "without those on hold"))
    return found


def _budget(live: Balance, sides: Sequence[Side]) -> Row:
    """What is left of the budget that a scenario sets."""
    cells = []
    for side in sides:
        cost = side.at_work.cost
        if side.budget is None:
            cells.append(Cell("none set"))
            continue
        text = money(side.budget, live["currency"])
        left = None if cost is None else side.budget - cost
        word = (
            "" if left is None else f"{money(abs(left), live['currency'])} {'left' if left >= 0 else 'over'}"
        )
        cells.append(Cell(text, word))
    return Row("Budget", "none kept", tuple(cells), "against the remaining cost of what goes on")


def _share(*path: str) -> Callable[[Balance], float | None]:
    return lambda found: _in(found, *path, found["measure"])


def _of(*path: str) -> Callable[[Balance], float | None]:
    return lambda found: _in(found, *path)


def _in(found: Balance, *path: str) -> float | None:
    value: Any = found
    for name in path:
        value = (value or {}).get(name)
    return None if value is None else float(value)


def _points(value: float, found: Balance) -> str:
    return f"{signed(100 * value)} points"


def _amount(value: float, found: Balance) -> str:
    return ("+" if value > 0 else "") + money(value, found["currency"])


def _money(value: float | None, found: Balance) -> str:
    return money(value, found["currency"])


def _wide(found: Balance) -> str:
    launches = found["launches"] or {}
    low, high = launches.get("low"), launches.get("high")
    return "" if low is None else f"today {low:g} to {high:g}, nine times in ten"


KINDS = (
    Kind(
        "Projects in the balance",
        _of("n"),
        lambda value, _: number(value, 0),
        lambda value, _: signed(value),
        lambda _: "past intake, not live",
    ),
    Kind(
        "Risk load",
        _share("load"),
        lambda value, _: percent(value),
        _points,
        lambda found: f"limit {percent(found['limit'])}, by {MEASURES[found['measure']]}",
    ),
    Kind(
        "Balance index",
        _share("index"),
        lambda value, _: number(value, 0),
        lambda value, _: signed(value),
        lambda _: "100 is the target mix",
    ),
    Kind(
        "Expected launches",
        _of("launches", "expected"),
        lambda value, _: number(value),
        lambda value, _: signed(value, 1),
        _wide,
    ),
    Kind(
        "Live within a year",
        _of("launches", "within_year"),
        lambda value, _: number(value),
        lambda value, _: signed(value, 1),
    ),
    Kind("Expected value a year", _of("value", "ev"), _money, _amount),
    Kind(
        "Risk-adjusted value",
        _of("value", "rav"),
        _money,
        _amount,
        lambda found: (
            f"over {found['value']['years']} years, less the remaining cost" if found["value"] else ""
        ),
    ),
)


def bars(live: Balance, sides: Sequence[Side], names: Sequence[str]) -> list[Bar]:
    """The mixes: of the live plan, of each scenario, and the target, which a scenario can change."""
    by = live["measure"]
    found = [mixes.bar("Today", live["shares"][by])]
    found += [mixes.bar(name, side.balance["shares"][by]) for name, side in zip(names, sides, strict=True)]
    targets = {_key(side.balance["target"]) for side in sides} | {_key(live["target"])}
    if len(targets) == 1:
        return [*found, mixes.bar("Target", live["target"])]
    return [
        *found,
        mixes.bar("Target", live["target"]),
        *(
            mixes.bar(f"{name}: target", side.balance["target"])
            for name, side in zip(names, sides, strict=True)
            if _key(side.balance["target"]) != _key(live["target"])
        ),
    ]


def _key(target: Mapping[str, float] | None) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((target or {}).items()))


def mix_table(live: Balance, sides: Sequence[Side]) -> list[dict[str, Any]]:
    """The same mixes as a table, one row for each quadrant."""
    by = live["measure"]
    return [
        {
            "label": label,
            "code": code,
            "live": percent(_in(live, "shares", by, code)),
            "sides": [percent(_in(side.balance, "shares", by, code)) for side in sides],
            "target": percent(_in(live, "target", code)),
        }
        for code, label in mixes.NAMES.items()
    ]


def capacities(live: Balance, sides: Sequence[Side]) -> list[dict[str, Any]]:
    """For each kind of work the month in which people are shortest: of the live plan and of each scenario."""
    tables = [live["capacity"], *(side.balance["capacity"] for side in sides)]
    found: dict[str, list[str]] = {}
    for place, table in enumerate(tables):
        for row in (table or {}).get("rows", ()):
            found.setdefault(row["name"], [UNKNOWN] * len(tables))[place] = _worst(row, table["months"])
    return [{"name": name, "live": texts[0], "sides": texts[1:]} for name, texts in sorted(found.items())]


def _worst(row: Mapping[str, Any], months: Sequence[str]) -> str:
    pairs = [
        (needs - has, month)
        for needs, has, month in zip(row["demand"], row["supply"], months, strict=True)
        if has is not None
    ]
    if not pairs:
        return "nobody said who is there"
    short, month = max(pairs, key=lambda pair: pair[0])
    if short <= 0:
        return "enough people"
    on = date.fromisoformat(f"{month}-01")
    return f"{number(short)} short in {on:%b %Y}"
