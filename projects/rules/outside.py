"""Questions to people outside: how long they are open, what may be asked, and what may be answered."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from projects.rules import blocker_checks
from projects.rules.facts import Obstacle

# Long enough for a holiday, short enough that a forwarded mail is of no use in a month.
OPEN_FOR = timedelta(days=14)
# More than that is a survey, not a question.
MOST_OPEN = 5
# Nobody sends mails to strangers by the dozen from here.
MOST_A_DAY = 20
LONGEST_NAME, LONGEST_QUESTION, LONGEST_ANSWER = 150, 2_000, 5_000

OPEN, ANSWERED, CALLED_OFF, EXPIRED, OVER = "open", "answered", "called_off", "expired", "over"


def state(
    *,
    answered_at: datetime | None,
    called_off_at: datetime | None,
    expires_at: datetime,
    is_blocker_open: bool,
    now: datetime,
) -> str:
    """Where a question stands: open until it is answered, called off, resolved, or its day has come."""
    if answered_at is not None:
        return ANSWERED
    if called_off_at is not None:
        return CALLED_OFF
    if not is_blocker_open:
        return OVER
    return OPEN if now < expires_at else EXPIRED


def ask_obstacles(said: Mapping[str, str]) -> list[Obstacle]:
    """What is wrong with a question."""
    found = [*_text(said, "question", LONGEST_QUESTION, "Say what you need to know, and for what.")]
    found += [] if not said["name"] else _text(said, "name", LONGEST_NAME, "")
    if not blocker_checks.ADDRESS.fullmatch(said["email"]) or len(said["email"]) > 254:
        remedy = "Write it like name@example.org."
        found.append(Obstacle("address_unusable", "This is no e-mail address.", remedy, "email"))
    return found


def limit_obstacles(*, open_ones: int, is_asked: bool, today: int) -> list[Obstacle]:
    """Why nothing is asked now: `open_ones` wait, `is_asked` at this address, `today` by this person."""
    found = []
    if is_asked:
        message = "They have been asked about this blocker already, and can still answer."
        found.append(Obstacle("asked_already", message, "Wait, or call that off first.", "email"))
    if open_ones >= MOST_OPEN:
        message = f"{open_ones} questions about this blocker are open."
        found.append(Obstacle("too_many_open", message, "Call one off first."))
    if today >= MOST_A_DAY:
        message = f"You have asked {today} times within a day."
        found.append(Obstacle("too_many_a_day", message, "Go on tomorrow, or write to them yourself."))
    return found


def answer_obstacles(text: str, expected_on: date | None, today: date) -> list[Obstacle]:
    """Why an answer is not taken."""
    found = [*_text({"answer": text}, "answer", LONGEST_ANSWER, "Write at least one sentence.")]
    if expected_on is not None:
        latest = blocker_checks.LATEST
        found += blocker_checks.day_obstacles(expected_on, "expected_on", earliest=today, latest=latest)
    return found


def _text(said: Mapping[str, Any], name: str, longest: int, missing: str) -> list[Obstacle]:
    if len(said[name]) > longest:
        remedy = "Say it more briefly."
        return [Obstacle("too_long", f"This is longer than {longest} letters.", remedy, name)]
    return blocker_checks.text_obstacles(said[name], name, missing=missing)
