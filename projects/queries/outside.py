"""Questions to people outside: those of a blocker, and the one behind a link."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.signing import Signer
from django.db.models import QuerySet

from projects.models import Blocker, OutsideRequest
from projects.rules import outside as rules

# So that no other signature of this installation opens this door.
SALT = "projects.outside"
MOST_SHOWN = 20
PATH = "/outside/"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and where it stands."""

    request: OutsideRequest
    state: str

    @property
    def is_open(self) -> bool:
        return self.state == rules.OPEN

    @property
    def who(self) -> str:
        """Name and address of whom it was sent to."""
        return who(self.request)


def token(request_id: int) -> str:
    """What stands in the link: it is made anew from the id and kept nowhere in the clear."""
    return Signer(salt=SALT).signature(str(request_id))


def digest(said: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()


def path(request_id: int) -> str:
    """The page of the link."""
    return f"{PATH}{token(request_id)}/"


def behind(said: str) -> OutsideRequest | None:
    """The question behind a link, with its blocker and project."""
    rows = OutsideRequest.objects.select_related("blocker__project__portfolio", "asked_by")
    return rows.filter(token_hash=digest(said)).first()


def one(request_id: int) -> OutsideRequest | None:
    """One question, with its blocker and project."""
    rows = OutsideRequest.objects.select_related("blocker__project__portfolio", "asked_by")
    return rows.filter(pk=request_id).first()


def of(blocker: Blocker, now: datetime) -> list[Asked]:
    """What was asked about a blocker, newest first; one query."""
    rows = OutsideRequest.objects.filter(blocker=blocker).select_related("asked_by")
    found = list(rows[:MOST_SHOWN])
    for row in found:
        row.blocker = blocker
    return [Asked(row, state(row, now)) for row in found]


def open_ones(blocker: Blocker, now: datetime) -> QuerySet[OutsideRequest]:
    """Those that can still be answered."""
    return OutsideRequest.objects.filter(
        blocker=blocker, answered_at=None, called_off_at=None, expires_at__gt=now
    )


def state(request: OutsideRequest, now: datetime) -> str:
    """Where a question stands; what is put away or deleted takes no answers."""
    blocker = request.blocker
    project = blocker.project
    is_here = project.deleted_at is None and project.archived_at is None
    return rules.state(
        answered_at=request.answered_at,
        called_off_at=request.called_off_at,
        expires_at=request.expires_at,
        is_blocker_open=blocker.is_open and is_here,
        now=now,
    )


def who(request: OutsideRequest) -> str:
    """Name and address of whom it was sent to."""
    return f"{request.name} ({request.email})" if request.name else request.email
