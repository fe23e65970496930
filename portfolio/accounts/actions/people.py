"""People: their own profile, and what an administrator of the installation may change."""

from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from portfolio.accounts.models import SignInLink, User
from projects import events, permissions
from projects.actions import flags, handovers
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project

PROFILE = ("name", "email", "time_zone", "language", "single_keys")


@transaction.atomic
def edit_profile(person_id: int, *, actor: Actor, **fields: Any) -> User:
    """Change one's own profile, or, as an administrator, somebody's."""
    person = User.objects.select_for_update().get(pk=person_id)
    if actor.user_id != person_id:
        permissions.require(actor, "person.manage")
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
        if User.objects.filter(email=fields["email"]).exclude(pk=person_id).exists():
            raise Refused("Another account uses this address.", code="email_taken")
    before = person.name
    for name, value in fields.items():
        if name not in PROFILE:
            raise ValueError(f"{name} is not part of a profile.")
        setattr(person, name, value)
    person.save(update_fields=list(fields))
    if person.name != before:
        handovers.rename(person.pk, actor=actor)
    return person


@transaction.atomic
def set_password(person_id: int, *, password: str, actor: Actor) -> User:
    """Set one's own password; the caller keeps the present session alive."""
    if actor.user_id != person_id:
        raise Refused("Only the person themself sets a password.", code="not_yours")
    person = User.objects.select_for_update().get(pk=person_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


@transaction.atomic
def deactivate(person_id: int, *, successor_id: int | None, actor: Actor) -> dict[str, int]:
    """Somebody leaves: no more sign-in, and everything they own goes to the successor in the same step."""
    permissions.require(actor, "person.manage")
    person = User.objects.select_for_update().get(pk=person_id)
    if person.pk == actor.user_id:
        raise Refused("You cannot deactivate yourself. Ask another administrator.", code="yourself")
    _keep_one_administrator(person)
    moved = handovers.reassign(person.pk, successor_id=successor_id, actor=actor)
    person.is_active, person.is_superuser, person.deactivated_at = False, False, actor.now()
    person.save(update_fields=["is_active", "is_superuser", "deactivated_at"])
    SignInLink.objects.filter(user=person).delete()
    events.record(None, "person.deactivated", actor, user=person.pk, successor=successor_id, **moved)
    return moved


@transaction.atomic
def reactivate(person_id: int, *, actor: Actor) -> User:
    """Let somebody in again; memberships and roles are given anew."""
    permissions.require(actor, "person.manage")
    person = User.objects.select_for_update().get(pk=person_id)
    if not person.is_active:
        person.is_active, person.deactivated_at = True, None
        person.save(update_fields=["is_active", "deactivated_at"])
        theirs = Q(owner=person_id) | Q(team__user=person_id)
        flags.ask(Project.objects.filter(theirs), at=actor.now())
        events.record(None, "person.reactivated", actor, user=person.pk)
    return person


@transaction.atomic
def set_administrator(person_id: int, *, is_administrator: bool, actor: Actor) -> User:
    """Make somebody an administrator of the installation, or end that."""
    permissions.require(actor, "person.manage")
    person = User.objects.select_for_update().get(pk=person_id)
    if person.is_superuser == is_administrator:
        return person
    if not is_administrator:
        _keep_one_administrator(person)
    person.is_superuser = is_administrator
    person.save(update_fields=["is_superuser"])
    kind = "person.promoted" if is_administrator else "person.demoted"
    events.record(None, kind, actor, user=person.pk)
    return person


def _keep_one_administrator(leaving: User) -> None:
    """An installation that nobody administers could never be changed again."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=leaving.pk)
    if leaving.is_superuser and not others.exists():
        raise Refused("Make somebody else an administrator first.", code="last_administrator")


def purge_sessions(now: Any) -> int:
    """Forget sessions that have expired; how many went."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
