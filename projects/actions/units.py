"""Business units: two levels, added by name where they are first needed."""

from collections.abc import Sequence

from django.db import transaction

from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import BusinessUnit, Portfolio


@transaction.atomic
def find_or_create(portfolio_id: int, *, names: Sequence[str], actor: Actor) -> BusinessUnit:
    """The unit with this name, or with these two: the upper one and the one below it."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "project.create", portfolio)
    names = [" ".join(name.split()) for name in names]
    if not 1 <= len(names) <= 2 or not all(names):
        raise Refused("A business unit has one name, or two for a unit within a unit.", code="unit_unnamed")
    unit: BusinessUnit | None = None
    for name in names:
        unit = _child(portfolio, unit, name, actor)
    assert unit is not None
    return unit


def _child(portfolio: Portfolio, parent: BusinessUnit | None, name: str, actor: Actor) -> BusinessUnit:
    found = BusinessUnit.objects.filter(portfolio=portfolio, parent=parent, name=name).first()
    if found is None:
        found = BusinessUnit.objects.create(portfolio=portfolio, parent=parent, name=name)
        events.record(portfolio, "unit.added", actor, unit=found.pk, name=name)
    return found
