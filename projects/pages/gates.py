"""The gates of a project: the next one, each of the others ahead, and asking for their signatures."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from projects.actions import signoffs as actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, gate_bodies, headers
from projects.pages.gate_bodies import GateBody
from projects.pages.live import again
from projects.queries import facts, gates, waivers
from projects.queries import projects as project_queries
from projects.rules import roles
from projects.rules.stages import Gate
from projects.templatetags.live import mark

# What the browser hears when something about a gate has changed: it looks again at once.
CHANGED = "gate-changed"
# The outcomes of a gate (Stage-Gate): its name, the moves that carry it out, the icon.
OUTCOMES = (
    ("Go", ("advance", "recertify"), "stage"),
    ("Hold", ("hold",), "pause"),
    ("Recycle", ("back", "rollback"), "left"),
    ("Kill", ("stop", "retire"), "x"),
)


@require_safe
def gate(request: HttpRequest, key: str, code: str = "") -> HttpResponse:
    """A gate in full, by default the next one; the others ahead by name."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    chosen = _chosen(project, code)
    if chosen is not None and not gates.lies_ahead(project, chosen):
        return redirect(reverse("project_signoffs", args=[project.key]) + f"?gate={chosen.code}")
    context = headers.context(request, project, "gate")
    bodies = gate_bodies.many(project, [chosen], actor, context["may"], {}) if chosen else []
    context |= {
        "chosen": chosen,
        "leads_to": _leads_to(project, chosen),
        "body": bodies[0] if bodies else None,
        "live": live(request, project, bodies, _live_url(project, chosen)) if bodies else {},
        "ahead": [(each, _leads_to(project, each)) for each in ahead(project)],
        "outcomes": _outcomes(context),
        "waivers": waivers.listed(project),
    }
    return render(request, "projects/gate.html", context)


@require_safe
def look_again(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """The rows of a gate as they are now, for a page that is open; nothing where nothing has changed."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    chosen = _chosen(project, code)
    if chosen is None or not gates.lies_ahead(project, chosen):
        raise Http404
    bodies = gate_bodies.many(project, [chosen], actor, headers.may(actor, project), {})
    return answer_live(request, live(request, project, bodies, _live_url(project, chosen)))


@require_POST
def ask(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Ask one role to sign, or every role that has not signed."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    role, note = (request.POST.get(name, "").replace("\0", "") for name in ("role", "note"))
    try:
        asked = actions.ask(project.pk, gate=code, only=[role] if role else None, note=note, actor=actor)
    except Refused as refusal:
        messages.error(request, f"Nobody was asked. {refusal.message}")
    else:
        _say_who(request, asked)
    return changed(request, reverse("project_gate_of", args=[project.key, code]))


def changed(request: HttpRequest, url: str) -> HttpResponse:
    """What a gate's small buttons answer: a word, and that the rows are to be looked at again."""
    if not answers.is_part(request):
        return redirect(url)
    said = render(request, "parts/_toasts_oob.html")
    said["HX-Trigger"] = json.dumps({CHANGED: ""})
    return said


def live(
    request: HttpRequest, project: Project, bodies: list[GateBody], url: str, beside: str = ""
) -> dict[str, Any]:
    """The rows of gates, drawn, with the address that looks again and the mark of them and of what stands
    `beside` them.
    """
    drawn = render_to_string("projects/gates/_bodies.html", {"project": project, "bodies": bodies}, request)
    return {
        "rows": mark_safe(drawn),  # noqa: S308 - drawn by a template of ours
        "seen": mark(f"{drawn}{beside}"),
        "live_url": url,
        "checked_at": timezone.localtime(),
    }


def answer_live(request: HttpRequest, drawn: dict[str, Any]) -> HttpResponse:
    """The rows and what stands beside them, if they are not those that the page has."""
    html = render_to_string("projects/gates/_again.html", drawn, request)
    return again(request, html, drawn["seen"])


def ahead(project: Project) -> list[Gate]:
    """The gates that a project can come to from where it is."""
    if project.has_ended:
        return []
    return [each for each in facts.workflow(project).gates if gates.lies_ahead(project, each)]


def _chosen(project: Project, code: str) -> Gate | None:
    """The gate of this code, or the next one; a live project's next gate certifies it again."""
    workflow = facts.workflow(project)
    if code:
        found = next((each for each in workflow.gates if each.code == code), None)
        if found is None:
            raise Http404
        return found
    if project.has_ended:
        return None
    following = workflow.gate_after(project.stage)
    again = workflow.ending_gate("recertify") if workflow.is_production(project.stage) else None
    return following or again


def _leads_to(project: Project, gate: Gate | None) -> str:
    if gate is None or not gate.to_stage:
        return ""
    return facts.workflow(project).stage(gate.to_stage).label


def _live_url(project: Project, gate: Gate | None) -> str:
    return reverse("project_gate_live", args=[project.key, gate.code]) if gate else ""


def _outcomes(context: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """What can be decided here, as far as this person may."""
    links = {link.kind: link for link in [context["main_move"], *context["moves"]] if link}
    return [(name, links[kind], icon) for name, kinds, icon in OUTCOMES for kind in kinds if kind in links]


def _say_who(request: HttpRequest, asked: actions.Asked) -> None:
    names = ", ".join(roles.label(row.role) for row in asked.made)
    not_asked = " ".join(found.message for found in asked.obstacles)
    if asked.made:
        messages.success(request, f"Asked: {names}")
    elif not not_asked:
        messages.success(request, "They have been asked already")
    if not_asked:
        messages.error(request, f"Not asked: {not_asked}")
