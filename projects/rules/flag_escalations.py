"""When a critical flag rises above its owner, and to whom."""

from collections.abc import Collection, Sequence
from datetime import timedelta

# Our choice: a week is longer than most absences, and shorter than what a project can lose unseen.
UNANSWERED_FOR = timedelta(days=7)


def above(owner: int | None, levels: Sequence[Collection[int]]) -> list[int]:
    """The people of the first level that holds anybody but the owner, who has been told already."""
    for people in levels:
        if found := sorted(set(people) - {owner}):
            return found
    return []
