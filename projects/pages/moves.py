"""Moves: a dialog for each kind that shows what would happen, and the move itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import moves as move_actions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Project
from projects.pages import answers, headers, move_forms
from projects.pages.remedies import Missing, missing
from projects.queries import facts, gate_facts, gates, timelines, waivers
from projects.queries import projects as project_queries
from projects.rules import moves as rules
from projects.rules.facts import Facts

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
    return answers.to_project(request, project, _said(made))


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
    actor = Actor.of(request)
    allowed = headers.may(actor, project)
    plan = move_actions.plan(project, form.asked(actor), form.waiver, now=actor.now())
    stopping = [found for found in plan.obstacles if refusal or found.code not in move_forms.ANSWERED_BY_FORM]
    known = gate_facts.of(project, [check.gate for check in plan.checks]) if plan.checks else Facts()
    checks = [_check(project, check, known, allowed) for check in plan.checks]
    in_checks = {found for check in plan.checks for found in check.obstacles}
    context |= {
        "nav": "projects",
        "project": project,
        "kind": kind,
        "form": form,
        "plan": plan,
        "title": _title(project, kind, plan),
        "checks": checks,
        "other": [missing(project, found, allowed) for found in stopping if found not in in_checks],
        "is_blocked": bool(stopping),
        "warnings": len(plan.warnings),
        "refusal": refusal,
        "button": _button(project, kind, plan),
        "approvers": getattr(form, "has_approvers", True),
        "waivers_in_force": waivers.in_force(project) if kind == "advance" else [],
        "stage_label": facts.workflow(project).stage(plan.to_stage).label,
    }
    return render(request, "projects/move.html", context, status=status)


def _check(project: Project, check: rules.GateCheck, known: Facts, may: dict[str, bool]) -> dict[str, Any]:
    """One gate on the way: what it lacks, how much that matters, and what is there."""
    found: list[Missing] = [missing(project, obstacle, may) for obstacle in check.obstacles]
    manner = check.treatment if check.treatment != "examined" else check.gate.enforcement
    met = gates.state(project, check.gate, known).met
    return {
        "gate": check.gate,
        "manner": manner,
        "missing": found,
        "met": met,
        "total": len(found) + len(met),
    }


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
