"""The past of an invented project: its stages, moves, updates, holds and events."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from projects import events
from projects.actors import Actor
from projects.models import Event, Hold, Move, Project, Spell, StatusUpdate
from projects.rules.workflow import Workflow

# How many of a hundred projects stand in each stage; most installations have a long front and many in use.
SHARES = {"idea": 22, "framing": 12, "data": 10, "poc": 12, "mvp": 10, "validation": 6, "pilot": 8}
SHARES["production"] = 20
STOPPED, RETIRED, HELD = 0.12, 0.05, 0.08
DOOR = "page"


@dataclass
class Life:
    """What a project went through; `entered` has one moment for each stage up to the present one."""

    now: datetime
    stages: list[Any]
    entered: list[datetime]
    columns: dict[str, Any]
    said: list[datetime] = field(default_factory=list)


def live(rng: random.Random, workflow: Workflow, now: datetime, *, stage: str | None = None) -> Life:
    """A likely life; with a stage named, that of an open project which stands there now."""
    chosen = stage or rng.choices(list(SHARES), list(SHARES.values()))[0]
    place = workflow.index(chosen)
    here = now - timedelta(days=rng.randint(1, 150), minutes=rng.randint(0, 1439))
    entered = [here]
    for _ in range(place):
        entered.insert(0, entered[0] - timedelta(days=rng.randint(10, 90)))
    stages = list(workflow.stages[: place + 1])
    days = (now - entered[0]).days
    said = sorted(now - timedelta(days=rng.randint(0, days), minutes=rng.randint(1, 600)) for _ in range(3))
    said = [when for when in said if when > entered[0]]
    columns = _columns(rng, stages[-1], entered, said, now)
    if stage is None:
        columns |= _ending(rng, stages[-1].standard, here, now)
    return Life(now, stages, entered, columns, said)


def _columns(
    rng: random.Random, stage: Any, entered: list[datetime], said: list[datetime], now: datetime
) -> dict[str, Any]:
    in_production = stage.standard == "production"
    planned = (now + timedelta(days=rng.randint(-40, 90))).date() if rng.random() < 0.7 else None
    return {
        "stage": stage.code,
        "standard_stage": stage.standard,
        "furthest_stage": stage.code,
        "stage_since": entered[-1],
        "created_at": entered[0],
        "health": rng.choice(["on_track", "on_track", "at_risk", "off_track"]) if said else "unknown",
        "last_update_at": max([*said, entered[-1]]),
        "gate_planned_on": None if in_production else planned,
        "committed_on": (now + timedelta(days=rng.randint(30, 400))).date(),
        "outcome": "in_production" if in_production else "open",
        "ever_in_production": in_production,
        "version": len(entered) + len(said),
    }


def _ending(rng: random.Random, standard: str, here: datetime, now: datetime) -> dict[str, Any]:
    """Some have ended, some pause."""
    ended_at = here + (now - here) * rng.random()
    if standard == "production":
        return {"outcome": "retired", "ended_at": ended_at} if rng.random() < RETIRED else {}
    if rng.random() < STOPPED:
        return {"outcome": "stopped", "ended_at": ended_at}
    if rng.random() < HELD:
        resume_on = (now + timedelta(days=rng.randint(-60, 120))).date()
        return {"status": "on_hold", "hold_since": ended_at, "resume_on": resume_on}
    return {}


def write(pairs: list[tuple[Project, Life]], rng: random.Random) -> None:
    """Everything that happened to saved projects, in bulk."""
    spells = [spell for project, life in pairs for spell in _spells(project, life)]
    Spell.objects.bulk_create(spells, batch_size=5_000)
    moves = [move for project, life in pairs for move in _moves(project, life)]
    Move.objects.bulk_create(moves, batch_size=5_000)
    updates = [_update(project, when, rng) for project, life in pairs for when in life.said]
    StatusUpdate.objects.bulk_create(updates, batch_size=5_000)
    holds = [_hold(project) for project, life in pairs if project.status == "on_hold"]
    Hold.objects.bulk_create(holds)
    created = [
        _event(project, "project.created", life.entered[0], name=project.name) for project, life in pairs
    ]
    told = [
        _event(move.project, "stage.advanced", move.at, came_from=move.from_stage, went_to=move.to_stage)
        for move in moves
    ]
    told += [
        _event(row.project, "update.posted", row.at, update=row.pk, health=["unknown", row.health])
        for row in updates
    ]
    Event.objects.bulk_create([*created, *told], batch_size=5_000)


def _spells(project: Project, life: Life) -> list[Spell]:
    left = [*life.entered[1:], project.ended_at]
    return [
        Spell(
            project=project,
            stage=stage.code,
            standard_stage=stage.standard,
            entered_at=entered_at,
            left_at=left_at,
            cause="advance" if left_at and left_at is not project.ended_at else "",
        )
        for stage, entered_at, left_at in zip(life.stages, life.entered, left, strict=True)
    ]


def _moves(project: Project, life: Life) -> list[Move]:
    steps = zip(life.stages, life.stages[1:], life.entered[1:], strict=False)
    return [
        Move(
            project=project,
            kind="advance",
            from_stage=before.code,
            to_stage=after.code,
            actor=project.owner,
            at=at,
        )
        for before, after, at in steps
    ]


def _update(project: Project, when: datetime, rng: random.Random) -> StatusUpdate:
    return StatusUpdate(
        project=project,
        author=project.owner,
        health=rng.choice(["on_track", "at_risk", "off_track"]),
        text="The first results are in and hold on the data of the last quarter; the next check is planned.",
        next_step="Show it to two users.",
        stage=project.stage,
        at=when,
    )


def _hold(project: Project) -> Hold:
    return Hold(
        project=project,
        reason="Waits for a budget.",
        since=project.hold_since,  # type: ignore[misc] # it is on hold, so it has both dates
        resume_on=project.resume_on,
        requested_by=project.owner,
    )


def _event(project: Project, kind: str, at: datetime, **payload: Any) -> Event:
    return events.build(project, kind, Actor(project.owner, DOOR, at=at), **payload)
