"""The tables of the leadership pack: every figure as it is read, and as a spreadsheet calculates with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portfolio.insights.charts.words import UNKNOWN, money, number, on, percent, signed
from portfolio.insights.rules.entries import QUADRANTS, Entry, Picture
from portfolio.insights.rules.history.comparisons import Comparison
from projects.models import Health
from projects.prints.documents import Cell, Link, Number, Table
from projects.rules.differences import Change
from projects.rules.quadrants import LABELS

MEASURES = {"count": "Projects", "cost": "Remaining cost", "effort": "People"}
# What a board asks about a project since the last time, and from how many points on a score is worth a word.
DECIDING = {"stage", "status", "outcome", "quadrant", "health", "risk", "impact", "committed_on", "has_gap"}
LARGE = 5
NAMED = 8  # keys in a cell
GROUPS = {
    "owner": "Owner",
    "unit": "Business unit",
    "vendor": "Vendor",
    "source": "Data source",
    "pitfall": "Pitfall that leads in high-risk projects",
}


def mix(found: Mapping[str, Any]) -> Table:
    """Shares, targets and how far they are apart, by each measure."""
    heads = ["Quadrant", "Target", *(f"{label}, share" for label in MEASURES.values())]
    rows: list[list[Cell]] = []
    for code in QUADRANTS:
        shares = [(found["shares"][by] or {}).get(code) for by in MEASURES]
        gaps = [(found["gaps"][by] or {}).get(code) for by in MEASURES]
        cells = [
            Number(f"{percent(share)} ({signed(100 * gap)})" if gap is not None else percent(share), share)
            for share, gap in zip(shares, gaps, strict=True)
        ]
        target = (found["target"] or {}).get(code)
        rows.append([LABELS[code], Number(percent(target), target), *cells])
    return Table("Mix", heads, rows, [3, 2, 3, 3, 3])


def months(rows: Sequence[Mapping[str, Any]]) -> Table:
    """How many are expected to be live by the end of each month."""
    return Table(
        "Expected in production",
        ["By the end of", "1 in 10 below", "Expected", "1 in 10 above"],
        [
            [
                f"{date.fromisoformat(row['on']):%d %b %Y}",
                *(Number(number(row[key]), row[key]) for key in ("p10", "mean", "p90")),
            ]
            for row in rows
        ],
        [3, 2, 2, 2],
    )


def recommendations(advice: Sequence[Mapping[str, Any]]) -> Table:
    """What the rules ask for, and why."""
    rows: list[list[Cell]] = [[each["title"], each["why"], ", ".join(each["keys"])] for each in advice]
    return Table("What to decide", ["Recommendation", "Why", "Projects"], rows, [4, 6, 3])


def changes(compared: Comparison) -> Table:
    """What came, went and changed."""
    rows: list[list[Cell]] = [
        [_link(each.entry), each.label, each.entry.stage_label] for each in compared.added
    ]
    for gone in compared.removed:
        why = f": {gone.why}" if gone.why else ""
        rows.append([_link(gone.entry), gone.label, f"was in {gone.entry.stage_label}{why}"])
    rows += [
        [_link(each.entry), "Changed", said] for each in compared.changed if (said := _told(each.changes))
    ]
    if compared.settings:
        rows.append(["Portfolio", "Settings", _told(compared.settings, any_field=True)])
    return Table("What changed", ["Project", "What", "How, and why"], rows, [5, 2, 9])


def roadmap(entries: Sequence[Entry]) -> Table:
    """When each project in flight is likely to be live, and what was promised."""
    heads = ["Project", "Stage", "Launches at all", "P50", "P80", "P95", "Promised", "On time"]
    rows: list[list[Cell]] = [
        [
            _link(entry),
            entry.stage_label,
            Number(percent(entry.p), entry.p),
            *(_day(day) for day in (entry.p50_on, entry.p80_on, entry.p95_on, entry.committed_on)),
            Number(percent(entry.p_on_time), entry.p_on_time) if entry.committed_on else "no date promised",
        ]
        for entry in entries
    ]
    return Table("Roadmap", heads, rows, [5, 3, 2, 3, 3, 3, 3, 3])


def concentration(found: Mapping[str, Any]) -> Table:
    """The largest groups, and what one person alone can sign."""
    rows: list[list[Cell]] = []
    for by, label in GROUPS.items():
        told = (found["concentration"] or {}).get(by)
        for group in (told or {}).get("groups", ())[:3]:
            share = group["share"]
            rows.append([label, group["name"], Number(percent(share), share), _few(group["keys"])])
    rows += [
        [
            "Only signer",
            f"{each['name']} ({each['role']})",
            Number(str(each["n"]), each["n"]),
            _few(each["keys"]),
        ]
        for each in found["approvers"] or ()
    ]
    return Table("Concentration", ["Kind", "Name", "Share", "Projects"], rows, [3, 4, 2, 5])


def missing(rows: Sequence[Mapping[str, Any]]) -> Table:
    """What is not known, and how to make it known."""
    told: list[list[Cell]] = [[row["what"], Number(str(row["n"]), row["n"]), _remedy(row)] for row in rows]
    return Table("What is not known", ["What", "Projects", "To do"], told, [4, 2, 6])


def projects(picture: Picture) -> Table:
    """Every project of the picture with its figures."""
    currency, health = picture.frame.currency, dict(Health.choices)
    heads = ["Project", "Unit", "Stage", "Health", "Quadrant", "Risk", "Impact", "Chance", "People", "Cost"]
    rows: list[list[Cell]] = [
        [
            _link(entry),
            entry.unit,
            entry.stage_label,
            health.get(entry.health, entry.health),
            LABELS.get(entry.quadrant, UNKNOWN),
            Number(number(entry.risk, 0), entry.risk),
            Number(number(entry.impact, 0), entry.impact),
            Number(percent(entry.p), entry.p),
            Number(number(entry.effort), entry.effort),
            Number(money(entry.cost, currency), entry.cost),
        ]
        for entry in picture.entries
    ]
    return Table("Projects", heads, rows, [6, 3, 3, 2, 3, 2, 2, 2, 2, 3])


def _few(keys: Sequence[str]) -> str:
    """The first of many keys, and how many more there are."""
    more = len(keys) - NAMED
    return ", ".join(keys[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _told(changes: Sequence[Change], *, any_field: bool = False) -> str:
    """What of a project matters to those who decide, each with what it was."""
    return "; ".join(
        f"{change.field.label.lower()} {change.was} → {change.now}"
        for change in changes
        if any_field or (change.field.code in DECIDING and _is_large(change))
    )


def _is_large(change: Change) -> bool:
    if change.field.kind != "points" or change.before is None or change.after is None:
        return True
    return abs(change.after - change.before) >= LARGE


def _remedy(row: Mapping[str, Any]) -> Cell:
    return Link(row["remedy"], row["url"]) if row.get("url") else row["remedy"]


def _link(entry: Entry) -> Link:
    return Link(f"{entry.key} {entry.name}", f"/projects/{entry.key}/")


def _day(day: date | None) -> str:
    return on(day) if day else UNKNOWN
