"""Who may do what: the one table, and the two questions asked of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from projects.actors import Actor
from projects.errors import NotAllowed
from projects.models import Membership, Portfolio, PortfolioRole, Project, TeamRole

RANK = {role: place for place, role in enumerate(PortfolioRole.values)}
VIEWER, CONTRIBUTOR, APPROVER, MANAGER, ADMINISTRATOR = PortfolioRole.values
ANY_ROLE = frozenset(["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX", "PM"])
LEADS = frozenset(["SP", "PO", "ML", "PM"])
HEADS = frozenset(["SP", "PO", "PM"])
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """What an ability asks for: a portfolio role at least this high, or one of these roles on the project."""

    portfolio_role: str
    project_roles: frozenset[str]
    scope: str
    says: str


MAY = {
    "project.view": Need(VIEWER, ANY_ROLE, "projects:read", "see this project"),
    "portfolio.view": Need(VIEWER, ANY_ROLE, "portfolios:read", "see this portfolio"),
    "event.view": Need(VIEWER, ANY_ROLE, "events:read", "read the events"),
    "unit.add": Need(CONTRIBUTOR, NOBODY, "projects:write", "add a business unit"),
    "project.create": Need(CONTRIBUTOR, NOBODY, "projects:write", "add a project"),
    "project.edit": Need(CONTRIBUTOR, ANY_ROLE, "projects:write", "edit this project"),
    "project.put_away": Need(MANAGER, HEADS, "projects:write", "archive or delete this project"),
    "team.edit": Need(MANAGER, HEADS, "projects:write", "change the team"),
    "update.post": Need(CONTRIBUTOR, ANY_ROLE, "updates:write", "post an update"),
    "comment.post": Need(CONTRIBUTOR, ANY_ROLE, "updates:write", "comment"),
    "answer.give": Need(CONTRIBUTOR, ANY_ROLE, "assessments:write", "answer for this project"),
    "flag.snooze": Need(CONTRIBUTOR, ANY_ROLE, "flags:write", "let flags of this project sleep"),
    # Machines report that a signal is alive; whoever runs the project may do it too.
    "signal.report": Need(CONTRIBUTOR, ANY_ROLE, "signals:write", "report signals of this project"),
    "observation.post": Need(CONTRIBUTOR, ANY_ROLE, "metrics:write", "post observations of metrics"),
    # Whoever confirms a proposal needs the ability of the change itself as well.
    "proposal.make": Need(CONTRIBUTOR, ANY_ROLE, "proposals:write", "propose changes of this project"),
    "proposal.decide": Need(CONTRIBUTOR, ANY_ROLE, "proposals:write", "decide on proposals"),
    "blocker.edit": Need(CONTRIBUTOR, ANY_ROLE, "blockers:write", "raise and change blockers"),
    "blocker.share": Need(MANAGER, NOBODY, "blockers:write", "make a blocker one of the portfolio"),
    "todo.edit": Need(CONTRIBUTOR, ANY_ROLE, "todos:write", "add and change to-dos"),
    "evidence.edit": Need(CONTRIBUTOR, ANY_ROLE, "evidence:write", "bring and change evidence"),
    "signoff.ask": Need(CONTRIBUTOR, ANY_ROLE, "signoffs:write", "ask for sign-offs"),
    # Whoever holds the role may sign; the rules of duty say the rest.
    "signoff.decide": Need(VIEWER, ANY_ROLE, "signoffs:write", "sign for this project"),
    "stage.advance": Need(CONTRIBUTOR, LEADS, "moves:write", "advance this project"),
    "stage.back": Need(CONTRIBUTOR, LEADS, "moves:write", "move this project back"),
    "stage.hold": Need(CONTRIBUTOR, LEADS, "moves:write", "put this project on hold"),
    "stage.resume": Need(CONTRIBUTOR, LEADS, "moves:write", "resume this project"),
    "stage.rollback": Need(CONTRIBUTOR, ANY_ROLE, "moves:write", "roll this project back"),
    "stage.stop": Need(MANAGER, HEADS, "moves:write", "stop this project"),
    "stage.restart": Need(MANAGER, HEADS, "moves:write", "restart this project"),
    "stage.retire": Need(MANAGER, HEADS, "moves:write", "retire this project"),
    "stage.recertify": Need(CONTRIBUTOR, LEADS, "moves:write", "certify this project again"),
    "rollback.review": Need(MANAGER, HEADS, "moves:write", "review a rollback"),
    "stage.report": Need(MANAGER, NOBODY, "imports:write", "report stages from a file"),
    "waiver.sign": Need(MANAGER, frozenset(["SP", "PM"]), "moves:write", "sign a waiver"),
    "import.run": Need(MANAGER, NOBODY, "imports:write", "import a file"),
    "workflow.migrate": Need(MANAGER, NOBODY, "projects:write", "move projects to another workflow version"),
    "standing_role.edit": Need(MANAGER, NOBODY, "portfolios:write", "name people for roles on all projects"),
    "delegation.give": Need(VIEWER, ANY_ROLE, "signoffs:write", "name a deputy"),
    "delegation.manage": Need(MANAGER, NOBODY, "signoffs:write", "name deputies for others"),
    "workflow.draft": Need(MANAGER, NOBODY, "portfolios:write", "write a draft of the workflow"),
    "workflow.publish": Need(ADMINISTRATOR, NOBODY, "portfolios:write", "publish a workflow"),
    "scorecard.publish": Need(ADMINISTRATOR, NOBODY, "portfolios:write", "publish a scorecard"),
    "summary.take": Need(MANAGER, NOBODY, "portfolios:write", "take the summary of this portfolio again"),
    # Figures of a whole portfolio are for its members: somebody on one team sees that team's project.
    "balance.view": Need(VIEWER, NOBODY, "portfolios:read", "see how this portfolio is balanced"),
    "scenario.edit": Need(CONTRIBUTOR, NOBODY, "portfolios:write", "keep scenarios"),
    "recommendation.dismiss": Need(MANAGER, NOBODY, "portfolios:write", "put recommendations aside"),
    "capacity.edit": Need(MANAGER, NOBODY, "portfolios:write", "say who is there to do the work"),
    "rate.edit": Need(MANAGER, NOBODY, "portfolios:write", "set exchange rates"),
    "link.edit": Need(CONTRIBUTOR, ANY_ROLE, "projects:write", "link projects"),
    "retrospective.write": Need(CONTRIBUTOR, ANY_ROLE, "projects:write", "write a retrospective"),
    "chat.manage": Need(MANAGER, NOBODY, "portfolios:write", "have news posted to a chat"),
    "webhook.manage": Need(MANAGER, NOBODY, "webhooks:write", "have events posted to other systems"),
    "registry.manage": Need(MANAGER, NOBODY, "registries:write", "bind model registries to this portfolio"),
    "registry.link": Need(CONTRIBUTOR, LEADS, "registries:write", "link this project to a model"),
    "portfolio.export": Need(MANAGER, NOBODY, "portfolios:read", "take this whole portfolio out as a file"),
    "limits.make": Need(MANAGER, NOBODY, "portfolios:write", "have the limits of time in stage made anew"),
    "report.schedule": Need(MANAGER, NOBODY, "portfolios:write", "have reports sent"),
    "portfolio.edit": Need(ADMINISTRATOR, NOBODY, "portfolios:write", "change this portfolio's settings"),
    "member.edit": Need(
        ADMINISTRATOR,
        NOBODY,
        "portfolios:write",
        "change who belongs to this portfolio",
    ),
    "source.manage": Need(ADMINISTRATOR, NOBODY, "keys:write", "let other systems post"),
    "api_key.manage": Need(ADMINISTRATOR, NOBODY, "keys:write", "manage API keys"),
}
SCOPES = sorted({need.scope for need in MAY.values()})
# What only an administrator of the installation may do.
INSTALLATION = {
    "portfolio.create": "add a portfolio",
    "person.manage": "invite and deactivate people",
    "operations.view": "see the worker's state",
    "operations.run": "start a job of the worker",
}


def granted(actor: Actor, ability: str, subject: Project | Portfolio | None = None) -> bool:
    """Whether this actor may do this to this project or portfolio (None: to the installation)."""
    if ability in INSTALLATION:
        return actor.is_system or bool(actor.scopes is None and actor.user.is_superuser)
    need = MAY[ability]
    if actor.scopes is not None and need.scope not in actor.scopes:
        return False
    portfolio_id = _portfolio_id(subject)
    if actor.portfolios is not None and portfolio_id not in actor.portfolios:
        return False
    if actor.is_system or actor.user.is_superuser:
        return True
    if need.portfolio_role == VIEWER and actor.sees_all:
        return True
    role = portfolio_role(actor, portfolio_id)
    if role and RANK[role] >= RANK[need.portfolio_role]:
        return True
    if not need.project_roles:
        return False
    if isinstance(subject, Project):
        return bool(project_roles(actor, subject.pk) & need.project_roles)
    # Somebody on a project's team may look at the portfolio around it, and lend their role there.
    return ability in ("portfolio.view", "delegation.give") and _is_on_a_team(actor, portfolio_id)


def require(actor: Actor, ability: str, subject: Project | Portfolio | None = None) -> None:
    """Raise NotAllowed unless the actor may."""
    if granted(actor, ability, subject):
        return
    if ability in MAY:
        require_scope(actor, ability)
    says = INSTALLATION.get(ability) or MAY[ability].says
    raise NotAllowed(f"You may not {says}. Ask an administrator of the portfolio for a role that may.")


def require_scope(actor: Actor, ability: str) -> None:
    """Raise NotAllowed when a key lacks the scope; who may see which rows is the queryset's affair."""
    need = MAY[ability]
    if actor.scopes is not None and need.scope not in actor.scopes:
        raise NotAllowed(
            f"This key may not {need.says}: it lacks the scope {need.scope}.", code="scope_missing"
        )


