"""Hostile input: what people, programs and attackers send, for fields, addresses and files."""

import io
import random
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote_from_bytes, quote_plus

# A marker that must never come back as markup.
SCRIPT = "<script>alert(4711)</script>"
VALUES = [
    "",
    " ",
    "\t\r\n",
    "x" * 10_000,
    "ü" * 100_000,
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u202eevil\u202c \u0645\u0634\u0631\u0648\u0639",
    "a\u0300\u0301\u0302" * 200,
    "\x00",
    "before\x00after",
    "\x1b[31m\x07",
    "\ufeff\uffff",
    f"\"'>{SCRIPT}<b",
    "{{ 7*7 }}{% debug %}",
    "' OR 1=1; DROP TABLE projects_project; --",
    "%s %d %(x)s {0} ${x}",
    '=HYPERLINK("http://127.0.0.1/")',
    "../../../../etc/passwd",
    "http://[",
    "x\r\nSet-Cookie: fuzz=1",
    "-1",
    "0",
    "1e309",
    "NaN",
    "Infinity",
    "9" * 19,
    "9" * 400,
    "\u0663\u0664",
    "\u00b2",
    "0x10",
    "1_000",
    "1905-01-01",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-W01",
    "2026-11-21T25:61:61Z",
    "null",
    "true",
    "[]",
    "{}",
    "a@b",
    "@" * 300,
    "\u0130stanbul \u017f\u00df",
]
# Bytes that are no text at all, as they stand in an address or a form's body.
RAW = [b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"%", b"%zz", b"%00"]


def encoded(rng: random.Random) -> str:
    """A hostile value, ready to stand in a form's body or in an address."""
    place = rng.randrange(len(VALUES) + len(RAW))
    if place < len(VALUES):
        return quote_plus(VALUES[place])
    raw = RAW[place - len(VALUES)]
    return raw.decode() if raw.startswith(b"%") else quote_from_bytes(raw)


def encoded_values() -> list[str]:
    """Those short enough for an address that carries many of them."""
    short = [quote_plus(value) for value in VALUES if len(value) < 500]
    return short + [raw.decode() if raw.startswith(b"%") else quote_from_bytes(raw) for raw in RAW]


class File(NamedTuple):
    """A file to upload."""

    name: str
    content: bytes


def files() -> Iterator[File]:
    """Files that no honest export writes, and some that dishonest ones do."""
    row = "Claims triage,Problem of it,idea\n"
    head = "name,problem,stage\n"
    yield File("empty.csv", b"")
    yield File("one-byte.csv", b"\x00")
    yield File("header-only.csv", head.encode())
    yield File("noise.csv", random.Random(7).randbytes(200_000))
    yield File("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 500)
    yield File("utf16.csv", (head + row).encode("utf-16"))
    yield File("latin.csv", (head + "Müller,Größe,idea\n").encode("latin-1"))
    yield File("zeros.csv", (head + "a\x00b,c\x00,idea\n").encode())
    yield File("open-quote.csv", (head + '"never closed,x,idea\n' + row * 50).encode())
    yield File("line-breaks.csv", (head + '"two\nlines","a\r\nb",idea\n').encode())
    yield File("ragged.csv", (head + "a\n,,,,,,,,,,,\nb,c\n").encode())
    yield File("same-header.csv", ("name," * 9 + "\n" + "x," * 9 + "\n").encode())
    yield File(
        "wide.csv", (",".join(f"column {n}" for n in range(10_000)) + "\n" + "x," * 9_999 + "\n").encode()
    )
    yield File("long-cell.csv", (head + "n" * 1_000_000 + ",p,idea\n").encode())
    yield File("formulas.csv", (head + "=1+1,@SUM(A1),+cmd|' /C calc'!A0\n").encode())
    yield File("markup.csv", (head + f"{SCRIPT},{SCRIPT},{SCRIPT}\n").encode())
    yield File("dates.csv", b"name,committed_on,stage\nOld,1905-01-01,idea\nNever,2026-02-30,idea\n")
    yield File("directions.csv", (head + "\u202e\u0645\u0634\u0631\u0648\u0639,\U0001f600,pilot\n").encode())
    yield File("unknown-stage.csv", (head + "A,b,warp drive\n").encode())
    yield File("doubles.csv", (head + row * 30).encode())
    yield File("..\\..\\evil\r\nname\x01.csv", (head + row).encode())
    yield File("broken.xlsx", b"PK\x03\x04" + b"\x00" * 300)
    yield File("no-workbook.xlsx", _zip({"hello.txt": b"hello"}))
    yield File("bomb.xlsx", _zip({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b" " * 60_000_000}))
    yield File("entities.xlsx", _zip(_entities()))
    yield File("text.xlsx", (head + row).encode())


def too_large(limit_mb: int) -> File:
    """One file over the limit."""
    return File("large.csv", b"name,problem,stage\n" + b"x" * (limit_mb * 1024 * 1024 + 4096))


def _zip(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def _entities() -> dict[str, bytes]:
    """A text that grows a thousandfold with each step when a reader believes it (billion laughs)."""
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    book = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{steps}]><workbook>&l8;</workbook>'
    types = b'<?xml version="1.0"?><Types/>'
    return {"[Content_Types].xml": types, "xl/workbook.xml": book.encode()}
