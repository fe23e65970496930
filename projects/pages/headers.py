"""What stands above every page of a project: facts, stepper, tabs, and what this person may do."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from projects import permissions
from projects.actors import Actor
from projects.models import Project, Status, TeamRole
from projects.pages import figures, tiers
from projects.pages.remedies import Missing, missing
from projects.queries import facts, gates, portfolios, stays, teams
from projects.queries.gates import GateState
from projects.queries.stays import Stay, Step
from projects.rules import moves as move_rules
from projects.templatetags.times import day, exact

ABILITIES = {
    "edit": "project.edit",
    "put_away": "project.put_away",
    "team": "team.edit",
    "update": "update.post",
    "comment": "comment.post",
    "answer": "answer.give",
    "todo": "todo.edit",
    "blocker": "blocker.edit",
    "evidence": "evidence.edit",
    "link": "link.edit",
    "waive": "waiver.sign",
    "ask": "signoff.ask",
    "sign": "signoff.decide",
    "review": "rollback.review",
    "look_back": "retrospective.write",
}
MOVES = {
    "advance": ("Advance", "stage"),
    "resume": ("Resume", "right"),
    "back": ("Move back", "left"),
    "hold": ("Put on hold", "pause"),
    "recertify": ("Certify again", "check"),
    "rollback": ("Roll back", "undo"),
    "stop": ("Stop", "x"),
    "restart": ("Restart", "undo"),
    "retire": ("Retire", "box"),
}
# A certification that ends within this many days is announced: signatures take about that long.
REMIND_DAYS = 30
# The move that a person most likely comes for, as the main button.
MAIN = ("advance", "resume", "restart")


@dataclass(frozen=True, slots=True)
class MoveLink:
    """A move that exists for the project and that this person may make."""

    kind: str
    label: str
    icon: str
    url: str


def context(request: HttpRequest, project: Project, tab: str = "") -> dict[str, Any]:
    """The context of the header; three queries: portfolios with the actor's roles, team and spells."""
    actor = Actor.of(request)
    portfolios.visible(actor)  # the shell lists them anyway, and the roles come with them
    team = teams.members(project)
    _know_roles(actor, project, team)
    gate = gates.ahead(project, teams.active(team))
    stay = stays.stay(project)
    links = move_links(actor, project)
    allowed = may(actor, project)
    may_advance = any(link.kind == "advance" for link in links)
    main = next((link for kind in MAIN for link in links if link.kind == kind), None)
    return {
        "nav": "projects",
        "tab": tab,
        "project": project,
        "team": team,
        "may": allowed,
        "gate": gate,
        "signed_words": signed_words(gate) if gate else "",
        "gate_missing": _missing(project, gate, allowed),
        "stay": stay,
        "figures": figures.of(project),
        "tier": tiers.words(project),
        "certified": _certified(project),
        "steps": [_step(project, step, stay, gate, may_advance) for step in stay.steps],
        "main_move": main,
        "moves": [link for link in links if link != main],
        "edited": request.GET.get("edited", ""),
        "look_back": number if (number := request.GET.get("look_back", "")[:18]).isdecimal() else "",
    }


def may(actor: Actor, project: Project) -> dict[str, bool]:
    """What this person may do here; a project that was put away is only looked at."""
    awake = project.archived_at is None
    found = {name: permissions.granted(actor, ability, project) for name, ability in ABILITIES.items()}
    return found if awake else {name: name == "put_away" and yes for name, yes in found.items()}


def move_links(actor: Actor, project: Project) -> list[MoveLink]:
    """The moves that exist where the project is, as far as this person may make them."""
    if project.archived_at:
        return []
    workflow = facts.workflow(project)
    available = move_rules.available(workflow, facts.position(project))
    kinds = [
        kind for kind in MOVES if kind in available and permissions.granted(actor, f"stage.{kind}", project)
    ]
    return [_link(project, kind) for kind in kinds]


def _missing(project: Project, gate: GateState | None, may: dict[str, bool]) -> list[Missing]:
    return [missing(project, found, may, gate.gate.code) for found in gate.missing] if gate else []


def _certified(project: Project) -> dict[str, Any]:
    """Until when a live project is certified, and whether somebody has to look at it soon."""
    if project.recertify_on is None or project.has_ended:
        return {}
    days = (project.recertify_on - facts.today(project)).days
    return {"on": project.recertify_on, "is_soon": days <= REMIND_DAYS, "is_over": days < 0}


def _link(project: Project, kind: str) -> MoveLink:
    label, icon = MOVES[kind]
    if kind == "advance" and (stage := facts.workflow(project).next_stage(project.stage)):
        label = f"Advance to {stage.label}"
    if kind == "hold" and project.status == Status.ON_HOLD:
        label = "Change the hold"
    return MoveLink(kind, label, icon, reverse("project_move", args=[project.key, kind]))


def _step(
    project: Project, step: Step, stay: Stay, gate: GateState | None, may_advance: bool
) -> dict[str, Any]:
    """One step as parts/_stepper.html shows it."""
    shown: dict[str, Any] = {"label": step.stage.label, "state": "next", "note": ""}
    if step.is_now:
        shown |= {"state": "now", "note": _stay_words(project, stay), "is_long": stay.is_long}
        if gate:
            shown["gate"] = _pill(project, gate, may_advance)
    elif step.is_done:
        shown |= {"state": "done", "note": _entered(step)}
    return shown


def _pill(project: Project, gate: GateState, may_advance: bool) -> dict[str, Any]:
    """The gate between two stages: it opens the dialog for those who may pass, the gate's page for others."""
    pill = {"label": f"Gate {gate.words}", "is_open": gate.is_open, "title": signed_words(gate)}
    if may_advance:
        return {**pill, "url": reverse("project_move", args=[project.key, "advance"])}
    return {**pill, "url": reverse("project_gate", args=[project.key]), "is_page": True}


def signed_words(gate: GateState) -> str:
    """How many have signed: 2 of 4 signed; empty where nobody has to."""
    return f"{gate.signed} of {gate.to_sign} signed" if gate.to_sign else ""


def _stay_words(project: Project, stay: Stay) -> str:
    if project.has_ended:
        return project.get_outcome_display()
    spent = "1 day" if stay.days == 1 else f"{stay.days} days"
    return f"{spent}, typical {stay.typical}" if stay.typical else spent


def _entered(step: Step) -> str:
    """When a stage was entered, as exactly as it is known."""
    if step.entered_at is None:
        return ""
    if step.precision == "year":
        return str(step.entered_at.year)
    if step.precision == "month":
        return exact(step.entered_at.date()).split(" ", 1)[1]
    return day(step.entered_at, short=True)


def _know_roles(actor: Actor, project: Project, team: list[TeamRole]) -> None:
    """The team is read anyway: permissions need not ask for the actor's own roles."""
    actor.memo["project", project.pk] = frozenset(row.role for row in team if row.user_id == actor.user_id)
