"""Rows of closed projects that never were: projects, stays, moves and what was learned."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.insights.rules.history import inventions
from portfolio.insights.rules.history.inventions import Life
from projects.models import BusinessUnit, Move, Portfolio, Project, Retrospective, Spell
from projects.models.scorecards import card_of
from projects.models.workflows import parsed
from projects.rules import odds, quadrants, shipped_files
from projects.rules.stages import TypicalDays
from projects.rules.workflow import Workflow

# Far beyond the numbers that a sample will ever give to its own projects, and they stay free.
FIRST_NUMBER = 9001
# What a person costs in a month, in the portfolio's currency, all in.
PERSON_MONTH = Decimal(9_000)
TEXTS: dict[str, Any] = shipped_files.read(resources.files("portfolio.insights") / "sample" / "history.yaml")


@dataclass(frozen=True, slots=True)
class Cast:
    """What all of them share."""

    portfolio: Portfolio
    workflow: Workflow
    units: Mapping[str, BusinessUnit]
    now: datetime
    dice: random.Random

    @property
    def typical(self) -> dict[str, TypicalDays]:
        """The stage table, by standard code."""
        return {stage.standard: stage.typical_days for stage in self.workflow.stages if stage.typical_days}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.portfolio.time_zone)

    def chances(self, kind: str, risk: float) -> inventions.Chance:
        """The chance of production from each stage, for this kind and risk."""
        ladder = card_of(self.portfolio).odds
        return lambda stage: odds.p_production(ladder, stage, risk, kind=kind)

    def at(self, day: date) -> datetime:
        """Ten in the morning by the portfolio's clock."""
        return datetime.combine(day, time(10), self.zone)


@dataclass(frozen=True, slots=True)
class Told:
    """One of them with all its rows, not yet saved."""

    project: Project
    life: Life
    began: date
    spells: list[Spell]
    moves: list[Move]
    retrospectives: list[Retrospective]


def cast_of(portfolio: Portfolio, now: datetime) -> Cast:
    """Everything that is needed to invent a past for this portfolio."""
    dice = random.Random(inventions.SEED)  # noqa: S311 - an invented past needs no secret
    units = {unit.name: unit for unit in portfolio.units.all()}
    return Cast(portfolio, parsed(portfolio.workflow_id or 0), units, now, dice)


def tell(cast: Cast) -> Iterator[Told]:
    """All of them, the same ones for the same day."""
    names = [(unit, name) for unit, found in TEXTS["names"].items() for name in found]
    cast.dice.shuffle(names)
    for number, (unit, name) in enumerate(names, FIRST_NUMBER):
        life = inventions.draw(cast.dice, cast.typical, cast.chances)
        yield _told(cast, life, f"{cast.portfolio.key_prefix}-{number}", unit, name)


def _told(cast: Cast, life: Life, key: str, unit: str, name: str) -> Told:
    began = cast.now.astimezone(cast.zone).date() - timedelta(days=life.since_end + life.days)
    project = _project(cast, life, began)
    project.key, project.name, project.unit = key, name, cast.units.get(unit)
    project.problem = TEXTS["problems"][unit]
    _promise(cast, project, life, unit, began)
    project.search_text = project.searchable
    spells, said = _spells(cast, project, life, began), _said(cast, life)
    moves = _moves(project, spells, said)
    lessons = _lessons(cast, project, life, said)
    return Told(project, life, began, spells, moves, lessons)


def _project(cast: Cast, life: Life, began: date) -> Project:
    last = life.legs[-1]
    stage = cast.workflow.nearest_stage(last.stage).code
    ended_at = None if life.is_live else cast.at(began + timedelta(days=life.days))
    left = None if life.was_launched else PERSON_MONTH * life.people * cast.dice.randint(3, 12)
    value = Decimal(round(10 ** (4 + 3 * life.impact / 100), -3))
    return Project(
        portfolio=cast.portfolio,
        workflow=cast.portfolio.workflow,
        is_generated=True,
        stage=stage,
        furthest_stage=stage,
        standard_stage=last.stage,
        stage_since=cast.at(began + timedelta(days=life.days - last.days)),
        outcome="in_production" if life.is_live else "retired" if life.was_launched else "stopped",
        ended_at=ended_at,
        archived_at=ended_at or cast.now,
        ever_in_production=life.was_launched,
        created_at=cast.at(began),
        kind=life.kind,
        tier=life.tier,
        risk=life.risk,
        impact=life.impact,
        p_production=cast.chances(life.kind, life.risk)(last.stage),
        quadrant=_quadrant(cast, life),
        annual_value=float(value),
        value_low=value * Decimal("0.6"),
        value_likely=value,
        value_high=value * Decimal("1.4"),
        capacity_fte=Decimal(life.people),
        remaining_cost=left,
    )


