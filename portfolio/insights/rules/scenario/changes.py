"""A what-if: changes to a copy of a portfolio, in words, in an address, and carried out on a picture."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import exp, log

from portfolio.insights.rules.entries import QUADRANTS, Added, Entry, Picture
from portfolio.insights.rules.scenario.changes_reading import TO_PROJECTS, Change, Unclear, parse
from projects.rules.facts import Obstacle
from projects.rules.quadrants import QUADRANTS as BY_SIDES

__all__ = ["Change", "Unclear", "apply", "parse", "problems", "words"]

# What a hold takes from the log-odds of reaching production, as in the shipped scorecard.
ON_HOLD = 0.7
LEAST, MOST = 0.01, 0.99


def problems(
    picture: Picture, changes: Iterable[Change], capabilities: Iterable[str] | None = None
) -> list[Obstacle]:
    """Every change that means nothing to this portfolio; the kinds of work are checked if they are given."""
    entries = {entry.key: entry for entry in picture.entries}
    known = None if capabilities is None else {name.casefold() for name in capabilities}
    found = []
    for change in changes:
        if change.do in TO_PROJECTS:
            found += _of_project(change, entries.get(change.project))
        elif change.do == "people" and known is not None and change.capability.casefold() not in known:
            message = f"Nobody has entered the kind of work {change.capability}."
            found.append(
                Obstacle("unknown_capability", message, "Add it to the capacity first.", "capability")
            )
    return found


def _of_project(change: Change, entry: Entry | None) -> list[Obstacle]:
    key = change.project
    if entry is None:
        message = f"No running project of this portfolio has the key {key}."
        return [Obstacle("unknown_project", message, "Use the key of one that runs.", "project")]
    if not entry.is_open:
        message = f"{key} is in production."
        return [Obstacle("is_live", message, "Choose a project that is not live yet.", "project")]
    if change.do == "hold" and entry.is_held:
        return [Obstacle("held_already", f"{key} is on hold already.", "Leave this change out.", "project")]
    if change.do == "start" and not (entry.is_held or entry.quadrant == "intake"):
        message = f"{key} is neither on hold nor in intake, so it cannot be started."
        return [Obstacle("not_held", message, "Leave this change out.", "project")]
    return []


def apply(picture: Picture, changes: Iterable[Change], on_hold: float = ON_HOLD) -> Picture:
    """The picture as it would be; a change that no longer means anything to it changes nothing."""
    changes = tuple(changes)
    asked = {change.project: change.do for change in changes if change.do in TO_PROJECTS}
    entries = tuple(
        changed
        for entry in picture.entries
        if (changed := _changed(picture, entry, asked.get(entry.key, ""), on_hold)) is not None
    )
    frame = picture.frame
    for change in changes:
        if change.do == "budget":
            frame = replace(frame, budget=change.amount)
        if change.do == "mix":
            frame = replace(frame, target=dict(change.target))
    added = tuple(
        Added(change.capability, change.fte, change.since or frame.day.replace(day=1))
        for change in changes
        if change.do == "people"
    )
    return replace(picture, frame=frame, entries=entries, added=(*picture.added, *added))


def _changed(picture: Picture, entry: Entry, do: str, on_hold: float) -> Entry | None:
    """The project as it would be; None for one that is stopped: a picture shows what runs."""
    if not do or _of_project(Change(do, entry.key), entry):
        return entry
    if do == "stop":
        return None
    if do == "hold":
        return replace(entry, status="on_hold", p=_shifted(entry.p, -on_hold))
    p = _shifted(entry.p, on_hold) if entry.is_held else entry.p
    started = replace(entry, status="active", p=p)
    # A project of the intake that goes on is weighed like any other, once there is a score to place it by.
    return replace(started, quadrant=_place(picture, entry)) if entry.quadrant == "intake" else started


def _shifted(p: float | None, by: float) -> float | None:
    if p is None or not 0 < p < 1:
        return p
    return min(MOST, max(LEAST, 1 / (1 + exp(-log(p / (1 - p)) - by))))


def _place(picture: Picture, entry: Entry) -> str:
    if entry.risk is None or entry.impact is None:
        return "unassessed"
    frame = picture.frame
    return BY_SIDES[entry.risk >= frame.risk_line, entry.impact >= frame.impact_line]


def words(change: Change, names: Mapping[str, str] | None = None, currency: str = "") -> str:
    """The change as people say it; `names`: project key -> name."""
    return _WORDS[change.do](change, names or {}, currency)


def _project_words(verb: str) -> Callable[[Change, Mapping[str, str], str], str]:
    def say(change: Change, names: Mapping[str, str], currency: str) -> str:
        name = names.get(change.project, "")
        return f"{verb} {name} ({change.project})" if name else f"{verb} {change.project}"

    return say


def _people_words(change: Change, names: Mapping[str, str], currency: str) -> str:
    verb = "Add" if change.fte >= 0 else "Take away"
    since = f" from {change.since:%B %Y}" if change.since else ""
    return f"{verb} {abs(change.fte):g} FTE of {change.capability}{since}"


def _budget_words(change: Change, names: Mapping[str, str], currency: str) -> str:
    return f"Set the budget to {currency} {change.amount:,.0f}".replace("  ", " ")


def _mix_words(change: Change, names: Mapping[str, str], currency: str) -> str:
    mix = " / ".join(str(change.target[code]) for code in QUADRANTS)
    return f"Set the target mix to {mix} percent (quick wins / big bets / fill-ins / reconsider)"


_WORDS: dict[str, Callable[[Change, Mapping[str, str], str], str]] = {
    "stop": _project_words("Stop"),
    "hold": _project_words("Hold"),
    "start": _project_words("Start"),
    "people": _people_words,
    "budget": _budget_words,
    "mix": _mix_words,
}
