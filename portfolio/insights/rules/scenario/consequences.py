"""What choosing a set of projects means for the portfolio: which changes bring it about."""

from collections.abc import Collection, Iterable

from portfolio.insights.rules.entries import Entry
from portfolio.insights.rules.scenario.changes_reading import Change
from portfolio.insights.rules.scenario.questions import Question


def changes(question: Question, entries: Iterable[Entry], chosen: Collection[str]) -> tuple[Change, ...]:
    """Start what was chosen and rests, hold or stop what was not; `entries`: those chosen among."""
    found = [
        Change(do, project=entry.key)
        for entry in entries
        if (do := _do(entry, entry.key in chosen, question.left))
    ]
    if question.budget is not None:
        found.append(Change("budget", amount=question.budget))
    return tuple(found)


def _do(entry: Entry, is_chosen: bool, left: str) -> str:
    """What has to be done about one project; what waits in the intake and was not chosen goes on waiting."""
    is_intake = entry.quadrant == "intake"
    if is_chosen:
        return "start" if entry.is_held or is_intake else ""
    if is_intake or (entry.is_held and left == "hold"):
        return ""
    return left
