"""What is said of a to-do, checked: every reason why it is not kept, each with its field and the fix."""

from datetime import date

from projects.rules import evidence
from projects.rules.facts import Obstacle

# A sentence; more is a ticket, and belongs into the tracker that a to-do can link to.
LONGEST_TEXT, LONGEST_LINK, LONGEST_REF = 300, 500, 20
# Before and after, a date is a slip of the finger.
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def obstacles(text: str, due_on: date | None, link: str) -> list[Obstacle]:
    """Everything that is wrong with a to-do that somebody wrote; text and link without blanks around them."""
    return [*_text_obstacles(text), *_day_obstacles(due_on), *_link_obstacles(link)]


def _text_obstacles(text: str) -> list[Obstacle]:
    if not text:
        return [Obstacle("text_missing", "It is not said what to do.", "Write it in a sentence.", "text")]
    if len(text) > LONGEST_TEXT:
        message = f"This is longer than {LONGEST_TEXT} characters."
        remedy = "Say it in a sentence and link the ticket that holds the rest."
        return [Obstacle("too_long", message, remedy, "text")]
    return evidence.text_obstacles(text, "text")


def _day_obstacles(due_on: date | None) -> list[Obstacle]:
    if due_on is None or EARLIEST <= due_on <= LATEST:
        return []
    remedy = f"Use a date from {EARLIEST.year} to {LATEST.year}."
    return [Obstacle("unlikely_date", f"{due_on} is not a likely date.", remedy, "due_on")]


def _link_obstacles(link: str) -> list[Obstacle]:
    if not link:
        return []
    if len(link) > LONGEST_LINK:
        message = f"This address is longer than {LONGEST_LINK} characters."
        return [Obstacle("too_long", message, "Use the short address of the ticket.", "link")]
    if unusable := evidence.text_obstacles(link, "link"):
        return unusable
    if not evidence.link(link):
        remedy = "Give the whole address, with https:// in front and without a password."
        return [Obstacle("link_unusable", "This is not the address of a page.", remedy, "link")]
    return []
