"""Saved views: what a person keeps of the register for themselves; nobody else sees or changes them."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import QueryDict

from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Follow, SavedView
from projects.queries.filters import Filters, parse

# More than anybody finds their way among; each followed one costs a look at every change.
MOST = 50
LONGEST_NAME = 60
LONGEST_QUERY = 1000  # as the column


@transaction.atomic
def keep(*, name: str, query: str, actor: Actor, is_followed: bool = False) -> SavedView:
    """Keep a filter under a name of one's own."""
    if actor.is_machine:
        raise Refused("Only people keep views.", code="not_a_person")
    # Whoever clicks twice keeps it once: the second waits for the first.
    get_user_model().objects.select_for_update().get(pk=actor.user_id)
    if SavedView.objects.filter(user_id=actor.user_id).count() >= MOST:
        raise Refused(f"You keep {MOST} views already. Delete one of them first.", code="too_many_views")
    name = _free(name, actor)
    view = SavedView.objects.create(
        user_id=actor.user_id, name=name, query=_canonical(query), created_at=actor.now()
    )
    if is_followed:
        Follow.objects.create(user_id=actor.user_id, view=view, since=actor.now())
    return view


@transaction.atomic
def rename(view_id: int, *, name: str, actor: Actor) -> SavedView:
    """Give it another name."""
    view = _own(view_id, actor)
    view.name = _free(name, actor, besides=view.pk)
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def remove(view_id: int, *, actor: Actor) -> None:
    """Keep it no more; with it goes that it is followed."""
    _own(view_id, actor).delete()


@transaction.atomic
def follow(view_id: int, *, actor: Actor) -> Follow:
    """Be told of what happens to the projects in it; followed already is no change."""
    view = _own(view_id, actor)
    kept, _ = Follow.objects.get_or_create(user_id=actor.user_id, view=view, defaults={"since": actor.now()})
    return kept


@transaction.atomic
def unfollow(view_id: int, *, actor: Actor) -> None:
    """Be told no more."""
    Follow.objects.filter(user_id=actor.user_id, view=_own(view_id, actor)).delete()


def _own(view_id: int, actor: Actor) -> SavedView:
    view = SavedView.objects.select_for_update().get(pk=view_id)
    if actor.is_system or view.user_id != actor.user_id:
        raise NotAllowed("A view belongs to whoever keeps it.")
    return view


def _free(name: str, actor: Actor, besides: int = 0) -> str:
    """The name as it is kept, if no other view of this person has it yet."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give the view a name of at most {LONGEST_NAME} letters.", code="name_missing")
    named = SavedView.objects.filter(user_id=actor.user_id, name__iexact=name).exclude(pk=besides)
    if named.exists():
        raise Refused(f"You have a view called {name} already. Take another name.", code="name_taken")
    return name


def _canonical(query: str) -> str:
    """The filters in their own order, without page and day beside them; what makes no sense is left out."""
    kept = parse(QueryDict(query)).query(compare="", size=Filters().size)
    if len(kept) > LONGEST_QUERY:
        raise Refused("This filter is too long to be kept. Take some of it away.", code="query_too_long")
    return kept
