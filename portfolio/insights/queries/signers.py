"""Which roles the gates ahead of projects need, and who has them."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from portfolio.insights.queries.prospects import Prospect
from portfolio.insights.rules.balance.approvers import Person, Wanted
from portfolio.insights.rules.entries import Entry
from projects.models import Membership, Portfolio, PortfolioRole, StandingRole, TeamRole
from projects.models.workflows import parsed
from projects.rules import gates
from projects.rules.facts import Facts

ACTIVE = {"user__is_active": True, "user__is_service": False}
MANAGERS_ROLE = "PM"

Held = dict[str, frozenset[Person]]
# Tier, personal data, vendor, language model: what decides which roles a gate needs.
Traits = tuple[str, bool | None, bool | None, bool | None]


def wanted(portfolio: Portfolio, entries: Sequence[Entry], prospects: dict[int, Prospect]) -> list[Wanted]:
    """Every role that a gate ahead of these projects needs, with who has it there; three queries.

    The team comes first; where it names nobody active, those with the role on all projects; managers stand
    in for the portfolio manager. Deputies are not counted: they stand in when the one is away.
    """
    team, everywhere = _team(portfolio), _everywhere(portfolio)
    found = []
    for entry in entries:
        prospect = prospects.get(entry.id)
        if prospect is None:
            continue
        facts = (entry.tier, prospect.personal_data, prospect.vendor, prospect.llm)
        for role in _roles_ahead(prospect.workflow_id, entry.stage, facts):
            holders = team.get((entry.id, role)) or everywhere.get(role, frozenset())
            found.append(Wanted(entry.key, role, holders))
    return found


@lru_cache(maxsize=1024)
def _roles_ahead(workflow_id: int, stage: str, known: Traits) -> tuple[str, ...]:
    """The roles of all gates on the way to production; a published workflow never changes."""
    workflow = parsed(workflow_id)
    tier, personal_data, vendor, llm = known
    facts = Facts(tier=tier, personal_data=personal_data, vendor=vendor, llm=llm)
    roles: dict[str, None] = {}
    here = workflow.stage(stage)
    while (gate := workflow.gate_after(here.code)) is not None and here.standard != "production":
        roles |= dict.fromkeys(gates.required_roles(gate, facts))
        here = workflow.stage(gate.to_stage)
    return tuple(roles)


def _team(portfolio: Portfolio) -> dict[tuple[int, str], frozenset[Person]]:
    found: dict[tuple[int, str], set[Person]] = defaultdict(set)
    rows = TeamRole.objects.filter(
        project__portfolio=portfolio,
        project__outcome="open",
        project__deleted_at=None,
        project__archived_at=None,
        **ACTIVE,
    ).order_by()
    for project, role, pk, name in rows.values_list("project_id", "role", "user_id", "user__name"):
        found[project, role].add(Person(pk, name))
    return {key: frozenset(people) for key, people in found.items()}


def _everywhere(portfolio: Portfolio) -> Held:
    """Who has each role on all projects whose team names nobody for it."""
    members = Membership.objects.filter(portfolio=portfolio, **ACTIVE).order_by()
    names = {pk: (name, role) for pk, name, role in members.values_list("user_id", "user__name", "role")}
    found: dict[str, set[Person]] = defaultdict(set)
    for role, pk in StandingRole.objects.filter(portfolio=portfolio).values_list("role", "user_id"):
        if pk in names:  # the roles of those who are no members any more are worth nothing
            found[role].add(Person(pk, names[pk][0]))
    if not found[MANAGERS_ROLE]:
        managers = ((pk, name) for pk, (name, role) in names.items() if role == PortfolioRole.MANAGER)
        found[MANAGERS_ROLE] = {Person(pk, name) for pk, name in managers}
    return {role: frozenset(people) for role, people in found.items()}