def portfolio_role(actor: Actor, portfolio_id: int | None) -> str:
    """The actor's role in a portfolio, or an empty text; one query for all portfolios."""
    if "portfolios" not in actor.memo:
        rows = Membership.objects.filter(user_id=actor.user_id).values_list("portfolio_id", "role")
        actor.memo["portfolios"] = dict(rows)
    return actor.memo["portfolios"].get(portfolio_id, "")


def know_roles(actor: Actor, roles: dict[int, str]) -> None:
    """Take the actor's portfolio roles from a reader that has found them, so that nobody asks again."""
    actor.memo.setdefault("portfolios", roles)


def know_project_roles(actor: Actor, project_ids: Iterable[int]) -> None:
    """Ask for the actor's roles on many projects at once; of those known already, nothing is asked."""
    unknown = [pk for pk in project_ids if ("project", pk) not in actor.memo]
    if unknown:
        rows = TeamRole.objects.filter(user_id=actor.user_id, project_id__in=unknown)
        actor.memo.update({("project", pk): NOBODY for pk in unknown})
        take_project_roles(actor, rows.values_list("project_id", "role"))


def take_project_roles(actor: Actor, roles: Iterable[tuple[int, str]]) -> None:
    """Take all of the actor's roles on some projects from a reader that has found them."""
    found: dict[int, set[str]] = {}
    for project_id, role in roles:
        found.setdefault(project_id, set()).add(role)
    actor.memo.update({("project", pk): frozenset(held) for pk, held in found.items()})


def project_roles(actor: Actor, project_id: int) -> frozenset[str]:
    """The actor's roles on a project."""
    memo = ("project", project_id)
    if memo not in actor.memo:
        rows = TeamRole.objects.filter(user_id=actor.user_id, project_id=project_id)
        actor.memo[memo] = frozenset(rows.values_list("role", flat=True))
    return actor.memo[memo]


def stands_for(user: Any, project: Project) -> frozenset[str]:
    """The project roles that a person may act in: those held, and PM for managers of the portfolio."""
    roles = set(TeamRole.objects.filter(user=user, project=project).values_list("role", flat=True))
    manages = Membership.objects.filter(
        user=user, portfolio_id=project.portfolio_id, role__in=[MANAGER, ADMINISTRATOR]
    )
    if "PM" not in roles and manages.exists():
        roles.add("PM")
    return frozenset(roles)


def _portfolio_id(subject: Project | Portfolio | None) -> int | None:
    return subject.portfolio_id if isinstance(subject, Project) else subject.pk if subject else None


def _is_on_a_team(actor: Actor, portfolio_id: Any) -> bool:
    return TeamRole.objects.filter(user_id=actor.user_id, project__portfolio_id=portfolio_id).exists()
