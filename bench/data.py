"""An invented installation of any size: written in bulk and past the actions, as only its shape matters.

The seed is fixed, so two runs measure the same projects. One portfolio holds them all (the hardest case for
lists and sums); a small second one is invisible to the person and the key that measure.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection

from bench import histories, judgements
from portfolio.integrations.keys.actions import keys
from projects.actions import members, portfolios
from projects.actors import Actor
from projects.models import BusinessUnit, Event, Portfolio, Presence, Project, TeamRole
from projects.permissions import MANAGER
from projects.rules.workflow import Workflow

SEED = 20261121
CHUNK = 2_000  # rows in memory at once
PEOPLE, UNITS, SUB_UNITS = 200, 12, 5
HIDDEN = 200
# Enough that no two clients of a row meet on one project, and that none is moved too often to be likely.
MOVABLE = 800
TEAM = ("SP", "PO", "ML", "DS", "EN", "LE", "OW")
SYSTEM = Actor.system("command")
WORDS = [
    "claims",
    "triage",
    "fraud",
    "alerts",
    "demand",
    "forecast",
    "churn",
    "warning",
    "visual",
    "search",
    "contract",
    "reader",
    "energy",
    "saver",
    "route",
    "planner",
    "price",
    "advice",
    "fault",
    "finder",
    "letter",
    "sorter",
    "skill",
    "match",
    "stock",
    "planner",
    "meter",
    "check",
    "call",
    "notes",
]


class Installation(NamedTuple):
    """What the measurement needs to know of the data."""

    portfolio: Portfolio
    person: Any
    secret: str
    movable: list[str]
    floor_movable: list[str]


def build(projects: int) -> Installation:
    """Fill the empty database."""
    rng = random.Random(SEED)
    people = _people()
    portfolio = portfolios.create(
        name="Measured", slug="measured", key_prefix="MSR", preset="standard", actor=SYSTEM
    )
    hidden = portfolios.create(
        name="Hidden", slug="hidden", key_prefix="HID", preset="standard", actor=SYSTEM
    )
    person = people[0]
    members.set_role(portfolio.pk, user_id=person.pk, role=MANAGER, actor=SYSTEM)
    _, secret = keys.create(portfolio.pk, name="Measuring", scopes=keys.SCOPES, role=MANAGER, actor=SYSTEM)
    movable = min(MOVABLE, projects // 4)
    _fill(portfolio, projects, people, rng, movable=2 * movable)
    _fill(hidden, HIDDEN, people, rng, movable=0)
    _tidy()
    names = [f"MSR-{number}" for number in range(1, 2 * movable + 1)]
    return Installation(portfolio, person, secret, names[::2], names[1::2])


def workflow_of(portfolio: Portfolio) -> Workflow:
    """The rules of the portfolio's workflow."""
    assert portfolio.workflow is not None
    return portfolio.workflow.rules


def _people() -> list[Any]:
    # A password that cannot be used: hashing two hundred of them would take longer than everything else.
    rows = [
        get_user_model()(
            email=f"person{n}@example.org", name=f"{WORDS[n % len(WORDS)].title()} Person {n}", password="!"
        )
        for n in range(1, PEOPLE + 1)
    ]
    people = list(get_user_model().objects.bulk_create(rows))
    # Most were there in the last days, some are away.
    now = datetime.now(UTC)
    Presence.objects.bulk_create(
        Presence(user=person, acted_at=now - timedelta(days=place % 20 * 2))
        for place, person in enumerate(people)
    )
    return people


def _units(portfolio: Portfolio) -> list[BusinessUnit]:
    tops = [BusinessUnit(portfolio=portfolio, name=f"Division {n}") for n in range(1, UNITS + 1)]
    BusinessUnit.objects.bulk_create(tops)
    below = [
        BusinessUnit(portfolio=portfolio, parent=top, name=f"Team {top.name[9:]}.{n}")
        for top in tops
        for n in range(1, SUB_UNITS + 1)
    ]
    return [*tops, *BusinessUnit.objects.bulk_create(below)]


def _fill(portfolio: Portfolio, number: int, people: list[Any], rng: random.Random, *, movable: int) -> None:
    """Projects in chunks, each with its past; the first ones stand at the gate that is measured."""
    units = _units(portfolio)
    now = datetime.now(UTC)
    for start in range(1, number + 1, CHUNK):
        lives = [
            histories.live(rng, workflow_of(portfolio), now, stage="framing" if n <= movable else None)
            for n in range(start, min(start + CHUNK, number + 1))
        ]
        rows = [
            _project(
                portfolio,
                start + place,
                life=life,
                unit=rng.choice(units),
                owner=rng.choice(people),
                rng=rng,
            )
            for place, life in enumerate(lives)
        ]
        Project.objects.bulk_create(rows)
        histories.write(list(zip(rows, lives, strict=True)), rng)
        judgements.write(rows, rng, now)
        TeamRole.objects.bulk_create(
            [TeamRole(project=row, user=rng.choice(people), role=role) for row in rows for role in TEAM]
        )
    Portfolio.objects.filter(pk=portfolio.pk).update(last_number=number)


def _project(
    portfolio: Portfolio,
    number: int,
    *,
    life: histories.Life,
    unit: BusinessUnit,
    owner: Any,
    rng: random.Random,
) -> Project:
    name = f"{' '.join(rng.sample(WORDS, 3)).capitalize()} {number}"
    row = Project(
        portfolio=portfolio,
        key=f"{portfolio.key_prefix}-{number}",
        name=name,
        problem=f"{' '.join(rng.sample(WORDS, 12)).capitalize()}.",
        description=" ".join(rng.choices(WORDS, k=60)),
        unit=unit,
        owner=owner,
        workflow=portfolio.workflow,
        kind=rng.choice(["existing", "new", "revolutionary"]),
        tier=rng.choice(["low", "medium", "high"]),
        ai_act_class="minimal",
        personal_data=rng.random() < 0.3,
        llm=rng.random() < 0.3,
        vendor=rng.random() < 0.2,
        metric_name="Cost per case",
        metric_unit="EUR",
        metric_direction="down",
        metric_baseline=rng.randint(50, 99),
        metric_target=rng.randint(10, 49),
        metric_target_on=(life.now + timedelta(days=240)).date(),
        metric_owner=owner.name,
        ml_metric="AUC 0.85",
        objective="Rank cases by the chance that they can be closed at once.",
        source={"inventory id": f"{number:06}", "remarks": " ".join(rng.sample(WORDS, 8))},
        **judgements.fields(rng),
        **life.columns,
    )
    row.search_text = row.searchable
    return row


def _tidy() -> None:
    """Events have had their place for long, and the database has been vacuumed, as after a night."""
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET position = id WHERE position IS NULL")
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")
