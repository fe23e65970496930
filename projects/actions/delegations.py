"""Delegations: somebody lets another person sign for one of their roles for a while."""

from datetime import date
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import _deputies
from projects.actors import Actor
from projects.errors import Refused
from projects.models import BusinessUnit, Delegation, Portfolio
from projects.queries import delegations as queries
from projects.queries import signatories
from projects.rules import delegations as rules
from projects.rules.facts import Obstacle


@transaction.atomic
def give(
    portfolio_id: int,
    *,
    person_id: int,
    deputy_id: int,
    role: str,
    from_on: date,
    to_on: date,
    actor: Actor,
    unit: BusinessUnit | None = None,
    reason: str = "",
) -> Delegation:
    """Let a deputy sign for a person's role; only managers do so for somebody else."""
    people = _deputies.people(person_id, deputy_id)
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    is_own = actor.user_id is not None and actor.user_id == person_id
    permissions.require(actor, "delegation.give" if is_own else "delegation.manage", portfolio)
    _refuse(_unknown(people, person=person_id, deputy=deputy_id))
    person, deputy = people[person_id], people[deputy_id]
    said = {"role": role, "from_on": from_on, "to_on": to_on, "reason": " ".join(reason.split())}
    wish = _wish(portfolio, person, deputy, unit, actor, **said)
    _refuse([*rules.obstacles(wish), *_machine_obstacles(actor, deputy, portfolio)])
    given = Delegation.objects.create(
        portfolio=portfolio,
        person=person,
        deputy=deputy,
        unit=unit,
        created_by_id=actor.user_id,
        created_at=actor.now(),
        **said,
    )
    events.record(portfolio, "delegation.given", actor, **_deputies.said_of(given))
    return given


@transaction.atomic
def end(delegation_id: int, *, actor: Actor) -> Delegation:
    """No more signing for somebody from now on; both sides may say so. Over already is no change."""
    rows = Delegation.objects.select_for_update(of=("self",))
    one = rows.select_related("portfolio", "person", "deputy").get(pk=delegation_id)
    is_own = actor.user_id is not None and actor.user_id in (one.person_id, one.deputy_id)
    permissions.require(actor, "delegation.give" if is_own else "delegation.manage", one.portfolio)
    if one.ended_at is None and one.to_on >= queries.today_in(one.portfolio):
        one.ended_at = actor.now()
        one.save(update_fields=["ended_at"])
        events.record(one.portfolio, "delegation.ended", actor, **_deputies.said_of(one))
    return one


def _unknown(people: dict[int, Any], **asked: int) -> list[Obstacle]:
    return [
        Obstacle(f"{field}_unknown", "There is nobody by this id.", "Choose a person.", field)
        for field, user_id in asked.items()
        if user_id not in people
    ]


def _wish(
    portfolio: Portfolio, person: Any, deputy: Any, unit: BusinessUnit | None, actor: Actor, **said: Any
) -> rules.Wish:
    """What is asked for, with what the rules have to know about it."""
    today = queries.today_in(portfolio)
    own = signatories.own_roles_of(person.pk, today).get(portfolio.pk, frozenset())
    every = signatories.roles_of(person.pk, today).get(portfolio.pk, frozenset())
    days = (said["from_on"], said["to_on"])
    pair = {"role": said["role"], "person": person.pk, "deputy": deputy.pk}
    return rules.Wish(
        person=_side(person),
        deputy=_side(deputy),
        today=today,
        asked_by=actor.user_id,
        holds=own,
        lent=every - own,
        deputy_may_see=queries.who_may_stand_in(portfolio).filter(pk=deputy.pk).exists(),
        unit_is_known=unit is None or unit.portfolio_id == portfolio.pk,
        is_given=queries.given_already(portfolio, days=days, unit=unit, **pair),
        **said,
    )


def _side(person: Any) -> rules.Side:
    return rules.Side(
        id=person.pk, name=person.name, is_active=person.is_active, is_person=not person.is_service
    )


def _machine_obstacles(actor: Actor, deputy: Any, portfolio: Portfolio) -> list[Obstacle]:
    """A key speaks for whoever made it: it makes nobody a deputy who could have made it."""
    if actor.is_system or not actor.is_machine:
        return []
    if not permissions.granted(Actor(deputy, "deputy"), "api_key.manage", portfolio):
        return []
    message = f"{deputy.name} may make keys, and a key makes nobody a deputy who could have made it."
    return [Obstacle("key_serves_maker", message, "Let a person do it on the page.", "deputy")]


def _refuse(found: list[Obstacle]) -> None:
    if found:
        raise Refused(
            "This person cannot be the deputy like this.", code="delegation_refused", obstacles=found
        )
