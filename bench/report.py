"""The figures as a table for the terminal and as a section of docs/performance.md."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Compared
from bench.inprocess import Work
from bench.measuring import Result
from tests.services import postgresql

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
AIM = 3.0  # times the floor
HTTP_HEADERS = (
    "Asked over HTTP",
    "Clients",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "per second",
    "Floor p50 ms",
    "Floor per second",
    "p50 ÷ floor",
    "Floor's rate ÷ rate",
    "Statements",
    "Bar ms",
)
WORK_HEADERS = (
    "Done by the worker",
    "ms",
    "Floor ms",
    "÷ floor",
    "Bar ms",
    "Memory MiB, at first and at most",
)


def machine() -> str:
    """What it was measured on, without its name."""
    cores, python = os.cpu_count(), platform.python_version()
    return f"{cores} cores, {platform.system()}, Python {python}, {postgresql.name()}"


def lines(found: Result) -> list[str]:
    """The whole section in Markdown; it reads well in a terminal, too."""
    setting = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}; {found.projects:,} projects, data seed"
        f" {found.seed}. Client, servers and database shared the cores. Load average when it began:"
        f" {found.load:.1f} (1 would be this benchmark's own client alone)."
    )
    return [
        setting,
        "",
        *_table(HTTP_HEADERS, [_http(row) for row in found.compared]),
        "",
        *_table(WORK_HEADERS, [_work(work, found.projects) for work in found.work]),
        "",
        *_table(("Otherwise", "Measured", "Floor", "Bar"), _others(found)),
        "",
        *_misses(found),
    ]


def write(found: Result) -> None:
    """Put the section between its two marks; the document has room for certain sizes only."""
    text = DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- {found.projects} projects -->", f"<!-- end of {found.projects} projects -->"
    section = "\n".join([begin, "", *lines(found), "", end])
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not place.search(text):
        raise SystemExit(f"{DOCUMENT.name} has no place for {found.projects} projects: {begin} and {end}.")
    DOCUMENT.write_text(place.sub(lambda _: section, text), encoding="utf-8")


def _http(row: Compared) -> tuple[str, ...]:
    mine, floor = row.product, row.floor
    times = [_ms(mine.p50), _ms(mine.p95), _ms(mine.p99), f"{mine.rate:,.0f}", _ms(floor.p50)]
    ratios = [f"{floor.rate:,.0f}", f"{row.ratio:.1f}", f"{row.rate_ratio:.1f}", f"{row.statements}"]
    bar = f"{row.bar:g}" if row.bar and row.clients == 1 else ""
    return (row.name, str(row.clients), *times, *ratios, bar)


def _work(work: Work, projects: int) -> tuple[str, ...]:
    # A bar was set for a number of projects; another number says nothing about it.
    bar = f"{work.bar:g}" if work.bar and projects == work.bar_projects else ""
    memory = f"{work.memory[0]:.0f}, {work.memory[1]:.0f}" if work.memory else ""
    return (work.name, _ms(work.product), _ms(work.floor), f"{work.ratio:.1f}", bar, memory)


def _others(found: Result) -> list[tuple[str, ...]]:
    visit = found.visit
    size = f"{visit.total / 1000:.0f} kB (page {visit.page / 1000:.0f} kB,"
    size += f" {visit.number} files {visit.files / 1000:.0f} kB)"
    return [
        ("First visit of the register, as sent", size, "", "60 kB"),
        (
            "Memory of the two web workers (PSS)",
            f"{found.memory:.0f} MiB",
            f"{found.floor_memory:.0f} MiB",
            "260 MiB",
        ),
    ]


def _misses(found: Result) -> list[str]:
    """What is beyond its aim, said openly."""
    slow = [
        f"{row.name}, {_clients(row.clients)}: {max(row.ratio, row.rate_ratio):.1f} times the floor"
        for row in found.compared
        if max(row.ratio, row.rate_ratio) > AIM
    ]
    slow += [f"{work.name}: {work.ratio:.1f} times the floor" for work in found.work if work.ratio > AIM]
    if not slow:
        return [f"Every row is within {AIM:g} times the floor."]
    return [f"Beyond the aim of {AIM:g} times the floor:", "", *(f"- {each}" for each in slow)]


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"


def _ms(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in
                  enumerate(zip(cells, widths, strict=True))]  # fmt: skip
        return f"| {' | '.join(padded)} |"

    marks = ["-" * width if place == 0 else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    return [line(headers), f"|{'|'.join(f' {mark} ' for mark in marks)}|", *map(line, rows)]
