"""Letters in a PDF: a font under the Open Font Licence, embedded, and what it cannot print said openly."""

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Source Sans", "Source Sans Bold"
FILES = {PLAIN: "SourceSansPro-Regular.ttf", BOLD: "SourceSansPro-Bold.ttf"}
# Stands for a letter of a script that the font lacks; how many there are is said at the end.
UNPRINTABLE = "■"
AS = {"\u2011": "-", "\u00ad": ""}
BREAKS = "\n\u2028\u2029\r\v\f"


@cache
def known() -> frozenset[int]:
    """The characters that both fonts have: Latin, Greek, Cyrillic and signs; registers them on the way."""
    found = []
    for name, file in FILES.items():
        font = TTFont(name, str(resources.files("font_source_sans_pro") / "files" / file))
        pdfmetrics.registerFont(font)
        found.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    return frozenset.intersection(*found)


@dataclass(slots=True)
class Letters:
    """Turns texts into what the font can print, and counts what it cannot."""

    lost: int = 0
    _known: frozenset[int] = field(default_factory=known)

    def readable(self, text: str) -> str:
        """The same text in characters of the font; line breaks stay, other control characters go."""
        return "".join(map(self._one, unicodedata.normalize("NFC", text)))

    def _one(self, letter: str) -> str:
        if letter in BREAKS:
            return "\n"
        if letter in AS:
            return AS[letter]
        kind = unicodedata.category(letter)
        if kind == "Zs" or letter == "\t":
            return " "
        if kind in ("Cc", "Cf", "Cs", "Co", "Cn") or "\ufe00" <= letter <= "\ufe0f":
            return ""  # among them those that turn the direction of writing round
        if ord(letter) in self._known:
            return letter
        if unicodedata.combining(letter):
            return ""
        self.lost += 1
        return UNPRINTABLE
