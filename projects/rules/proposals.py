"""Proposals: which changes may be proposed, with which fields, and every reason why one is not taken."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from projects.rules import evidence
from projects.rules.facts import Obstacle

KINDS = {
    "move": "Move",
    "update": "Post an update",
    "answer": "Answer a question",
    "blocker": "Raise a blocker",
    "todo": "Add a to-do",
    "snooze": "Let a flag sleep",
}
# A month is long enough for a holiday; what nobody wanted for a quarter is asked anew.
LIVES, LONGEST_LIFE = timedelta(days=30), timedelta(days=90)
# More than somebody decides on in one sitting: whoever proposes without end is stopped.
MOST_OPEN = 50
LONGEST_CAUSE = 160
# Before and after, a date is a slip of the pen.
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a proposal's body: text, a day, an address of a person, or the id of a row."""

    reads: str = "text"
    longest: int = evidence.LONGEST
    is_needed: bool = False


TEXT, NEEDED = Field(), Field(is_needed=True)
LINE, NEEDED_LINE = Field(longest=200), Field(longest=200, is_needed=True)
CODE, NEEDED_CODE = Field(longest=40), Field(longest=40, is_needed=True)
DAY, PERSON = Field("day"), Field("person", longest=254)
# As the REST API takes them; what is left out is not said.
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "move": {
        "kind": CODE,
        "to": CODE,
        "reason_code": CODE,
        "note": TEXT,
        "until": DAY,
        "approver": PERSON,
    },
    "update": {
        "health": NEEDED_CODE,
        "text": NEEDED,
        "next_step": TEXT,
        "at_risk": TEXT,
        "next_proof_on": DAY,
    },
    "answer": {
        "question": NEEDED_CODE,
        "letter": NEEDED_CODE,
        "evidence": TEXT,
        "evidence_until": DAY,
        "reason": TEXT,
    },
    "blocker": {
        "title": NEEDED_LINE,
        "category": NEEDED_CODE,
        "severity": NEEDED_CODE,
        "owner": PERSON,
        "decision_from": Field(longest=150),
        "gate": CODE,
        "workaround": TEXT,
        "waiting_for": LINE,
        "expected_on": DAY,
    },
    "todo": {
        "text": Field(longest=300, is_needed=True),
        "owner": PERSON,
        "due_on": DAY,
        "link": Field(longest=500),
    },
    "snooze": {
        "flag": Field("id", is_needed=True),
        "until": Field("day", is_needed=True),
        "reason": Field(longest=300, is_needed=True),
    },
}


def obstacles(kind: str, body: Any, choices: Mapping[str, Collection[str]]) -> list[Obstacle]:
    """Everything that is wrong with what is proposed; `choices` are the codes that fields can have."""
    if kind not in KINDS:
        remedy = f"Use one of {', '.join(KINDS)}."
        return [Obstacle("unknown_kind", f"“{kind[:40]}” cannot be proposed.", remedy, "kind")]
    if not isinstance(body, Mapping):
        return [Obstacle("not_an_object", "The change is not an object.", "Give its fields by name.", "body")]
    known = FIELDS[kind]
    found = [_unknown(str(name), known) for name in body if name not in known]
    for name, field in known.items():
        found += _of_the_field(name, field, body.get(name), choices.get(name))
    if kind == "move" and not body.get("to") and body.get("kind") in (None, "", "advance", "back"):
        found.append(Obstacle("missing", "It is not said where it leads.", "Give the stage.", "body.to"))
    return found


def said_obstacles(cause: str, reason: str, field: str = "reason") -> list[Obstacle]:
    """What is wrong with the cause, and with the words of whoever proposes or decides."""
    found = evidence.text_obstacles(reason, field)
    if not cause or len(cause) > LONGEST_CAUSE or not cause.isprintable():
        message = "It is not said what causes it." if not cause else "The cause is not a short line."
        remedy = f"Use at most {LONGEST_CAUSE} characters that stay the same for the same cause."
        found.append(Obstacle("no_cause", message, remedy, "cause"))
    return found


def life_obstacles(expires_at: datetime, now: datetime) -> list[Obstacle]:
    """Why a proposal may not wait until then."""
    if now < expires_at <= now + LONGEST_LIFE:
        return []
    remedy = f"Use a moment within the next {LONGEST_LIFE.days} days."
    return [Obstacle("no_life", "A proposal does not wait until then.", remedy, "expires_at")]


def is_moot(kind: str, body: Mapping[str, Any], *, stage: str, has_ended: bool) -> bool:
    """Whether the project has come to where nothing is left to decide: it has ended, or is there already."""
    if kind != "move":
        return has_ended and kind != "update"
    asked = body.get("kind") or "advance"
    return (has_ended and asked not in ("restart", "retire")) or (asked == "advance" and body["to"] == stage)


def read(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A checked body with days as days and without what was left out."""
    said = {name: value for name, value in body.items() if value not in (None, "")}
    for name, field in FIELDS[kind].items():
        if name in said and field.reads == "day":
            said[name] = date.fromisoformat(said[name])
    return said


def _unknown(name: str, known: Collection[str]) -> Obstacle:
    message, remedy = f"There is no field “{name[:40]}”.", f"Known are {', '.join(known)}."
    return Obstacle("unknown_field", message, remedy, f"body.{name[:40]}")


def _of_the_field(name: str, field: Field, value: Any, codes: Collection[str] | None) -> list[Obstacle]:
    place = f"body.{name}"
    if value is None or value == "":
        message = f"It is not said what {name} is."
        return [Obstacle("missing", message, f"Give {name}.", place)] if field.is_needed else []
    if field.reads == "id":
        is_id = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63
        return [] if is_id else [Obstacle("no_id", f"{name} is not an id.", "Give a whole number.", place)]
    if not isinstance(value, str):
        return [Obstacle("no_text", f"{name} is not text.", "Give it in quotes.", place)]
    if field.reads == "day":
        return _of_the_day(name, value, place)
    if len(value) > field.longest:
        message = f"{name} is longer than {field.longest} characters."
        return [Obstacle("too_long", message, "Say it in fewer words.", place)]
    if codes is not None and value not in codes:
        message, remedy = f"{name} cannot be “{value[:40]}”.", f"Use one of {', '.join(codes)}."
        return [Obstacle("unknown_code", message, remedy, place)]
    return evidence.text_obstacles(value, place)


def _of_the_day(name: str, value: str, place: str) -> list[Obstacle]:
    try:
        is_likely = EARLIEST <= date.fromisoformat(value) <= LATEST
    except ValueError:
        is_likely = False
    if is_likely:
        return []
    return [Obstacle("no_day", f"{name} is not a likely day.", "Write it as 2027-03-01.", place)]
