"""The tables of a page as a file: whatever a page shows whole in a table can be taken out as it stands there.

Lists that have more rows than their page come from the database instead (`projects.exports.answers.either`)
and never reach this. Here the page itself is read: its filters, its order and its columns are those of the
file, and a table that is added to a page tomorrow needs nothing for it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from projects.exports import answers
from projects.exports.tables import Table, different

NUMBER = re.compile(r"[-−+]?\d{1,3}(?:[,\u202f\u00a0]\d{3})*(?:\.\d+)?|[-−+]?\d+(?:\.\d+)?")
# What only a screen needs: controls, drawings, keys, and words that stand in for a heading on a phone.
UNREAD = {"button", "select", "textarea", "script", "style", "template", "svg", "progress", "input"}
SILENT = {"kbd", "fold-word", "waits"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
HEADINGS = {"h1", "h2", "h3"}
Handler = Callable[[HttpRequest], HttpResponse]


def as_files(get_response: Handler) -> Handler:
    """Answer a page that is asked for as a file with its tables; a page without any has nothing to give."""

    def handle(request: HttpRequest) -> Any:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if (
            request.method != "GET"
            or not answers.asked(request)
            or not is_page
            or response.status_code != 200
        ):
            return response
        tables = list(read(response.content.decode()))
        if not tables:
            return HttpResponse("This page has no table.\n", status=404, content_type="text/plain")
        return answers.answer(request, _name(request), timezone.localdate(), *tables)

    return handle


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    of = [str(match.kwargs[name]) for name in ("slug", "key") if name in match.kwargs] if match else []
    noun = str(match.url_name or "page") if match else "page"
    return "-".join([noun.replace("_", "-"), *of, *filter(None, [request.GET.get("portfolio", "")])]).lower()


def read(html: str) -> Iterator[Table]:
    """Every table of a page that has rows, with the name that it has for those who do not see it."""
    reader = _Reader()
    reader.feed(html)
    for each in reader.tables:
        if found := _table(each):
            yield found


@dataclass(slots=True)
class _Cell:
    text: list[str] = field(default_factory=list)
    value: Any = None
    label: str = ""
    across: int = 1
    down: int = 1
    is_number: bool = False
    is_hidden: bool = False

    def said(self) -> Any:
        words = " ".join("".join(self.text).split())
        if self.value is not None:
            return self.value
        if self.is_number and NUMBER.fullmatch(words):
            plain = re.sub("[,\u202f\u00a0+]", "", words).replace("−", "-")
            return float(plain) if "." in plain else int(plain)
        return words or self.label or None


@dataclass(slots=True)
class _Found:
    name: str = ""
    heads: list[list[_Cell]] = field(default_factory=list)
    rows: list[list[_Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects tables; a table within a table is text of its cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[_Found] = []
        self.table: _Found | None = None
        self.cell: _Cell | None = None
        self.depth = self.unread = 0
        self.in_head = False
        self.heading = self.caption = ""
        self.reads: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        classes = set(said.get("class", "").split())
        if self.unread or self._is_unread(tag, said, classes):
            if self.cell and said.get("aria-label") and tag == "svg":
                self.cell.label = said["aria-label"]
            self.unread += tag not in VOID
            return
        self._open(tag, said, classes)
        if self.cell and self.depth == 1 and tag not in ("td", "th"):
            self._value(tag, said)

    def _open(self, tag: str, said: dict[str, str], classes: set[str]) -> None:
        match tag:
            case "table":
                self.depth += 1
                if self.depth == 1:
                    self.table = _Found(said.get("aria-label", "") or self.heading)
                    self.tables.append(self.table)
            case "thead" | "tbody" | "tfoot" if self.depth == 1:
                self.in_head = tag == "thead"
            case "tr" if self.table and self.depth == 1:
                (self.table.heads if self.in_head else self.table.rows).append([])
            case "td" | "th" if self.table and self.depth == 1:
                self._begin_cell(said, classes)
            case "caption" | "h1" | "h2" | "h3" if not self.cell:
                self.reads = []
            case "br" | "p" | "div" | "li" if self.cell:
                self.cell.text.append(" ")

    def _is_unread(self, tag: str, said: dict[str, str], classes: set[str]) -> bool:
        return tag in UNREAD or bool(classes & SILENT) or (said.get("aria-hidden") == "true")

    def _begin_cell(self, said: dict[str, str], classes: set[str]) -> None:
        rows = self.table and (self.table.heads if self.in_head else self.table.rows)
        across, down = (
            int(said[name]) if said.get(name, "").isdigit() else 1 for name in ("colspan", "rowspan")
        )
        self.cell = _Cell(across=across, down=down, is_number="num" in classes, is_hidden="acts" in classes)
        if rows:
            rows[-1].append(self.cell)

    def _value(self, tag: str, said: dict[str, str]) -> None:
        """What an element says of itself, apart from its words."""
        if self.cell is None:
            return
        if tag == "time" and self.cell.value is None and not "".join(self.cell.text).strip():
            self.cell.value = _moment(said.get("datetime", ""))
        self.cell.label = self.cell.label or said.get("aria-label", "")

    def handle_endtag(self, tag: str) -> None:
        if self.unread:
            self.unread -= tag not in VOID
            return
        if tag == "table" and self.depth:
            self.depth -= 1
        elif tag in ("td", "th") and self.depth == 1:
            self.cell = None
        elif tag == "thead":
            self.in_head = False
        elif self.reads is not None and (tag in HEADINGS or tag == "caption"):
            words = " ".join("".join(self.reads).split())
            if tag == "caption" and self.table:
                self.table.name = words
            else:
                self.heading = words
            self.reads = None

    def handle_data(self, data: str) -> None:
        if self.unread:
            return
        if self.reads is not None:
            self.reads.append(data)
        elif self.cell:
            self.cell.text.append(data)


def _moment(said: str) -> date | datetime | None:
    try:
        return date.fromisoformat(said) if len(said) == 10 else datetime.fromisoformat(said)
    except ValueError:
        return None


def _table(found: _Found) -> Table | None:
    rows = _grid([row for row in found.rows if row])
    if not rows:
        return None
    width = max(map(len, rows))
    heads = _grid([row for row in found.heads if row])
    names = [
        " ".join(dict.fromkeys(str(head[n].said() or "") for head in heads if n < len(head))).strip()
        for n in range(width)
    ]
    cells = [[*row, *[_Cell()] * (width - len(row))] for row in rows]
    kept = [
        n for n in range(width) if any(row[n].said() is not None and not row[n].is_hidden for row in cells)
    ]
    headers = different([names[n] or f"column {n + 1}" for n in kept])
    return Table(found.name or "table", headers, [[row[n].said() for n in kept] for row in cells])


def _grid(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """Rows with each cell in as many columns and rows as it spans."""
    hanging: dict[int, tuple[int, _Cell]] = {}
    grid = []
    for row in rows:
        line: list[_Cell] = []
        waiting = iter(row)
        cell = next(waiting, None)
        while cell is not None or len(line) in hanging:
            if len(line) in hanging:
                left, above = hanging.pop(len(line))
                if left > 1:
                    hanging[len(line)] = (left - 1, above)
                line.append(above)
                continue
            assert cell is not None  # noqa: S101 -- for the type checker
            for _ in range(min(cell.across, 100)):
                if cell.down > 1:
                    hanging[len(line)] = (cell.down - 1, cell)
                line.append(cell)
            cell = next(waiting, None)
        grid.append(line)
    return grid
