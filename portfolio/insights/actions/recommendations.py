"""Recommendations that somebody puts aside, with a reason, and takes up again."""

from collections.abc import Sequence

from django.db import transaction

from portfolio.insights.models import Dismissal
from portfolio.insights.rules.advice.recommendations import RULES
from portfolio.insights.rules.balance import balances
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio, Project

LONGEST_REASON = 2_000


@transaction.atomic
def dismiss(portfolio_id: int, *, rule: str, keys: Sequence[str], reason: str, actor: Actor) -> Dismissal:
    """Put what a rule says of these projects aside; put aside already, the first reason stays."""
    portfolio = _held(portfolio_id, actor)
    named, reason = sorted(set(keys)), reason.strip()
    _check(portfolio, rule, named, reason)
    found, is_new = Dismissal.objects.get_or_create(
        portfolio=portfolio,
        rule=rule,
        projects=balances.digest(named),
        defaults={"reason": reason, "by_id": actor.user_id, "at": actor.now()},
    )
    if is_new:
        events.record(portfolio, "recommendation.dismissed", actor, rule=rule, keys=named, reason=reason)
    return found


@transaction.atomic
def restore(dismissal_id: int, *, actor: Actor) -> None:
    """Take a recommendation up again; the history keeps that it was put aside."""
    portfolio_id = Dismissal.objects.values_list("portfolio_id", flat=True).get(pk=dismissal_id)
    portfolio = _held(portfolio_id, actor)
    found = Dismissal.objects.filter(pk=dismissal_id).first()
    if found is None:
        return  # somebody was quicker
    events.record(portfolio, "recommendation.restored", actor, rule=found.rule, reason=found.reason)
    found.delete()


def _held(portfolio_id: int, actor: Actor) -> Portfolio:
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "recommendation.dismiss", portfolio)
    return portfolio


def _check(portfolio: Portfolio, rule: str, keys: Sequence[str], reason: str) -> None:
    if rule not in RULES:
        raise Refused(f"There is no rule {rule[:40]}.", code="unknown_rule")
    if not reason:
        raise Refused("Say why it is put aside.", code="reason_missing")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Use at most {LONGEST_REASON} characters for the reason.", code="reason_long")
    known = set(Project.objects.filter(portfolio=portfolio, key__in=keys).values_list("key", flat=True))
    if unknown := [key for key in keys if key not in known]:
        raise Refused(f"No project of this portfolio has the key {unknown[0][:20]}.", code="unknown_project")
