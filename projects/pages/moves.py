"""Moves: a dialog for each kind that shows what would happen, and the move itself."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from projects import permissions
from projects.actions import moves as move_actions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Project
from projects.pages import answers, gate_bodies, gates, headers, move_forms
from projects.pages.remedies import missing
from projects.queries import facts, retrospectives, timelines, waivers
from projects.queries import projects as project_queries
from projects.rules import moves as rules

DONE = {
    "advance": "Advanced to {stage}",
    "back": "Moved back to {stage}",
    "hold": "On hold until {until}",
    "resume": "Active again",
    "stop": "Stopped",
    "restart": "Restarted in {stage}",
    "rollback": "Rolled back to {stage}",
    "retire": "Retired",
    "recertify": "Certified again until {again}",
}


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The dialog of one kind of move; sending it makes the move."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    if kind not in move_forms.FORMS:
        raise Http404
    permissions.require(actor, f"stage.{kind}", project)
    form = move_forms.FORMS[kind](
        request.POST or None, project=project, actor=actor, to=request.GET.get("to", "")
    )
    if request.method == "GET":
        return _dialog(request, project, kind, form)
    if not form.is_valid():
        return _dialog(request, project, kind, form, status=answers.INVALID)
    try:
        made = move_actions.make(project.pk, kind=kind, actor=actor, **form.cleaned_data)
    except Stale as refusal:
        return _changed_meanwhile(request, project, kind, form, refusal)
    except Refused as refusal:
        return _dialog(request, project, kind, form, status=answers.CONFLICT, refusal=refusal)
    return answers.go(request, _after(project, made), _said(made))


def _after(project: Project, made: move_actions.Made) -> str:
    """On to the project; after a decision that one can learn from, with the offer to write that down."""
    home = reverse("project", args=[project.key])
    can_be_looked_at = made.move is not None and made.move.kind in retrospectives.KINDS
    return f"{home}?{urlencode({'look_back': made.move.pk})}" if made.move and can_be_looked_at else home


def _changed_meanwhile(
    request: HttpRequest, project: Project, kind: str, form: move_forms.MoveForm, refusal: Stale
) -> HttpResponse:
    """Somebody was faster: say who did what, and offer the same move on the present state."""
    seen = form.cleaned_data["version"]
    present = project_queries.one(Actor.of(request), project.key)
    fresh = move_forms.renewed(kind, form, present, Actor.of(request))
    return _dialog(
        request,
        present,
        kind,
        fresh,
        status=answers.CONFLICT,
        stale=refusal,
        meanwhile=timelines.since(present, seen),
    )


def _dialog(
    request: HttpRequest,
    project: Project,
    kind: str,
    form: move_forms.MoveForm,
    *,
    status: int = answers.OK,
    refusal: Refused | None = None,
    **context: Any,
) -> HttpResponse:
    context |= _state(request, project, kind, form, is_refused=refusal is not None)
    context |= {
        "nav": "projects",
        "form": form,
        "title": _title(project, kind, context["plan"]),
        "refusal": refusal,
        "approvers": getattr(form, "has_approvers", True),
        "waivers_in_force": waivers.in_force(project) if kind == "advance" else [],
    }
    return render(request, "projects/move.html", context, status=status)


@require_safe
def look_again(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """What stands before a move as it is now, for a dialog that is open."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    if kind not in move_forms.FORMS:
        raise Http404
    permissions.require(actor, f"stage.{kind}", project)
    form = move_forms.FORMS[kind](None, project=project, actor=actor, to=request.GET.get("to", ""))
    state = _state(request, project, kind, form)
    if not state["bodies"]:
        raise Http404
    return gates.answer_live(request, {**state, **state["live"], "form": form, "move": True})


def _state(
    request: HttpRequest, project: Project, kind: str, form: move_forms.MoveForm, *, is_refused: bool = False
) -> dict[str, Any]:
    """What a move would do now, the gates on its way in full, and what else stops it."""
    actor = Actor.of(request)
    allowed = headers.may(actor, project)
    plan = move_actions.plan(project, form.asked(actor), form.waiver, now=actor.now())
    stopping = [
        found for found in plan.obstacles if is_refused or found.code not in move_forms.ANSWERED_BY_FORM
    ]
    in_checks = {found for check in plan.checks for found in check.obstacles}
    manners = {check.gate.code: check.treatment for check in plan.checks if check.treatment != "examined"}
    bodies = gate_bodies.many(project, [check.gate for check in plan.checks], actor, allowed, manners)
    state = {
        "project": project,
        "kind": kind,
        "plan": plan,
        "other": [missing(project, found, allowed) for found in stopping if found not in in_checks],
        "is_blocked": bool(stopping),
        "missing_count": len(stopping),
        "warnings": len(plan.warnings),
        "button": _button(project, kind, plan),
        "stage_label": facts.workflow(project).stage(plan.to_stage).label,
        "bodies": bodies,
    }
    url = reverse("project_move_live", args=[project.key, kind]) + f"?{urlencode({'to': plan.to_stage})}"
    beside = f"{state['button']} {len(stopping)}"
    return state | {"live": gates.live(request, project, bodies, url, beside) if bodies else {}}


def _title(project: Project, kind: str, plan: rules.Plan) -> str:
    label = facts.workflow(project).stage(plan.to_stage).label
    verbs = {
        "advance": f"Advance {project.name} to {label}",
        "back": f"Move {project.name} back",
        "hold": f"Put {project.name} on hold",
        "resume": f"Resume {project.name}",
        "stop": f"Stop {project.name}",
        "restart": f"Restart {project.name}",
        "rollback": f"Roll {project.name} back from production",
        "retire": f"Retire {project.name}",
        "recertify": f"Certify {project.name} again",
    }
    return verbs[kind]


def _button(project: Project, kind: str, plan: rules.Plan) -> str:
    """What pressing it does, with what it leaves open."""
    label = facts.workflow(project).stage(plan.to_stage).label
    open_points = len(plan.warnings)
    points = "1 open point" if open_points == 1 else f"{open_points} open points"
    if kind == "advance":
        return f"Advance with {points}" if open_points else f"Advance to {label}"
    words = {
        "back": "Move back",
        "hold": "Put on hold",
        "resume": "Resume",
        "stop": "Stop the project",
        "restart": f"Restart in {label}",
        "rollback": "Roll back now",
        "retire": "Retire for good",
        "recertify": "Certify again",
    }[kind]
    return f"{words} with {points}" if open_points and kind in ("stop", "retire", "recertify") else words


def _said(made: move_actions.Made) -> str:
    """The toast after a move; nothing changed says so."""
    stage = facts.workflow(made.project).stage(made.plan.to_stage).label
    if made.move is None:
        return f"Nothing changed: {made.project.key} is there already"
    until, again = made.plan.hold_until, made.plan.recertify_on
    return f"{made.project.key}: " + DONE[made.move.kind].format(
        stage=stage,
        until=until and f"{until.day} {until:%b %Y}",
        again=again and f"{again.day} {again:%b %Y}",
    )
