"""Who asks, through which door, and how far their word reaches."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts: a person, a service account behind a key, or the product itself.

    `scopes` and `portfolios` narrow what the user may do; None means not narrowed. `portfolios` holds ids.
    """

    user: Any
    door: str
    scopes: frozenset[str] | None = None
    portfolios: frozenset[int] | None = None
    request_id: str = ""
    # When it happened, where a file or the sample tells of the past; None is now.
    at: datetime | None = None
    # Roles found for this request, so that a page asks the database once.
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, request: "HttpRequest") -> "Actor":
        """The signed-in person of a page, or the actor that API authentication has set."""
        known: Actor | None = getattr(request, "actor", None)
        if known is None:
            known = cls(request.user, "page", request_id=getattr(request, "request_id", ""))
            request.actor = known  # type: ignore[attr-defined]
        return known

    @classmethod
    def system(cls, door: str) -> "Actor":
        """The product itself: a task, a command or the loading of the sample."""
        return cls(None, door)

    def now(self) -> datetime:
        """The moment at which this actor acts, in UTC."""
        return self.at or datetime.now(UTC)

    @property
    def is_system(self) -> bool:
        return self.user is None

    @property
    def user_id(self) -> Any:
        """The person's id, or None for the product itself; its type is the user model's affair."""
        return None if self.user is None else self.user.pk

    @property
    def reader_id(self) -> Any:
        """The person whose memberships decide what is seen; None sees all."""
        return None if self.sees_all else self.user_id

    @property
    def sees_all(self) -> bool:
        """The product itself and people with the permission to see every portfolio."""
        if self.user is None:
            return True
        if self.is_machine:
            return False  # a service account sees its portfolio; asking for its permissions costs two queries
        return bool(
            self.user.is_active and (self.user.is_superuser or self.user.has_perm("projects.see_all"))
        )

    @property
    def is_machine(self) -> bool:
        return self.user is None or bool(getattr(self.user, "is_service", False))
