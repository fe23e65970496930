"""A document as plain values: a page of the site and a PDF show the same of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from projects.prints.drawings import Drawing


class Link(NamedTuple):
    """Words that lead somewhere: an address of this site, or of elsewhere."""

    words: str
    url: str


class Number(NamedTuple):
    """A figure as it is read, and as a spreadsheet calculates with it; None is not known."""

    words: str
    value: float | None


Cell = str | Link | Number


def words_of(cell: Cell) -> str:
    """A cell as it is read."""
    return cell if isinstance(cell, str) else cell.words


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    is_code: bool = False

    kind = "words"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values; empty values are said to be not known."""

    rows: Sequence[tuple[str, Cell]]

    kind = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their heads; `widths` are the shares of the columns."""

    name: str  # for who cannot see it
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]

    kind = "table"


class Tile(NamedTuple):
    """One figure with its name and what it is compared with."""

    label: str
    value: str
    note: str = ""
    is_raised: bool = False


@dataclass(frozen=True, slots=True)
class Tiles:
    """Three to five figures side by side."""

    tiles: Sequence[Tile]

    kind = "tiles"


Block = Words | Facts | Table | Tiles | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; `headline` says in a sentence what it shows, and is the title of its slide."""

    title: str
    blocks: Sequence[Block]
    headline: str = ""
    is_appendix: bool = False  # for those who look something up: no slide is made of it


@dataclass(frozen=True, slots=True)
class Document:
    """What is printed; `running` stands at the head of every sheet, `mark` identifies the content."""

    title: str
    subtitle: str
    running: str
    mark: str
    made: str
    file_name: str
    sections: Sequence[Section]
