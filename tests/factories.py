"""Things to test with, made the way the product makes them: by its actions."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

from projects.actions import members, portfolios, projects, teams
from projects.actors import Actor
from projects.models import Portfolio, Project, Spell

SYSTEM = Actor.system("command")
_numbers = count(1)


def a_person(name: str = "", **fields: Any) -> Any:
    """A person with an account and no rights anywhere."""
    number = next(_numbers)
    name = name or f"Person {number}"
    return get_user_model().objects.create_user_with(email=f"person{number}@example.org", name=name, **fields)


def an_administrator(name: str = "") -> Any:
    """An administrator of the installation."""
    return a_person(name, is_superuser=True)


def a_portfolio(name: str = "", *, preset: str = "standard", **fields: Any) -> Portfolio:
    """A portfolio with one of the shipped workflows."""
    number = next(_numbers)
    name = name or f"Portfolio {number}"
    fields = {"slug": f"portfolio-{number}", "key_prefix": _prefix(number), **fields}
    return portfolios.create(name=name, preset=preset, actor=SYSTEM, **fields)


def a_member(portfolio: Portfolio, role: str = "contributor", name: str = "") -> Any:
    """A person with a role in a portfolio."""
    person = a_person(name or role.title())
    members.set_role(portfolio.pk, user_id=person.pk, role=role, actor=SYSTEM)
    return person


def a_project(portfolio: Portfolio | None = None, name: str = "Claims triage", **fields: Any) -> Project:
    """A project at the first stage."""
    portfolio = portfolio or a_portfolio()
    return projects.create(portfolio.pk, name=name, actor=SYSTEM, **fields)


def on_team(project: Project, role: str, person: Any = None) -> Any:
    """A person in a role on a project."""
    person = person or a_person()
    teams.assign(project.pk, user_id=person.pk, role=role, actor=SYSTEM)
    return person


def a_key(
    portfolio: Portfolio, *, scopes: Any = None, role: str = "manager", **fields: Any
) -> tuple[Any, str]:
    """An API key and its secret; with every scope unless fewer are named."""
    from portfolio.integrations.actions import keys

    given = keys.SCOPES if scopes is None else scopes
    return keys.create(portfolio.pk, name="CI robot", scopes=given, role=role, actor=SYSTEM, **fields)


def acting(person: Any, door: str = "page") -> Actor:
    """A person as an action sees them."""
    return Actor(person, door)


def _prefix(number: int) -> str:
    """P1, P2 …: at most six characters, as a key prefix must be."""
    return f"P{number}"


def a_crowd(portfolio: Portfolio, number: int, **fields: Any) -> list[Project]:
    """Many projects, written as rows: adding thousands one by one would take most of a test's time."""
    portfolio.refresh_from_db()
    assert portfolio.workflow
    first = portfolio.workflow.rules.stages[0]
    place = {"stage": first.code, "standard_stage": first.standard, "furthest_stage": first.code, **fields}
    start = portfolio.projects.count()
    keys = [f"{portfolio.key_prefix}-{start + each}" for each in range(1, number + 1)]
    made = Project.objects.bulk_create(
        Project(portfolio=portfolio, workflow=portfolio.workflow, key=key, name=f"Project {key}", **place)
        for key in keys
    )
    Spell.objects.bulk_create(
        Spell(project=each, stage=each.stage, standard_stage=each.standard_stage, entered_at=each.stage_since)
        for each in made
    )
    portfolio.last_number = start + number
    portfolio.save(update_fields=["last_number"])
    return made
