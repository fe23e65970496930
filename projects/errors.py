"""What an action says when it does not do what was asked."""

from collections.abc import Sequence
from typing import Protocol


class Reason(Protocol):
    """One reason for a refusal: a stable code, a sentence for people, and what would satisfy it."""

    @property
    def code(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def remedy(self) -> str: ...


class Refused(Exception):
    """The state of things does not allow it (409); carries every reason, not the first."""

    def __init__(self, message: str, *, code: str, obstacles: Sequence[Reason] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.obstacles = list(obstacles)


class Stale(Refused):
    """Somebody else changed the row since it was read (409 on a page, 412 in the API)."""


class NotAllowed(Exception):
    """This person, or this key, may not do it (403)."""

    def __init__(self, message: str, *, code: str = "not_allowed") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
