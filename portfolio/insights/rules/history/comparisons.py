"""Two pictures of one portfolio side by side: what came, what went, what is no longer as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.insights.rules.entries import Entry, Frame, Picture
from projects.rules import differences
from projects.rules.differences import Change

# Of an entry under another name than the field that is compared.
OTHER_NAMES = {"stage": "stage_label"}


@dataclass(frozen=True, slots=True)
class Added:
    """A project that was not there before."""

    entry: Entry
    reason: str = "new"  # new, or back: it was live and is worked on again

    @property
    def label(self) -> str:
        return {"new": "New", "back": "Back from production"}[self.reason]


@dataclass(frozen=True, slots=True)
class Removed:
    """A project that is no longer there, as it was before; why, `projects.queries.departures` finds."""

    entry: Entry
    reason: str = "unknown"
    label: str = ""
    at: Any = None  # the moment, or None
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A project that was there on both days and is different."""

    before: Entry
    entry: Entry
    changes: tuple[Change, ...]

    def of(self, code: str) -> Change | None:
        """The change of one field, where it changed."""
        return next((change for change in self.changes if change.field.code == code), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What happened between two days; `settings`: lines, limit and targets that were moved."""

    before: Frame
    after: Frame
    added: tuple[Added, ...] = ()
    removed: tuple[Removed, ...] = ()
    changed: tuple[Changed, ...] = ()
    settings: tuple[Change, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.settings)

    def changes_of(self, key: str) -> tuple[Change, ...]:
        """What is different about one project; empty for one that is not among the changed."""
        return next((each.changes for each in self.changed if each.entry.key == key), ())


SETTINGS = {
    "risk_line": differences.Field("risk_line", "Risk line", "points"),
    "impact_line": differences.Field("impact_line", "Impact line", "points"),
    "limit": differences.Field("limit", "Limit of the risk load", "points"),
    "currency": differences.Field("currency", "Currency"),
}


def compare(before: Picture, after: Picture) -> Comparison:
    """The two pictures side by side; why projects left is not known here.

    What a portfolio works on are its open projects: one that went live has left them.
    """
    then = {entry.id: entry for entry in before.entries}
    now = {entry.id: entry for entry in after.entries}
    both = [(then[pk], entry) for pk, entry in now.items() if pk in then]
    launched = {one.id for one, other in both if one.is_open and not other.is_open}
    back = {one.id for one, other in both if other.is_open and not one.is_open}
    changed = [
        Changed(one, other, tuple(differences.changes(values(one), values(other))))
        for one, other in both
        if one.id not in launched | back
    ]
    return Comparison(
        before.frame,
        after.frame,
        added=tuple(
            Added(entry, "back" if pk in back else "new")
            for pk, entry in now.items()
            if pk not in then or pk in back
        ),
        removed=tuple(
            Removed(entry, "live" if pk in launched else "unknown")
            for pk, entry in then.items()
            if pk not in now or pk in launched
        ),
        changed=tuple(each for each in changed if each.changes),
        settings=tuple(_settings(before.frame, after.frame)),
        unchanged=sum(not each.changes for each in changed),
    )


def values(entry: Entry) -> Mapping[str, Any]:
    """An entry by the fields that are compared."""
    return {code: getattr(entry, OTHER_NAMES.get(code, code)) for code in differences.CODES}


def _settings(before: Frame, after: Frame) -> Iterator[Change]:
    for name, said in SETTINGS.items():
        change = Change(said, getattr(before, name), getattr(after, name))
        if differences.differ(change):
            yield change
    for quadrant in {**before.target, **after.target}:
        label = f"Target of {before.labels.get(quadrant, quadrant)}"
        said = differences.Field(f"target_{quadrant}", label, "points")
        change = Change(said, before.target.get(quadrant), after.target.get(quadrant))
        if differences.differ(change):
            yield change
