"""The kinds of work of a portfolio, and how many people are there for each from a month on."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Capability, Portfolio, Supply
from projects.queries import capacities
from projects.rules import capacities as rules
from projects.rules.facts import Obstacle


@transaction.atomic
def add(portfolio_id: int, *, name: str, actor: Actor) -> Capability:
    """A kind of work; the same name, whatever the letter case, is no change."""
    portfolio = _held(portfolio_id, actor)
    known = capacities.named(portfolio, name)
    if known is not None:
        return known
    name = _checked(portfolio, name)
    if Capability.objects.filter(portfolio=portfolio).count() >= rules.MOST_CAPABILITIES:
        raise Refused(
            f"{portfolio.name} has {rules.MOST_CAPABILITIES} kinds of work already. Remove one first.",
            code="too_many_capabilities",
        )
    capability = Capability.objects.create(portfolio=portfolio, name=name)
    _record(portfolio, actor, capability, did="added")
    return capability


@transaction.atomic
def rename(capability_id: int, *, name: str, actor: Actor) -> Capability:
    """Another name for the same kind of work."""
    portfolio, capability = _held_kind(capability_id, actor)
    name, before = _checked(portfolio, name), capability.name
    if name == before:
        return capability
    known = capacities.named(portfolio, name)
    if known is not None and known.pk != capability.pk:
        raise Refused(
            f"{portfolio.name} has {known.name} already. Choose another name.", code="capability_named"
        )
    capability.name = name
    capability.save(update_fields=["name"])
    _record(portfolio, actor, capability, did="renamed", before=before)
    return capability


@transaction.atomic
def remove(capability_id: int, *, actor: Actor) -> None:
    """Take a kind of work away with its months; refused while projects need it."""
    portfolio, capability = _held_kind(capability_id, actor)
    if using := capacities.projects_needing(capability):
        raise Refused(
            f"{len(using)} project{'s' if len(using) > 1 else ''} need{'' if len(using) > 1 else 's'} "
            f"{capability.name}: {', '.join(using[:5])}{', …' if len(using) > 5 else ''}. "
            "Say there that it is no longer needed, or rename it.",
            code="capability_in_use",
            obstacles=[Obstacle("needed", key, "Change whom it needs.") for key in using],
        )
    _record(portfolio, actor, capability, did="removed")
    capability.delete()


@transaction.atomic
def set_supply(capability_id: int, *, supplies: Mapping[date, Decimal | None], actor: Actor) -> Capability:
    """How many are there from each month on; None takes a month back, so that the one before it holds."""
    portfolio, capability = _held_kind(capability_id, actor)
    _supply(portfolio, capability, supplies, actor)
    return capability


@transaction.atomic
def set_table(portfolio_id: int, *, table: Mapping[str, Mapping[date, Decimal | None]], actor: Actor) -> int:
    """The supply of many kinds of work by name, new ones added; returns how many months changed."""
    portfolio = _held(portfolio_id, actor)
    changed = 0
    for name, supplies in table.items():
        capability = add(portfolio.pk, name=name, actor=actor)
        changed += _supply(portfolio, capability, supplies, actor)
    return changed


def _supply(
    portfolio: Portfolio, capability: Capability, supplies: Mapping[date, Decimal | None], actor: Actor
) -> int:
    wanted = {rules.month(day): fte for day, fte in supplies.items()}
    for fte in wanted.values():
        if found := rules.supply_obstacles(fte):
            raise Refused(f"{found[0].message} {found[0].remedy}", code="supply_refused", obstacles=found)
    held = dict(Supply.objects.filter(capability=capability).values_list("from_month", "fte"))
    changed = {month: fte for month, fte in wanted.items() if held.get(month) != fte}
    if not changed:
        return 0
    Supply.objects.filter(capability=capability, from_month__in=changed).delete()
    Supply.objects.bulk_create(
        Supply(capability=capability, from_month=month, fte=fte)
        for month, fte in changed.items()
        if fte is not None
    )
    said = {f"{month:%Y-%m}": [_text(held.get(month)), _text(fte)] for month, fte in sorted(changed.items())}
    _record(portfolio, actor, capability, did="supplied", supplies=said)
    return len(changed)


def _held(portfolio_id: int, actor: Actor) -> Portfolio:
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "capacity.edit", portfolio)
    return portfolio


def _held_kind(capability_id: int, actor: Actor) -> tuple[Portfolio, Capability]:
    """The kind of work as it is once its portfolio is held."""
    portfolio_id = Capability.objects.values_list("portfolio_id", flat=True).get(pk=capability_id)
    return _held(portfolio_id, actor), Capability.objects.get(pk=capability_id)


def _checked(portfolio: Portfolio, name: str) -> str:
    name = " ".join(name.split())
    if found := rules.name_obstacles(name):
        raise Refused(f"{found[0].message} {found[0].remedy}", code="name_refused", obstacles=found)
    return name


def _record(portfolio: Portfolio, actor: Actor, capability: Capability, **said: Any) -> None:
    events.record(
        portfolio, "capacity.changed", actor, capability=capability.pk, name=capability.name, **said
    )


def _text(fte: Decimal | None) -> str | None:
    return None if fte is None else format(fte.normalize(), "f")
