"""Who is there and what they work on at the start."""

import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from portfolio.accounts.models import User
from portfolio.notifications.models import Preference, Rhythm, Way
from projects.actions import members, moves, portfolios, projects, teams, workflows
from projects.actors import Actor
from projects.models import Portfolio, Project
from projects.rules import workflow

SYSTEM = Actor.system("command")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "UTC")
PER_OWNER = 5
# Quiet hours that the day's two rounds of work fall into, somewhere on earth.
QUIET = ((time(20), time(9)), (time(22), time(7)), (time(14), time(17)), None)


@dataclass
class Person:
    """Somebody with their ways."""

    user: Any
    # How likely it is that something due is done on a day.
    diligence: float = 0.5
    away: list[tuple[int, int]] = field(default_factory=list)  # first and last day of the year

    def is_there(self, day: int) -> bool:
        return not any(first <= day <= last for first, last in self.away)


@dataclass
class World:
    """The portfolio and what the simulation knows of it by itself, without asking the product."""

    rng: random.Random
    days: int
    portfolio: Portfolio
    owners: list[Person] = field(default_factory=list)
    signers: list[Person] = field(default_factory=list)
    sponsors: list[Any] = field(default_factory=list)
    projects: dict[int, Person] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    ended: dict[int, datetime] = field(default_factory=dict)
    held: dict[int, datetime] = field(default_factory=dict)
    # Every moment at which a person said something of a project.
    said: dict[int, list[datetime]] = field(default_factory=dict)

    def says(self, project_id: int, at: datetime) -> None:
        self.said.setdefault(project_id, []).append(at)


def make(seed: int, number: int, days: int) -> World:
    """So many projects in all stages, their owners in all time zones."""
    rng = random.Random(seed)
    world = World(rng, days, _a_portfolio())
    for place in range(max(number // PER_OWNER, 1)):
        person = _owner(world, place)
        world.owners.append(person)
    world.signers = [Person(_member(world, f"Signer {n}", "approver"), 0.15) for n in range(6)]
    world.sponsors = [_member(world, f"Sponsor {n}", "viewer") for n in range(8)]
    _member(world, "Manager", "manager")
    for place in range(number):
        _project(world, place)
    return world


def _a_portfolio() -> Portfolio:
    fields = {"slug": "year", "key_prefix": "YR", "time_zone": "Europe/Berlin"}
    portfolio = portfolios.create(name="Year", preset="standard", actor=SYSTEM, **fields)
    assert portfolio.workflow
    # Gates write down what is missing and let through: this is about what is told, not about gates.
    definition = workflow.dump(portfolio.workflow.rules)
    for gate in definition["gates"]:
        gate |= {"enforcement": "record", "criteria": []}
    workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    portfolio.refresh_from_db()
    return portfolio


def _member(world: World, name: str, role: str) -> Any:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = User.objects.create_user_with(email=email, name=name, time_zone=world.rng.choice(ZONES))
    members.set_role(world.portfolio.pk, user_id=user.pk, role=role, actor=SYSTEM)
    quiet = world.rng.choice(QUIET)
    hours = {"quiet_from": quiet[0], "quiet_to": quiet[1]} if quiet else {}
    Rhythm.objects.create(user=user, quiet_weekends=world.rng.random() < 0.7, **hours)
    return user


def _owner(world: World, place: int) -> Person:
    person = Person(_member(world, f"Owner {place}", "contributor"))
    # Most look after their projects, some do when they are reminded, a few hardly ever.
    person.diligence = world.rng.choice((0.5, 0.5, 0.3, 0.1, 0.02))
    for _ in range(2):
        first = world.rng.randrange(world.days)
        person.away.append((first, first + world.rng.choice((7, 14, 21))))
    if world.rng.random() < 0.15:
        first = world.rng.randrange(world.days)
        person.away.append((first, first + world.rng.randrange(40, 100)))
    if world.rng.random() < 0.2:
        Preference.objects.create(user=person.user, topic="flags", mail=Way.NOW)
    return person


def _project(world: World, place: int) -> Project:
    rng, owner = world.rng, world.owners[place % len(world.owners)]
    project = projects.create(world.portfolio.pk, name=f"Initiative {place}", owner=owner.user, actor=SYSTEM)
    if rng.random() < 0.9:
        teams.assign(project.pk, user_id=rng.choice(world.sponsors).pk, role="SP", actor=SYSTEM)
    for role in ("SE", "PR"):
        teams.assign(project.pk, user_id=rng.choice(world.signers).user.pk, role=role, actor=SYSTEM)
    stages = [stage.code for stage in world.portfolio.workflow.rules.stages]
    for to in stages[1 : 1 + rng.randrange(len(stages) - 1)]:
        moves.make(project.pk, to=to, actor=SYSTEM)
    world.projects[project.pk] = owner
    world.keys[project.pk] = project.key
    return project


def at(start: datetime, day: int, hour: int) -> datetime:
    """An hour of a day of the year, in UTC."""
    return start + timedelta(days=day, hours=hour)
