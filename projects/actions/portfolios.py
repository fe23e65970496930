"""Portfolios: created with a workflow, then set up."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from projects import events, permissions
from projects.actions import flags, scorecards, scores, workflows
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Membership, Portfolio, PortfolioRole, Project
from projects.rules import keys, presets, public_holidays

EDITABLE = (
    "name",
    "description",
    "risk_line",
    "impact_line",
    "risk_load_limit",
    "target_mix",
    "currency",
    "time_zone",
    "working_days",
    "holidays",
    "holiday_region",
)


@transaction.atomic
def create(
    *,
    name: str,
    slug: str,
    key_prefix: str,
    preset: str,
    actor: Actor,
    currency: str = "EUR",
    time_zone: str = "UTC",
) -> Portfolio:
    """Open a portfolio with a workflow from the presets; whoever opens it administers it."""
    permissions.require(actor, "portfolio.create")
    if not keys.is_prefix(key_prefix):
        raise Refused(
            "A key prefix has two to six capital letters or digits and begins with a letter.",
            code="key_prefix_invalid",
        )
    _check_zone(time_zone)
    if preset not in presets.names():
        raise Refused(f"There is no workflow preset {preset}.", code="unknown_preset")
    if Portfolio.objects.filter(slug=slug).exists():
        raise Refused(f"The short name {slug} is taken. Choose another.", code="slug_taken")
    if Portfolio.objects.filter(key_prefix=key_prefix).exists():
        raise Refused(
            f"Another portfolio uses the key prefix {key_prefix}. Choose another.",
            code="key_prefix_taken",
        )
    portfolio = Portfolio.objects.create(
        name=name,
        slug=slug,
        key_prefix=key_prefix,
        currency=currency,
        time_zone=time_zone,
    )
    workflows.publish_preset(portfolio, preset, actor=actor)
    scorecards.publish_shipped(portfolio, actor=actor)
    portfolio.refresh_from_db()
    if actor.user_id is not None:
        Membership.objects.create(
            portfolio=portfolio, user_id=actor.user_id, role=PortfolioRole.ADMINISTRATOR
        )
    events.record(portfolio, "portfolio.created", actor, name=name, preset=preset)
    return portfolio


@transaction.atomic
def edit(portfolio_id: int, *, version: int | None, actor: Actor, **changes: Any) -> Portfolio:
    """Change a portfolio's settings; `version` is the one that the editor saw."""
    portfolio = Portfolio.objects.select_for_update().get(pk=portfolio_id)
    permissions.require(actor, "portfolio.edit", portfolio)
    if version is not None and version != portfolio.version:
        raise Stale("Somebody changed these settings since you opened them.", code="stale")
    _check_zone(changes.get("time_zone", portfolio.time_zone))
    if "holiday_region" in changes:
        changes["holiday_region"] = _region(changes["holiday_region"])
    changed = {}
    for name, value in changes.items():
        if name not in EDITABLE:
            raise ValueError(f"{name} is not a setting of a portfolio.")
        if getattr(portfolio, name) != value:
            changed[name] = [getattr(portfolio, name), value]
            setattr(portfolio, name, value)
    if changed:
        portfolio.version += 1
        portfolio.save(update_fields=[*changed, "version"])
        events.record(portfolio, "portfolio.edited", actor, changes=changed)
        if {"risk_line", "impact_line"} & changed.keys():
            scores.ask(portfolio, actor.now())
        if "time_zone" in changed:  # Another calendar: other days have passed.
            flags.ask(Project.objects.filter(portfolio=portfolio), at=actor.now())
    return portfolio


def _region(text: str) -> str:
    """As it is kept; empty for none."""
    region = public_holidays.known(text) if text.strip() else ""
    if region is None:
        raise Refused(
            f"{text[:40]} is no country or region with known public holidays. "
            "Use the code of a country such as DE, or of its region such as DE-BY.",
            code="unknown_region",
        )
    return region


def _check_zone(time_zone: str) -> None:
    """Every day of a portfolio is counted in its zone: one that does not exist would stop the worker."""
    if time_zone not in _zones():
        raise Refused(
            f"There is no time zone {time_zone}. Use a name such as Europe/Lisbon.", code="unknown_zone"
        )


@cache
def _zones() -> frozenset[str]:
    """Every zone there is; a folder of hundreds of files, so it is read once."""
    return frozenset(available_timezones())
