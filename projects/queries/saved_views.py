"""Saved views: filters that a person keeps, read back as they are asked for today."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import Http404, QueryDict

from projects.actors import Actor
from projects.models import BusinessUnit, SavedView
from projects.queries import portfolios, registers
from projects.queries.filters import Filters, parse

GONE_PORTFOLIO = "Its portfolio is gone, or you may not see it any more."
GONE_UNIT = "Its business unit is gone."


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved view with what is to be said of it."""

    view: SavedView
    filters: Filters
    is_followed: bool
    problems: tuple[str, ...]  # why it does not ask what it was made to ask
    count: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.problems

    @property
    def count_words(self) -> str:
        """How many projects it holds, as far as they are counted."""
        limit = registers.COUNT_LIMIT
        return f"more than {limit:,}" if self.count > limit else f"{self.count:,}"


def filters(view: SavedView) -> Filters:
    """What a view asks for; a filter that the product no longer has is among its `problems`."""
    return parse(QueryDict(view.query))


def mine(actor: Actor) -> list[SavedView]:
    """The views that somebody keeps, by name; one query."""
    return list(SavedView.objects.filter(user_id=actor.user_id))


def one(actor: Actor, view_id: int) -> SavedView:
    """A view of this person's own; 404 for everybody else's."""
    found = SavedView.objects.filter(user_id=actor.user_id, pk=view_id).first()
    if found is None:
        raise Http404
    return found


def kept(actor: Actor) -> list[Kept]:
    """The same with what they hold today and whether they are followed; four queries beside reach."""
    views = mine(actor)
    followed = set(actor.user.follows.exclude(view=None).values_list("view_id", flat=True))
    asked = {view.pk: filters(view) for view in views}
    units = _known_units(asked.values())
    found = [
        Kept(view, asked[view.pk], view.pk in followed, _problems(asked[view.pk], actor, units))
        for view in views
    ]
    sound = [each for each in found if each.is_sound]
    counted = registers.counts(registers.chosen(each.filters.bare(), actor=actor) for each in sound)
    counts = {each.view.pk: count for each, count in zip(sound, counted, strict=True)}
    return [replace(each, count=counts.get(each.view.pk, 0)) for each in found]


def followed(actor: Actor) -> list[Filters]:
    """What the views that somebody follows ask for, without those that lost a filter; one query."""
    views = SavedView.objects.filter(user_id=actor.user_id, follows__isnull=False)
    return [asked.bare() for view in views if not (asked := filters(view)).problems]


def _known_units(asked: Iterable[Filters]) -> set[int]:
    wanted = {each.unit for each in asked if each.unit}
    return set(BusinessUnit.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def _problems(asked: Filters, actor: Actor, units: set[int]) -> tuple[str, ...]:
    found = [problem.message for problem in asked.problems]
    if asked.portfolio and all(one.slug != asked.portfolio for one in portfolios.visible(actor)):
        found.append(GONE_PORTFOLIO)
    if asked.unit and asked.unit not in units:
        found.append(GONE_UNIT)
    return tuple(found)
