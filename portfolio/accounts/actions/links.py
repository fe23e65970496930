"""One-time sign-in links: only a hash is kept, each works once and for a short time."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portfolio.accounts.models import SignInLink, User

FIRST_ADMINISTRATOR = "admin@localhost"
# Long enough to read the terminal and click, short enough to be worthless in a log file tomorrow.
VALID_FOR = timedelta(minutes=30)


def hashed(token: str) -> str:
    """256 random bits need no slow hash; SHA-256 keeps a stolen database from signing anybody in."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create(user: User, *, valid_for: timedelta = VALID_FOR) -> str:
    """A new link's token; links made for this person before stop working."""
    now = timezone.now()
    SignInLink.objects.filter(user=user, used_at=None).update(used_at=now)
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, token_hash=hashed(token), expires_at=now + valid_for)
    return token


def holder(token: str) -> User | None:
    """Whom a link would sign in, or None when it is unknown, used, expired or the person has left."""
    link = _live(token).select_related("user").first()
    return link.user if link else None


@transaction.atomic
def use(token: str) -> User | None:
    """Use a link up; of two who try at once, one gets in."""
    user = holder(token)
    won = _live(token).update(used_at=timezone.now())
    return user if won else None


def first_administrator_link(base_url: str) -> str | None:
    """The address that signs the first administrator in, or None once an administrator has a password."""
    administrators = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    if any(person.has_usable_password() for person in administrators):
        return None
    person = administrators.first() or User.objects.create_user_with(
        email=FIRST_ADMINISTRATOR, name="Administrator", is_superuser=True
    )
    return f"{base_url.rstrip('/')}/sign-in/link/{create(person)}/"


def purge() -> int:
    """Forget links that can no longer be used; how many went."""
    return SignInLink.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1)).delete()[0]


def _live(token: str):  # type: ignore[no-untyped-def]
    return SignInLink.objects.filter(
        token_hash=hashed(token), used_at=None, expires_at__gt=timezone.now(), user__is_active=True
    )