def _quadrant(cast: Cast, life: Life) -> str:
    """Where it stood at the end; an idea had not been assessed."""
    if life.legs[-1].stage == "idea":
        return "intake"
    return quadrants.place(card_of(cast.portfolio).quadrants, life.risk, life.impact).quadrant


def _promise(cast: Cast, project: Project, life: Life, unit: str, began: date) -> None:
    """The business metric, its promise, and what came of it where it was live for long enough."""
    name, baseline, target = TEXTS["metrics"][unit]
    project.metric_name, project.metric_direction = name, "down"
    project.metric_baseline, project.metric_target = Decimal(baseline), Decimal(target)
    exposed = _day_of(life, began, "pilot")
    project.first_exposure_on = exposed
    launched = _day_of(life, began, inventions.PRODUCTION)
    if launched is None or life.legs[-1].days < 90:
        return
    kept = Decimal(str(round(cast.dice.uniform(0.2, 1.15), 2)))
    project.metric_realised = Decimal(baseline) - kept * (Decimal(baseline) - Decimal(target))
    project.metric_measured_on = launched + timedelta(days=90)


def _day_of(life: Life, began: date, stage: str) -> date | None:
    """When it first came into a stage."""
    day = began
    for leg in life.legs:
        if leg.stage == stage:
            return day
        day += timedelta(days=leg.days)
    return None


def _spells(cast: Cast, project: Project, life: Life, began: date) -> list[Spell]:
    day, found = began, []
    for leg in life.legs:
        spell = Spell(
            project=project,
            stage=cast.workflow.nearest_stage(leg.stage).code,
            standard_stage=leg.stage,
            entered_at=cast.at(day),
            cause=leg.cause,
        )
        day += timedelta(days=leg.days)
        spell.left_at = cast.at(day) if leg.cause else None
        found.append(spell)
    return found


BACK_REASON = "new_information"
OUTCOMES = {"advance": "go", "back": "recycle", "stop": "kill", "retire": "kill"}


def _moves(project: Project, spells: list[Spell], said: Mapping[str, str]) -> list[Move]:
    found = []
    for spell, after in zip(spells, [*spells[1:], None], strict=True):
        if spell.left_at is None:
            continue
        has_ended = spell.cause in ("stop", "retire")
        found.append(
            Move(
                project=project,
                kind=spell.cause,
                from_stage=spell.stage,
                to_stage=after.stage if after else spell.stage,
                reason_code=said["reason"] if has_ended else BACK_REASON if spell.cause == "back" else "",
                note=said["happened"] if has_ended else "",
                outcome=OUTCOMES[spell.cause],
                gate_examined=False,
                at=spell.left_at,
            )
        )
    return found


def _said(cast: Cast, life: Life) -> Mapping[str, str]:
    """Why it ended, in words, with the reason that the workflow offers for it."""
    if life.is_live:
        return {**TEXTS["launched"], "reason": ""}
    if life.pitfall:
        known = TEXTS["pitfalls"][life.pitfall]
        return {**cast.dice.choice(known["texts"]), "reason": known["reason"]}
    return {**TEXTS["retired"], "reason": ""} if life.was_launched else cast.dice.choice(TEXTS["others"])


def _lessons(cast: Cast, project: Project, life: Life, said: Mapping[str, str]) -> list[Retrospective]:
    """One retrospective on how it ended; of ideas, and of what goes on, only some have one."""
    if (life.is_live or life.legs[-1].stage == "idea") and cast.dice.random() < 0.5:
        return []
    return [
        Retrospective(
            project=project,
            pitfall=life.pitfall,
            happened=said["happened"],
            lesson=said["lesson"],
            team_effect=cast.dice.choice(TEXTS["team_effects"]) if life.pitfall else "",
            sunk_cost=round(PERSON_MONTH * life.people * life.days / 30, -3),
            at=project.ended_at + timedelta(days=3) if project.ended_at else cast.now,
            is_generated=True,
        )
    ]
