"""The tables of the leadership pack: every figure as it is read, and as a spreadsheet calculates with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portfolio.insights.charts.words import UNKNOWN, money, number, percent, signed
from portfolio.insights.queries.comparisons import Comparison
from portfolio.insights.rules.entries import QUADRANTS, Entry, Picture
from projects.models import Health
from projects.prints.documents import Cell, Link, Number, Table
from projects.rules.quadrants import LABELS

MEASURES = {"count": "Projects", "cost": "Remaining cost", "effort": "People"}
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
    rows = []
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
    rows: list[list[Cell]] = [[each.key, each.name, "new", "", ""] for each in compared.added]
    rows += [
        [gone.entry.key, gone.entry.name, "gone", gone.entry.stage_label, gone.reason]
        for gone in compared.removed
    ]
    for changed in compared.changed:
        rows += [
            [changed.entry.key, changed.entry.name, each.label, each.old, each.new] for each in changed.fields
        ]
    return Table("What changed", ["Key", "Project", "What", "Before", "Now"], rows, [2, 5, 3, 3, 3])


def roadmap(entries: Sequence[Entry]) -> Table:
    """When each project in flight is likely to be live, and what was promised."""
    heads = ["Project", "Stage", "Launches at all", "P50", "P80", "P95", "Promised", "On time"]
    rows = [
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
            rows.append([label, group["name"], Number(percent(share), share), ", ".join(group["keys"][:8])])
    rows += [
        [
            "Only signer",
            f"{each['name']} ({each['label']})",
            Number(str(each["n"]), each["n"]),
            ", ".join(each["keys"]),
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
    rows = [
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


def _remedy(row: Mapping[str, Any]) -> Cell:
    return Link(row["remedy"], row["url"]) if row.get("url") else row["remedy"]


def _link(entry: Entry) -> Link:
    return Link(f"{entry.key} {entry.name}", f"/projects/{entry.key}/")


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else UNKNOWN
