"""Scorecards: published, never edited; a portfolio's projects are scored by its newest at once."""

from typing import Any

from django.db import transaction

from projects import events, permissions
from projects.actions import scores
from projects.actors import Actor
from projects.errors import Stale
from projects.models import Portfolio, ScorecardVersion
from projects.rules import scorecards


def publish_shipped(portfolio: Portfolio, *, actor: Actor, name: str = "standard") -> ScorecardVersion:
    """Publish a shipped scorecard as the portfolio's next version."""
    return publish(portfolio.pk, definition=scorecards.document(name), actor=actor)


@transaction.atomic
def publish(
    portfolio_id: int, *, definition: dict[str, Any], actor: Actor, note: str = "", base: int | None = None
) -> ScorecardVersion:
    """Publish a scorecard as the next version; raises ScorecardInvalid with every problem.

    `base` is the number of the version that was edited; Stale when it is no longer the newest. The version
    in the document is the number of the publication, so that a stored score names its maker.
    """
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "scorecard.publish", portfolio)
    last = ScorecardVersion.objects.filter(portfolio=portfolio).first()
    if base is not None and last and last.number != base:
        raise Stale(f"Version {last.number} was published since you opened this page.", code="stale")
    number = last.number + 1 if last else 1
    card = scorecards.parse({**definition, "version": number})
    version = ScorecardVersion.objects.create(
        portfolio=portfolio,
        number=number,
        name=card.label,
        definition=scorecards.dump(card),
        note=note,
        published_by_id=actor.user_id,
    )
    portfolio.scorecard = version
    portfolio.version += 1
    portfolio.save(update_fields=["scorecard", "version"])
    events.record(portfolio, "scorecard.published", actor, number=number, name=version.name, note=note)
    if last:
        scores.ask(portfolio, actor.now())
    return version
