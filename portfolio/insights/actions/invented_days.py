"""Twelve months of a running portfolio that nobody stored: each month's end, leading up to today.

The stages are the real ones, from the stays. Scores come from the middle, as nothing was known at first, to
where they are now; they wander a little on the way, always in the same manner.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from portfolio.insights.actions.invented_forecasts import month_ends
from portfolio.insights.rules.history import inventions
from projects.models import Blocker, Portfolio, Project, ProjectDay, Spell
from projects.models.scorecards import card_of
from projects.queries import days, exchange
from projects.rules import odds, quadrants

YEAR = timedelta(days=366)
# A project about which nothing is known has this risk, and all of it is unknown.
UNKNOWN_RISK = 50.0
# How far a score wanders from its way (standard deviation, points).
WANDER = 2.5
# What was still to be spent and who was at work a life ago, as a share of what is there now.
COST_THEN, PEOPLE_THEN = Decimal("0.8"), 0.5
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Past:
    """A project as it is now, with its stays and the days on which what blocks it was raised."""

    project: Project
    now: ProjectDay
    spells: Sequence[Spell]
    raised: Sequence[date]


def ends(portfolio: Portfolio, now: datetime) -> list[date]:
    """The month ends of the year before today, until the first day that was really stored."""
    today = days.today(portfolio, now)
    first = ProjectDay.objects.filter(portfolio=portfolio, is_generated=False).order_by("since").first()
    last = min(today, first.since if first else today) - timedelta(days=1)
    return list(month_ends(last - YEAR, last))


def tell(portfolio: Portfolio, now: datetime, stored_from: date) -> Iterator[ProjectDay]:
    """The rows of every running project, each holding until the next one; not yet saved."""
    wanted = ends(portfolio, now)
    for past in _pasts(portfolio, now):
        rows = [row for end in wanted if (row := _row(portfolio, past, end)) is not None]
        for row, after in zip(rows, [*rows[1:], None][: len(rows)], strict=True):
            row.until = (after.since if after else stored_from) - timedelta(days=1)
        yield from rows


def _pasts(portfolio: Portfolio, now: datetime) -> Iterator[Past]:
    running = Project.objects.running().filter(portfolio=portfolio).select_related("assessment")
    projects = {project.pk: project for project in running}
    stays: dict[int, list[Spell]] = {pk: [] for pk in projects}
    for spell in Spell.objects.filter(project__in=projects).order_by("entered_at", "pk"):
        stays[spell.project_id].append(spell)
    raised: dict[int, list[date]] = {pk: [] for pk in projects}
    for pk, day in Blocker.objects.open().filter(project__in=projects).values_list("project_id", "raised_on"):
        raised[pk].append(day)
    rates = exchange.rates(portfolio, days.today(portfolio, now))
    for project in projects.values():
        cost = rates.convert(project.remaining_cost, project.cost_currency)
        present = days.of(project, cost=cost)
        days.put_unknown_points([present], {})
        yield Past(project, present, stays[project.pk], raised[project.pk])


def _row(portfolio: Portfolio, past: Past, end: date) -> ProjectDay | None:
    """The project at the end of a day; None before it was there."""
    zone = ZoneInfo(portfolio.time_zone)
    at, project = datetime.combine(end, time(22), zone), past.project
    spell = next((each for each in reversed(past.spells) if each.entered_at <= at), None)
    if spell is None or project.created_at > at or project.scored_at is None:
        return None
    way = _way_left(project, at)
    dice = random.Random(f"{inventions.SEED} {project.key} {end}")  # noqa: S311 - invented, not secret
    row = days.of(project, cost=_then(past.now.remaining_cost, way))
    row.since, row.is_generated = end, True
    row.stage, row.standard_stage, row.stage_since = spell.stage, spell.standard_stage, spell.entered_at
    row.stage_shift = NOTHING
    row.outcome = "in_production" if spell.standard_stage == inventions.PRODUCTION else "open"
    if project.hold_since is not None and project.hold_since > at:
        row.hold_since, row.status = None, "active"
    row.open_blockers = sum(day <= end for day in past.raised)
    row.answers = {}
    if row.capacity_fte is not None:
        row.capacity_fte = _halves(float(row.capacity_fte) * (1 - way * (1 - PEOPLE_THEN)))
    _put_scores(portfolio, row, past.now, way, dice)
    row.health = "on_track" if row.risk is None or row.risk < 60 else "at_risk"
    row.flag_level = int(row.health == "at_risk")
    return row


def _way_left(project: Project, at: datetime) -> float:
    """How far back in its life that moment is: 1 on its first day, 0 when it was last scored."""
    life = (project.scored_at or at) - project.created_at
    return min(1.0, max(0.0, ((project.scored_at or at) - at) / life)) if life > NOTHING else 0.0


def _put_scores(
    portfolio: Portfolio, row: ProjectDay, now: ProjectDay, way: float, dice: random.Random
) -> None:
    card = card_of(portfolio)
    risk = _bounded(_between(now.risk or UNKNOWN_RISK, UNKNOWN_RISK, way) + dice.gauss(0, WANDER))
    impact = _bounded((now.impact or 0.0) * (1 - 0.45 * way) + dice.gauss(0, WANDER))
    held = row.hold_since is not None
    row.risk, row.impact = risk, impact
    row.p_production = odds.p_production(card.odds, row.standard_stage, risk, kind=row.kind, is_on_hold=held)
    row.confidence = round((now.confidence or 0.0) * (1 - way), 6)
    row.unknown_points = min(risk, round(_between(now.unknown_points or 0.0, UNKNOWN_RISK, way), 6))
    row.pitfalls = {
        code: None if score is None else _bounded(_between(score, UNKNOWN_RISK, way) + risk - _base(now, way))
        for code, score in _scores(now).items()
    }
    place = quadrants.place(card.quadrants, risk, impact)
    row.quadrant = "intake" if row.standard_stage == "idea" else place.quadrant
    row.is_borderline = place.is_borderline
    row.has_critical_gap = now.has_critical_gap and way < 0.5
    row.is_unproven = now.is_unproven or way > 0.8


def _scores(now: ProjectDay) -> Mapping[str, float | None]:
    return now.pitfalls


def _base(now: ProjectDay, way: float) -> float:
    return _between(now.risk or UNKNOWN_RISK, UNKNOWN_RISK, way)


def _between(now: float, then: float, way: float) -> float:
    return now + (then - now) * way


def _bounded(score: float) -> float:
    return round(min(100.0, max(0.0, score)), 6)


def _then(cost: Decimal | None, way: float) -> Decimal | None:
    return None if cost is None else round(cost * (1 + COST_THEN * Decimal(str(round(way, 4)))), -3)


def _halves(people: float) -> Decimal:
    return Decimal(round(people * 2)) / 2
