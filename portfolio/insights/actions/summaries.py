"""The summary of a portfolio, taken once a day and kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from portfolio.insights.models import Snapshot
from portfolio.insights.queries import balances, figures, pictures
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio


def take(portfolio_id: int, *, actor: Actor, now: datetime) -> Snapshot:
    """Count a portfolio and keep the figures of its day; taken again, they replace the earlier ones."""
    portfolio = Portfolio.objects.get(pk=portfolio_id)
    permissions.require(actor, "summary.take", portfolio)
    # Counting takes long and locks nothing; of two who count at once, the later figures stay.
    body = figures.figures(portfolio, now)
    balance = balances.of(portfolio, pictures.live(portfolio, now), now)
    day = now.astimezone(ZoneInfo(portfolio.time_zone)).date()
    values = {
        "taken_at": now,
        "body": body,
        "frame": pictures.kept_frame(portfolio),
        "balance": balance,
        "model_version": figures.MODEL_VERSION,
        "is_generated": False,
    }
    with transaction.atomic():
        kept, is_new = Snapshot.objects.select_for_update().get_or_create(
            portfolio=portfolio, day=day, defaults=values
        )
        if not is_new and kept.taken_at < now:
            for name, value in values.items():
                setattr(kept, name, value)
            kept.save(update_fields=[*values])
    return kept
