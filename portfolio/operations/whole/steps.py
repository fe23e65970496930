"""What is done after what when a portfolio is brought, so that whoever waits can be told."""

from collections.abc import Callable

READING, WRITING, FILING = range(3)
# Which step, and how many rows or files of it are done.
Told = Callable[[int, int], None]


def unheard(step: int, done: int) -> None:
    """Nobody waits."""
