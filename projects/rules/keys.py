"""Project keys: a prefix of the portfolio and a number, as in FRD-12."""

import re
import unicodedata
from collections.abc import Container
from typing import NamedTuple

PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,5}")
# Nine digits fit every integer column.
KEY = re.compile(r"([A-Z][A-Z0-9]{1,5})-([1-9][0-9]{0,8})")
FALLBACK = "PRJ"
MOST = 6


class Key(NamedTuple):
    """The two parts of a project key."""

    prefix: str
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number}"


def is_prefix(text: str) -> bool:
    """Whether this is 2 to 6 capital letters and digits, beginning with a letter."""
    return PREFIX.fullmatch(text) is not None


def parse(text: str) -> Key | None:
    """The key written here in any letter case, or None when it is not one."""
    text = text.strip()
    match = KEY.fullmatch(text.upper()) if text.isascii() else None
    return Key(match[1], int(match[2])) if match else None


def suggest_prefix(name: str, taken: Container[str] = ()) -> str:
    """A free prefix for a portfolio of this name: its initials, or the first letters of its one word."""
    words = re.findall(r"[A-Z0-9]+", _latin(name))
    letters = "".join(word[0] for word in words) if len(words) > 1 else "".join(words)[:3]
    wish = letters.lstrip("0123456789")[:MOST]
    base = wish if is_prefix(wish) else FALLBACK
    candidate, number = base, 1
    while candidate in taken:
        number += 1
        candidate = f"{base[: MOST - len(str(number))]}{number}"
    return candidate


def _latin(text: str) -> str:
    """Capital letters without accents; other scripts leave nothing."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(char for char in plain if char.isascii() or char.isspace())
