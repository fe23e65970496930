"""Things to test with, made the way the product makes them: by its actions."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from projects.actions import decisions, members, portfolios, projects, signoffs, teams, workflows
from projects.actors import Actor
from projects.models import Flag, Portfolio, Project, SignOff, Spell
from projects.queries import facts, gate_facts, packets
from projects.rules import gates, workflow

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


def asked(project: Project, gate: str, *roles: str, by: Any = None) -> dict[str, SignOff]:
    """The requests of a gate that wait, by role; asked for by somebody who has nothing else to do with it."""
    by = by or a_member(project.portfolio, "contributor", "Asker")
    found = signoffs.ask(project.pk, gate=gate, only=roles or None, actor=acting(by))
    return {row.role: row for row in found.waiting}


def signs(signoff: SignOff, person: Any, decision: str = "approved", **said: Any) -> SignOff:
    """Somebody decides on what is there at this moment."""
    return decisions.decide(signoff.pk, decision=decision, seen=seen(signoff), actor=acting(person), **said)


def seen(signoff: SignOff) -> str:
    """The hash that stands on the signer's page now."""
    project = Project.objects.get(pk=signoff.project_id)
    gate = facts.workflow(project).gate(signoff.gate)
    return packets.digest(project, gate, gate_facts.evidence_of(project))


def signed_off(project: Project, gate: str) -> dict[str, SignOff]:
    """Every required role of a gate has somebody of its own, was asked and has approved."""
    project.refresh_from_db()
    rules = facts.workflow(project).gate(gate)
    wanted = gates.required_roles(rules, gate_facts.of(project, [rules]))
    for role in wanted:
        if not project.team.filter(role=role, user__is_active=True).exists():
            on_team(project, role, a_person(f"{role} of {project.key}"))
    given = {}
    if wanted:
        for role, row in asked(project, gate, *wanted).items():
            holder = project.team.filter(role=role, user__is_active=True).order_by("pk")[0]
            given[role] = signs(row, holder.user)
    return given


def strict_gates(portfolio: Portfolio, **changes: Any) -> Portfolio:
    """Every gate blocks and asks for signatures only: for tests that are not about criteria."""
    assert portfolio.workflow
    definition = workflow.dump(portfolio.workflow.rules) | changes
    for gate in definition["gates"]:
        gate |= {"enforcement": "block", "criteria": []}
    workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    portfolio.refresh_from_db()
    return portfolio


def a_flag(project: Project, rule: str = "NO_UPDATE", severity: str = "warn", **fields: Any) -> Flag:
    """A flag as the sweep leaves it, without the level on the project's row."""
    opened = fields.pop("opened_at", None) or timezone.now()
    fields = {"rule_version": 1, "severity_since": opened, **fields}
    return Flag.objects.create(
        project=project,
        portfolio_id=project.portfolio_id,
        rule=rule,
        severity=severity,
        opened_at=opened,
        **fields,
    )


def a_key(
    portfolio: Portfolio, *, scopes: Any = None, role: str = "manager", **fields: Any
) -> tuple[Any, str]:
    """An API key and its secret; with every scope unless fewer are named."""
    from portfolio.integrations.keys.actions import keys

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
