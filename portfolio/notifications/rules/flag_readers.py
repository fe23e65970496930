"""Who hears of a flag: whoever can answer it; the sponsor too, once a week, when it is critical."""

from collections.abc import Collection, Sequence


def first(levels: Sequence[Collection[int]], allowed: Collection[int]) -> list[int]:
    """The people of the first level that has any who may be told."""
    for people in levels:
        if found := sorted(set(people) & set(allowed)):
            return found
    return []
