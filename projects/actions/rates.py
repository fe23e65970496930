"""Exchange rates of a portfolio: what one unit of another currency is worth from a day on."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Rate
from projects.rules import rates as rules

MOST = 5_000  # one currency a day for more than ten years


@transaction.atomic
def set_(portfolio_id: int, *, currency: str, from_on: date, rate: Decimal, actor: Actor) -> Rate:
    """A rate from a day on; said of this day before, it is replaced."""
    portfolio = _held(portfolio_id, actor)
    if found := rules.obstacles(portfolio.currency, currency, rate):
        message = f"{found[0].message} {found[0].remedy}"
        raise Refused(message, code="rate_refused", obstacles=found)
    rate = round(rate, rules.DIGITS)
    row = Rate.objects.filter(portfolio=portfolio, currency=currency, from_on=from_on).first()
    if row is not None and row.rate == rate:
        return row
    if row is None and Rate.objects.filter(portfolio=portfolio).count() >= MOST:
        raise Refused(f"{portfolio.name} has {MOST:,} rates. Remove old ones first.", code="too_many_rates")
    before = row.rate if row else None
    row, _ = Rate.objects.update_or_create(
        portfolio=portfolio, currency=currency, from_on=from_on, defaults={"rate": rate}
    )
    _record(portfolio, actor, row, before, rate)
    return row


@transaction.atomic
def remove(portfolio_id: int, *, rate_id: int, actor: Actor) -> None:
    """Take a rate back; the one before it holds again. Not there is no change."""
    portfolio = _held(portfolio_id, actor)
    row = Rate.objects.filter(portfolio=portfolio, pk=rate_id).first()
    if row is None:
        return
    _record(portfolio, actor, row, row.rate, None)
    row.delete()


def _held(portfolio_id: int, actor: Actor) -> Portfolio:
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "rate.edit", portfolio)
    return portfolio


def _record(
    portfolio: Portfolio, actor: Actor, row: Rate, before: Decimal | None, after: Decimal | None
) -> None:
    said = {"currency": row.currency, "from_on": row.from_on.isoformat()}
    events.record(portfolio, "rate.set", actor, **said, rate=[_text(before), _text(after)])


def _text(rate: Decimal | None) -> str | None:
    return None if rate is None else format(rate.normalize(), "f")
