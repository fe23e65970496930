"""Files as evidence: which are taken, what they are called, and how they may be shown again.

A file is judged by its name, its size and its first bytes. It is never opened: what is packed inside an
archive is for those who download it.
"""

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from projects.rules.facts import Obstacle

HEAD = 4096  # bytes that are looked at; the marks of all types stand before
LONGEST_NAME = 150  # letters; percent-encoded they still fit into a header
FIELD = "file"
UNKNOWN = "application/octet-stream"
# Marks of programs in any system, and of scripts: refused under every name.
PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\0asm", b"dex\n", b"\xca\xfe\xba\xbe"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
)
# Controls of the direction of writing can make “fdp.exe” read as “exe.pdf”; the others cannot be seen.
HIDDEN = frozenset(
    "\u061c\u200b\u200e\u200f\u2060\ufeff" + "\u202a\u202b\u202c\u202d\u202e" + "\u2066\u2067\u2068\u2069"
)
# What has a meaning in some system's paths.
RESERVED = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True, slots=True)
class Type:
    """One type of file: as what it is sent, how it is recognised, as what it may be shown in a browser."""

    content_type: str
    recognised: Callable[[bytes], bool]
    shown_as: str = ""  # empty: only as a download


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _is_pdf(head: bytes) -> bool:
    return b"%PDF-" in head[:1024]  # readers take what stands before for noise


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_text(head: bytes) -> bool:
    """Whether it reads as text: in UTF-16 with its mark, else without NUL and other controls."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head.removeprefix(BOM_UTF8))


PLAIN = "text/plain"
IMAGES = {
    "png": Type("image/png", _begins(b"\x89PNG\r\n\x1a\n"), "image/png"),
    "jpg": Type("image/jpeg", _begins(b"\xff\xd8\xff"), "image/jpeg"),
    "jpeg": Type("image/jpeg", _begins(b"\xff\xd8\xff"), "image/jpeg"),
    "gif": Type("image/gif", _begins(b"GIF87a", b"GIF89a"), "image/gif"),
    "webp": Type("image/webp", _is_webp, "image/webp"),
}
TEXTS = {
    "txt": Type(PLAIN, _is_text, PLAIN),
    "log": Type(PLAIN, _is_text, PLAIN),
    "md": Type("text/markdown", _is_text, PLAIN),
    "csv": Type("text/csv", _is_text, PLAIN),
    "tsv": Type("text/tab-separated-values", _is_text, PLAIN),
    "json": Type("application/json", _is_text, PLAIN),
    "yaml": Type("application/yaml", _is_text, PLAIN),
    "yml": Type("application/yaml", _is_text, PLAIN),
    "ipynb": Type("application/x-ipynb+json", _is_text),
    # These can hold scripts: a browser never gets to show them from here.
    "html": Type(UNKNOWN, _is_text),
    "htm": Type(UNKNOWN, _is_text),
    "svg": Type(UNKNOWN, _is_text),
}
_is_packed = _begins(b"PK\x03\x04", b"PK\x05\x06")
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
PACKED = {
    "xlsx": Type(f"{OFFICE}.spreadsheetml.sheet", _is_packed),
    "docx": Type(f"{OFFICE}.wordprocessingml.document", _is_packed),
    "pptx": Type(f"{OFFICE}.presentationml.presentation", _is_packed),
    "odt": Type(f"{OPEN}.text", _is_packed),
    "ods": Type(f"{OPEN}.spreadsheet", _is_packed),
    "odp": Type(f"{OPEN}.presentation", _is_packed),
    "zip": Type("application/zip", _is_packed),
}
TYPES = {"pdf": Type("application/pdf", _is_pdf, "application/pdf"), **IMAGES, **TEXTS, **PACKED}


def safe_name(name: str) -> str:
    """A name for a file without path, controls and hidden letters, at most 150 letters; may be empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        each
        for each in last
        if each not in HIDDEN and unicodedata.category(each) not in ("Cc", "Cs", "Zl", "Zp")
    )
    plain = " ".join(RESERVED.sub("_", seen).split()).strip(". ")
    if len(plain) <= LONGEST_NAME:
        return plain
    path = PurePosixPath(plain)
    ending = path.suffix if len(path.suffix) <= 10 else ""
    return plain.removesuffix(ending)[: LONGEST_NAME - len(ending)] + ending


def extension(name: str) -> str:
    """The last ending of a safe name, in small letters."""
    return PurePosixPath(name).suffix.removeprefix(".").casefold()


def content_type(name: str) -> str:
    """As what a file of this safe name is sent."""
    found = TYPES.get(extension(name))
    return found.content_type if found else UNKNOWN


def shown_as(name: str) -> str:
    """As what a browser may show it in a window of its own; empty where it is only to be downloaded."""
    found = TYPES.get(extension(name))
    return found.shown_as if found else ""


def obstacles(name: str, size: int, head: bytes, most_mb: int) -> list[Obstacle]:
    """Why a file is not taken; `name` is a safe one, `head` its first bytes."""
    if size == 0 or not head:
        return [Obstacle("empty", "This file is empty.", "Choose the file that holds the evidence.", FIELD)]
    if size > most_mb * 1024 * 1024:
        return [too_large(most_mb)]
    if head.startswith(PROGRAMS):
        remedy = "Put programs into your code repository and link them."
        return [Obstacle("program", "This file is a program or a script.", remedy, FIELD)]
    found = TYPES.get(extension(name))
    if found is None:
        ending = f"“.{extension(name)[:20]}”" if extension(name) else "without an ending"
        remedy = f"Use one of {', '.join(TYPES)}, or link it where it is kept."
        return [Obstacle("type_not_taken", f"Files {ending} are not taken.", remedy, FIELD)]
    if not found.recognised(head):
        remedy = "Save it again in the program that it was made with, or correct its ending."
        message = f"This is not what its ending “.{extension(name)}” says."
        return [Obstacle("type_mismatch", message, remedy, FIELD)]
    return []


def too_large(most_mb: int) -> Obstacle:
    """The refusal of a file over the limit, at whichever door it is noticed."""
    remedy = "Keep it where large files are kept and link it, or make it smaller."
    return Obstacle("too_large", f"This file is larger than {most_mb} MB.", remedy, FIELD)
