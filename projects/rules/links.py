"""What projects may have to do with each other: `needs` makes no circle, `either_or` reads both ways."""

from collections.abc import Iterable

NEEDS, EITHER_OR = "needs", "either_or"


def circle(needs: Iterable[tuple[int, int]], project: int, other: int) -> list[int]:
    """The way by which `other` needs `project` already, from one to the other; empty if it does not.

    `needs` are pairs of a project and what it needs.
    """
    needed: dict[int, list[int]] = {}
    for one, two in needs:
        needed.setdefault(one, []).append(two)
    came_from: dict[int, int] = {other: other}
    waiting = [other]
    while waiting:
        here = waiting.pop(0)
        if here == project:
            return _way_back(came_from, here)
        for there in needed.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return []


def _way_back(came_from: dict[int, int], end: int) -> list[int]:
    way = [end]
    while came_from[way[-1]] != way[-1]:
        way.append(came_from[way[-1]])
    return way[::-1]
