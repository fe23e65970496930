"""What is said of a blocker, checked: every reason why it is not kept, each with its field and the fix."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from projects.rules import evidence
from projects.rules.blockers import Policy
from projects.rules.facts import Obstacle

# What fits into one line of a list or of a mail.
LONGEST = {"title": 200, "decision_from": 150, "decision_email": 254, "waiting_for": 200}
LONG_TEXTS = ("workaround",)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# Before and after, a date is a slip of the finger.
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


def obstacles(
    policy: Policy, said: Mapping[str, Any], *, raised_on: date, gates: Collection[str]
) -> list[Obstacle]:
    """Everything that is wrong with these fields; `gates` are those of the project's workflow."""
    found = [*_line_obstacles(said)]
    for name in LONG_TEXTS:
        found += evidence.text_obstacles(said.get(name, ""), name)
    if "title" in said and not said["title"]:
        remedy = "Say what cannot happen, and because of what."
        found.append(Obstacle("title_missing", "It has no title.", remedy, "title"))
    if (address := said.get("decision_email")) and not ADDRESS.fullmatch(address):
        remedy = "Write it like name@example.org, or leave it empty."
        found.append(Obstacle("address_unusable", "This is no e-mail address.", remedy, "decision_email"))
    found += _choice(said, "category", [kind.code for kind in policy.categories])
    found += _choice(said, "severity", [kind.code for kind in policy.severities])
    if said.get("gate"):
        found += _choice(said, "gate", gates)
    if expected := said.get("expected_on"):
        found += day_obstacles(expected, "expected_on", earliest=raised_on, latest=LATEST)
    return found


def day_obstacles(day: date, field: str, *, earliest: date, latest: date) -> list[Obstacle]:
    """Why this cannot be the day: too early, or not come yet."""
    if day < earliest:
        message = f"{day} is before {earliest}."
        return [Obstacle("too_early", message, f"Give {earliest} or a later day.", field)]
    if day > latest:
        message = f"{day} is after {latest}."
        return [Obstacle("too_late", message, f"Give {latest} or an earlier day.", field)]
    return []


def text_obstacles(text: str, field: str, *, missing: str) -> list[Obstacle]:
    """Why a text that has to be there is not kept; `missing` says what to write."""
    if not text:
        return [Obstacle("text_missing", "This is empty.", missing, field)]
    return evidence.text_obstacles(text, field)


def _line_obstacles(said: Mapping[str, Any]) -> Iterator[Obstacle]:
    for name, longest in LONGEST.items():
        text = said.get(name, "")
        if len(text) > longest:
            remedy = "Say it more briefly; the log holds the rest."
            yield Obstacle("too_long", f"This is longer than {longest} characters.", remedy, name)
        else:
            yield from evidence.text_obstacles(text, name)


def _choice(said: Mapping[str, Any], name: str, known: Iterable[str]) -> Iterator[Obstacle]:
    codes = list(known)
    if name in said and said[name] not in codes:
        message = f"There is no {name} “{str(said[name])[:40]}”."
        yield Obstacle(f"{name}_unknown", message, f"Choose one of {', '.join(codes)}.", name)
