"""What a chat can be told of, and how grave each piece of news is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.notifications.rules.chat_formats import Tone


@dataclass(frozen=True, slots=True)
class Topic:
    """One tick in the settings of a chat."""

    code: str
    label: str
    explanation: str
    kinds: frozenset[str] = frozenset()


TOPICS: dict[str, Topic] = {
    topic.code: topic
    for topic in (
        Topic(
            "flags",
            "Critical flags",
            "A flag is raised as critical, or becomes it.",
            frozenset({"flag.opened", "flag.changed"}),
        ),
        Topic(
            "moves",
            "Moves",
            "A project changes its stage, is put on hold, resumed, stopped or retired.",
            frozenset(
                {
                    "stage.advanced",
                    "stage.moved_back",
                    "stage.rolled_back",
                    "project.held",
                    "project.resumed",
                    "project.stopped",
                    "project.restarted",
                    "project.retired",
                }
            ),
        ),
        Topic(
            "blockers",
            "Blockers",
            "A blocker of high or critical severity is raised, or one goes up a level.",
            frozenset({"blocker.raised", "blocker.escalated"}),
        ),
        Topic("signoffs", "Sign-offs", "Somebody has decided on a sign-off.", frozenset({"signoff.decided"})),
        Topic("daily", "The day in one line", "On weekday mornings: projects, flags and what is critical."),
    )
}
USUAL = ("flags", "moves", "blockers", "signoffs")
OF_KIND = {kind: topic.code for topic in TOPICS.values() for kind in topic.kinds}
KINDS = frozenset(OF_KIND)
MOVES = {
    "stage.advanced": Tone.GOOD,
    "stage.moved_back": Tone.WARN,
    "stage.rolled_back": Tone.BAD,
    "project.held": Tone.WARN,
    "project.stopped": Tone.BAD,
}
DECISIONS = {"approved": Tone.GOOD, "approved_with_conditions": Tone.WARN, "rejected": Tone.BAD}
# From the sponsor's level on, whatever the severity.
HIGH_LEVEL = 2


def tone(kind: str, said: Mapping[str, Any]) -> Tone | None:
    """How grave an event is, by its kind and payload; None when no chat is told of it."""
    if kind in ("flag.opened", "flag.changed"):
        severity = said.get("severity", "")
        now = severity[-1] if isinstance(severity, list) else severity
        return Tone.BAD if now == "critical" else None
    if kind == "blocker.raised":
        severity = said.get("severity", "")
        return {"high": Tone.WARN, "critical": Tone.BAD}.get(severity)
    if kind == "blocker.escalated":
        is_bad = said.get("severity") == "critical" or said.get("level", 0) >= HIGH_LEVEL
        return Tone.BAD if is_bad else Tone.WARN
    if kind == "signoff.decided":
        return DECISIONS.get(said.get("decision", ""), Tone.PLAIN)
    return MOVES.get(kind, Tone.PLAIN) if kind in KINDS else None
