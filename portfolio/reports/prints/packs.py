"""The leadership pack as a document: each section is led by a sentence, figures before tables."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from portfolio.insights.charts import boards, scenes
from portfolio.insights.charts.words import UNKNOWN, count, money, number, on, percent
from portfolio.reports.prints import charts, matrices, pack_tables
from portfolio.reports.queries.packs import Contents
from projects.prints.documents import Block, Document, Section, Tile, Tiles, Words

# Rows of the roadmap that are drawn; the table has them all.
DRAWN = 20
GENERATED = "Part of this history is invented, to show what a past looks like. Remove it under Decisions."


def document(contents: Contents, time_zone: str) -> Document:
    """The pack, section by section; a section that has nothing to say says what is missing."""
    frame = contents.frame
    made = contents.made_at.astimezone(ZoneInfo(time_zone))
    return Document(
        title=f"{frame.name}: leadership pack",
        subtitle=f"{on(frame.day)}{', as it was stored on that day' if frame.is_past else ''}",
        running=f"{frame.name}, leadership pack of {on(frame.day)}",
        mark=f"{frame.slug}, {frame.day.isoformat()}",
        made=f"Made on {on(made)}, {made:%H:%M %Z}",
        file_name=f"leadership-pack-{frame.slug}-{frame.day.isoformat()}",
        sections=[
            Section("Where we stand", list(_standing(contents)), contents.balance["verdict"]),
            Section("Risk and impact", list(_matrix(contents)), _seen(contents)),
            Section("Balance against the target", list(_mix(contents))),
            Section("What to expect", list(_launches(contents)), contents.balance["expectation"]),
            Section("What to decide", list(_decide(contents))),
            Section("What changed", list(_changes(contents))),
            Section("Roadmap", list(_roadmap(contents))),
            Section("Concentration", list(_concentration(contents))),
            Section("What is not known", list(_missing(contents))),
            Section("Expected by month", list(_months(contents)), is_appendix=True),
            Section("All projects", [pack_tables.projects(contents.picture)], is_appendix=True),
        ],
    )


def _standing(contents: Contents) -> Iterator[Block]:
    found, measure = contents.balance, contents.balance["measure"]
    load, limit, value = found["load"][measure], found["limit"], found["value"] or {}
    if found["generated"]:
        yield Words(GENERATED)
    launches = found["launches"] or {}
    expected = launches.get("expected")
    yield Tiles(
        [
            Tile(
                "Risk load",
                percent(load),
                f"limit {percent(limit)}",
                load is not None and limit is not None and load > limit,
            ),
            Tile("Expected launches", number(expected), f"of {count(found['n'], 'project')} in flight"),
            Tile("Balance index", number(found["index"][measure], 0), "100 is on target"),
            Tile("Expected value a year", money(value.get("ev"), found["currency"])),
            Tile("High risk", str(found["high_risk_n"]), "at or above the load line"),
        ]
    )


def _seen(contents: Contents) -> str:
    """What the matrix shows, in a sentence."""
    return scenes.headline(contents.matrix) if contents.matrix and contents.balance["n"] else ""


def _matrix(contents: Contents) -> Iterator[Block]:
    if contents.matrix is None:
        yield Words("No matrix was stored for this day.")
        return
    drawn = scenes.drawn(contents.matrix, contents.pitfalls)
    yield Words(
        "Risk of not reaching production runs from left to right, business impact upwards; "
        f"areas are {drawn.scene.unit}."
    )
    wide = matrices.drawing(drawn.draw(boards.BIG))
    yield replace(matrices.drawing(drawn.draw(boards.FULL)), wide=wide)


def _mix(contents: Contents) -> Iterator[Block]:
    found = contents.balance
    bars = [
        ("By projects", found["shares"]["count"]),
        ("By remaining cost", found["shares"]["cost"]),
        ("By people", found["shares"]["effort"]),
        ("Target", found["target"]),
    ]
    yield charts.mixes(bars)
    yield pack_tables.mix(found)


def _launches(contents: Contents) -> Iterator[Block]:
    launches = contents.balance["launches"] or {}
    if launches.get("expected") is None:
        yield Words("How many will launch is not known: no project has a chance of production yet.")
        return
    yield Words(
        f"{number(launches['expected'])} launches are expected at any time; nine times in ten between "
        f"{launches['low']} and {launches['high']} if projects do not hang together, and between "
        f"{launches['wide_low']} and {launches['wide_high']} if what several share delays them all."
    )
    if len(contents.months) > 1:
        yield charts.fan(contents.months)
    else:
        yield Words("When is not known: no forecast has been made yet.")


def _months(contents: Contents) -> Iterator[Block]:
    if len(contents.months) > 1:
        yield pack_tables.months(contents.months)


def _decide(contents: Contents) -> Iterator[Block]:
    advice = [each for each in contents.balance["recommendations"] or () if not each["dismissal"]]
    if not advice:
        yield Words("No rule asks for a decision.")
        return
    yield Words(f"{count(len(advice), 'recommendation')}, each by a rule; people decide.")
    yield pack_tables.recommendations(advice)


def _changes(contents: Contents) -> Iterator[Block]:
    if contents.changes is None or contents.before is None:
        yield Words("There is no earlier day to compare with yet.")
        return
    yield Words(f"Compared with {on(contents.before)}.")
    yield pack_tables.changes(contents.changes)


def _roadmap(contents: Contents) -> Iterator[Block]:
    entries = contents.in_flight
    if not entries:
        yield Words("No project is in flight.")
        return
    promised = [entry for entry in entries if entry.committed_on]
    likely = [entry for entry in promised if (entry.p_on_time or 0) > 0.5]
    yield Words(
        f"{len(likely)} of {count(len(promised), 'project')} with a promised date "
        f"{'has' if len(likely) == 1 else 'have'} a better than even chance of it. "
        "Dates are given that a project launches at all."
    )
    if any(entry.p50_on for entry in entries):
        forecast = [entry for entry in entries if entry.p50_on]
        yield charts.roadmap(forecast[:DRAWN], contents.frame.day)
    yield pack_tables.roadmap(entries)


def _concentration(contents: Contents) -> Iterator[Block]:
    table = pack_tables.concentration(contents.balance)
    yield table if table.rows else Words(f"What the portfolio hangs on is {UNKNOWN}.")


def _missing(contents: Contents) -> Iterator[Block]:
    missing = contents.balance["missing"] or ()
    if not missing:
        yield Words("Every figure has what it needs.")
        return
    yield pack_tables.missing(missing)
