"""What a scenario holds, and what became of its changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.insights.rules.scenario.changes import Change
from projects.errors import Reason

LONGEST_NAME = 120
LONGEST_NOTE = 4_000
# Nothing more is to be done about a change in these states.
DONE, NOTED = "done", "noted"
REFUSED = "refused"
OVER = (DONE, NOTED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change: done, noted (there is nothing to do) or refused, and why."""

    change: Change
    state: str
    message: str = ""
    obstacles: Sequence[Reason] = ()

    def plain(self, **more: Any) -> dict[str, Any]:
        """As it is stored."""
        return {
            "change": self.change.compact(),
            "state": self.state,
            "message": self.message,
            "obstacles": [
                {"code": each.code, "message": each.message, "remedy": each.remedy} for each in self.obstacles
            ],
            **more,
        }


def still_about(adoption: Iterable[Mapping[str, Any]], changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The outcomes of changes that are still in the scenario."""
    known = {change.compact() for change in changes}
    return [dict(row) for row in adoption if row["change"] in known]


def open_ones(changes: Iterable[Change], adoption: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """The changes about which something is still to be done."""
    over = {row["change"] for row in adoption if row["state"] in OVER}
    return tuple(change for change in changes if change.compact() not in over)


def with_outcomes(
    adoption: Iterable[Mapping[str, Any]], newest: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The outcomes with newer ones in the place of those about the same change."""
    found = {row["change"]: dict(row) for row in adoption}
    return list((found | {row["change"]: dict(row) for row in newest}).values())
