"""Business units: found by name, or added when they are new."""

from django.db import transaction

from projects import events, permissions
from projects.actors import Actor
from projects.models import BusinessUnit, Portfolio
from projects.rules.names import fold


@transaction.atomic
def find_or_create(portfolio_id: int, *, name: str, team: str = "", actor: Actor) -> BusinessUnit | None:
    """The unit of this name, or the team in it, whatever the letter case; None for no name.

    A name that the portfolio does not know becomes a new unit.
    """
    portfolio = Portfolio.objects.select_for_update().get(pk=portfolio_id)
    permissions.require(actor, "portfolio.view", portfolio)
    if not name.strip():
        return None
    unit = _find_or_add(portfolio, None, name, actor)
    return _find_or_add(portfolio, unit, team, actor) if team.strip() else unit


def _find_or_add(portfolio: Portfolio, parent: BusinessUnit | None, name: str, actor: Actor) -> BusinessUnit:
    wanted = fold(name)
    known = BusinessUnit.objects.filter(portfolio=portfolio, parent=parent)
    for unit in known.select_related("parent"):
        if fold(unit.name) == wanted:
            return unit
    permissions.require(actor, "unit.add", portfolio)
    unit = BusinessUnit.objects.create(portfolio=portfolio, parent=parent, name=" ".join(name.split()))
    events.record(portfolio, "unit.added", actor, unit=unit.pk, name=unit.name, parent=parent and parent.pk)
    return unit
