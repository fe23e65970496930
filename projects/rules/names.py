"""Comparing texts of people: folding for search, normal form for identity."""

import re
import unicodedata

DOTTED_I = re.compile("i\u0307+")


def fold(text: str) -> str:
    """The form in which texts are searched: without case, width or spacing differences, in any script."""
    # Folding can take a text out of its normal form, so it is brought there before and after.
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Turkish has an i without and a big I with a dot; who searches has either keyboard, so all i are one.
    folded = DOTTED_I.sub("i", unicodedata.normalize("NFKC", folded).replace("ı", "i"))
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def normalise(name: str) -> str:
    """The form in which names are compared: lower-case letters and digits, all else one space."""
    # First without signs, so that a trade mark sign does not become two letters.
    plain = _words(unicodedata.normalize("NFC", name))
    return _words(unicodedata.normalize("NFKC", plain).lower())


def _words(text: str) -> str:
    # Marks belong to the letters before them: without them words of many scripts fall apart.
    return " ".join("".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in text).split())
