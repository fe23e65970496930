"""Somebody lets another person sign for one of their roles: every reason why that cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projects.rules import evidence, roles
from projects.rules.facts import Obstacle

# Who is away for longer should hand the role itself over (our choice).
MOST_DAYS = 366
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Whoever lets somebody sign, or signs for them."""

    id: int
    name: str
    is_active: bool = True
    is_person: bool = True  # False: the service account of an API key


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A delegation that somebody asks for, and what is known about both sides of it in the portfolio."""

    role: str
    person: Side
    deputy: Side
    from_on: date
    to_on: date
    today: date
    asked_by: int | None  # None: the product itself
    holds: frozenset[str]  # the person's roles there in their own right
    lent: frozenset[str] = frozenset()  # those that the person has as somebody's deputy
    deputy_may_see: bool = True
    unit_is_known: bool = True
    is_given: bool = False  # the same deputy has the same already on some of these days
    reason: str = ""


def obstacles(wish: Wish) -> list[Obstacle]:
    """Everything that speaks against it, each with its field and the fix."""
    return [
        *_person_obstacles(wish),
        *_deputy_obstacles(wish),
        *_date_obstacles(wish),
        *_unit_obstacles(wish),
        *_reason_obstacles(wish.reason),
    ]


def _person_obstacles(wish: Wish) -> list[Obstacle]:
    """A role can be lent only by a person who has it."""
    person, role = wish.person, roles.label(wish.role)
    if not person.is_person:
        message = "A service account signs nothing, so nobody can stand in for it."
        return [Obstacle("person_is_machine", message, "Choose a person.", "person")]
    if not person.is_active:
        message = f"{person.name} is no longer active."
        return [Obstacle("person_inactive", message, "Name somebody else in the role itself.", "person")]
    if wish.role not in roles.codes():
        remedy = f"Use one of {', '.join(roles.codes())}."
        return [Obstacle("role_unknown", f"There is no role “{wish.role[:40]}”.", remedy, "role")]
    if wish.role in wish.holds:
        return []
    if wish.role in wish.lent:
        message = f"{person.name} has the role {role} only as a deputy, and a deputy names no deputy."
        remedy = "Ask whoever has the role itself."
        return [Obstacle("deputy_delegates", message, remedy, "role")]
    message = f"{person.name} does not have the role {role} in this portfolio."
    return [Obstacle("role_not_held", message, _choose_of(wish.holds), "role")]


def _choose_of(held: Iterable[str]) -> str:
    labels = [roles.label(code) for code in roles.codes() if code in set(held)]
    return f"Choose one of: {', '.join(labels)}." if labels else "Name them in a role first."


def _deputy_obstacles(wish: Wish) -> list[Obstacle]:
    deputy, remedy = wish.deputy, "Choose another deputy."
    if deputy.id == wish.person.id:
        message = "Nobody can be their own deputy."
        return [Obstacle("own_deputy", message, remedy, "deputy")]
    if not deputy.is_person:
        message = "A service account cannot sign for a person."
        return [Obstacle("deputy_is_machine", message, remedy, "deputy")]
    if not deputy.is_active:
        return [Obstacle("deputy_inactive", f"{deputy.name} is no longer active.", remedy, "deputy")]
    found = []
    if not wish.deputy_may_see:
        message = f"{deputy.name} may not see this portfolio."
        remedy = "Make them a member of it first, or choose another deputy."
        found.append(Obstacle("deputy_cannot_see", message, remedy, "deputy"))
    # Otherwise whoever administers a portfolio could sign for everybody in it.
    if wish.asked_by == deputy.id:
        message = "Nobody can make themselves somebody's deputy."
        remedy = f"Let {wish.person.name} name you, or choose another deputy."
        found.append(Obstacle("makes_self_deputy", message, remedy, "deputy"))
    if wish.is_given:
        message = f"{deputy.name} is the deputy for this role already on some of these days."
        remedy = "End that first, or choose other days."
        found.append(Obstacle("given_already", message, remedy, "deputy"))
    return found


def _date_obstacles(wish: Wish) -> list[Obstacle]:
    if wish.from_on < wish.today:
        message = f"{wish.from_on} has passed."
        return [Obstacle("in_the_past", message, f"Begin on {wish.today} or later.", "from_on")]
    if wish.to_on < wish.from_on:
        message = "The last day is before the first."
        return [Obstacle("dates_out_of_order", message, f"End on {wish.from_on} or later.", "to_on")]
    days = (wish.to_on - wish.from_on).days + 1
    if days > MOST_DAYS:
        message = f"These are {days} days, and a deputy signs for {MOST_DAYS} days at most."
        remedy = "Choose an earlier last day, or give the role itself to somebody else."
        return [Obstacle("too_long", message, remedy, "to_on")]
    return []


def _unit_obstacles(wish: Wish) -> list[Obstacle]:
    if wish.unit_is_known:
        return []
    message = "This business unit does not belong to the portfolio."
    return [Obstacle("unit_unknown", message, "Choose a unit of the portfolio, or none.", "unit")]


def _reason_obstacles(reason: str) -> list[Obstacle]:
    if len(reason) > LONGEST_REASON:
        message = f"This is longer than {LONGEST_REASON} characters."
        return [Obstacle("too_long", message, "Say it in a sentence.", "reason")]
    return evidence.text_obstacles(reason, "reason")
