"""The evidence of an answer: an address that a browser may open, or words that say where to look."""

from datetime import date
from urllib.parse import urlsplit

from projects.rules.facts import Obstacle

# A page of text; more is a document and belongs behind a link.
LONGEST = 2000
WEB = ("http", "https")
# Addresses that would run or show something inside the reader's page.
DANGEROUS = ("javascript", "vbscript", "data", "blob", "file")


def link(text: str) -> str:
    """The address to open, or an empty text where the evidence is words."""
    return text if _is_address(text) and not _problem(text) else ""


def text_obstacles(text: str, field: str) -> list[Obstacle]:
    """Why a text that people write is not kept: too long, or with what no database keeps."""
    if len(text) > LONGEST:
        remedy = "Put the rest into a document and link it."
        return [Obstacle("too_long", f"This is longer than {LONGEST} characters.", remedy, field)]
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        remedy = "Take it out."
        return [Obstacle("unusable_character", "This holds a character that cannot be kept.", remedy, field)]
    return []


def obstacles(letter: str, text: str, until: date | None, today: date) -> list[Obstacle]:
    """Everything that is wrong with evidence that was given."""
    found = text_obstacles(text, "evidence")
    if not found and (problem := _problem(text)):
        remedy = "Give the whole address with https:// in front, or write where to look."
        found = [Obstacle("link_unusable", problem, remedy, "evidence")]
    if letter == "Y" and until is not None and until < today:
        remedy = "Link evidence that still holds, or answer C for a claim."
        message = f"This evidence ended on {until.isoformat()}."
        found.append(Obstacle("evidence_expired", message, remedy, "evidence_until"))
    return found


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and not any(map(str.isspace, text))


def _problem(text: str) -> str:
    """What is wrong with an address; an empty text for a sound one and for words."""
    scheme = text.partition(":")[0].strip().lower()
    if scheme in DANGEROUS:
        return f"“{scheme}:” is not an address of evidence."
    if not _is_address(text):
        return ""
    try:
        parts = urlsplit(text)
        has_place = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return "This address cannot be read."
    if not has_place or not text.isprintable():
        return "This address cannot be read."
    return "This address holds a name and password." if parts.username or parts.password else ""
