"""Texts in the XML of office files."""

import unicodedata


def printable(text: str) -> str:
    """A text without the characters that XML cannot hold: control characters and halves of pairs."""
    kept = (letter for letter in text if letter in "\t\n" or unicodedata.category(letter)[0] != "C")
    return "".join(kept)
