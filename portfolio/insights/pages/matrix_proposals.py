"""A bubble was put somewhere else: which answers would have to change to bring its project there."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights.charts.words import money
from portfolio.insights.pages import subjects
from portfolio.insights.rules.matrix import proposals
from portfolio.insights.rules.matrix.proposals import Step, Way
from projects import permissions
from projects.actors import Actor
from projects.models import Blocker, Portfolio, Project
from projects.pages.figures import IMPACT_INPUTS
from projects.pages.worth import MARKS
from projects.queries import scoring
from projects.rules import impact
from projects.rules.scorecards import Scorecard
from projects.rules.scores import Inputs

MARK_LABELS = dict(impact.MARKS)
# Points are asked for and shown as whole ones.
HALF = 0.5


@require_GET
def propose(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The way to a risk, an impact or both, step by step; nothing is changed by it."""
    portfolio = subjects.portfolio(request, slug)
    actor = Actor.of(request)
    visible = Project.objects.visible_to(actor).select_related("portfolio", "assessment")
    project = get_object_or_404(visible, portfolio=portfolio, key=key)
    risk, wanted = _points(request, "risk"), _points(request, "impact")
    if project.risk is None or (risk is None and wanted is None):
        raise Http404
    card, inputs = scoring.card(project), scoring.inputs([project], now=timezone.now())[0]
    context = {
        "nav": "matrix",
        "portfolio": portfolio,
        "project": project,
        "risk": None if risk is None else _risk(card, inputs, risk),
        "impact": None if wanted is None else _impact(card, inputs, project, portfolio, wanted),
        "may": {
            "answer": permissions.granted(actor, "answer.give", project),
            "edit": permissions.granted(actor, "project.edit", project),
        },
    }
    return render(request, "insights/matrix/propose.html", context)


def _points(request: HttpRequest, name: str) -> int | None:
    """Points from 0 to 100; what is none is as if not asked."""
    text = request.GET.get(name, "")
    return min(100, int(text)) if text.isdecimal() and len(text) <= 3 else None


def _risk(card: Scorecard, inputs: Inputs, target: int) -> dict[str, Any]:
    way = proposals.lower_risk(card, inputs, target)
    titles = _blockers(way)
    steps = [_risk_step(card, step, titles) for step in way.steps]
    reaches = way.end <= target + HALF
    return _said(way) | {"steps": steps, "is_lower": target < round(way.start), "reaches": reaches}


def _risk_step(card: Scorecard, step: Step, titles: dict[str, str]) -> dict[str, Any]:
    question = card.question(step.ref) if step.kind == "question" else None
    return {
        "kind": step.kind,
        "ref": step.ref,
        "text": question.text if question else titles.get(step.ref, "A blocker"),
        "is_critical": bool(question and question.critical),
        "by": _by(step),
        "after": round(step.after),
    }


def _impact(
    card: Scorecard, inputs: Inputs, project: Project, portfolio: Portfolio, target: int
) -> dict[str, Any]:
    marks = scoring.marks(project)
    way = proposals.raise_impact(card, inputs, marks, target)
    held = {**marks, **{step.ref: True for step in way.steps if step.kind == "mark"}}
    value = proposals.value_for(card, inputs, impact.metric_quality(held.values()), target)
    return _said(way) | {
        "steps": [_impact_step(step) for step in way.steps],
        "is_higher": target > round(way.start),
        "reaches": way.end >= target - HALF,
        "value": None if value is None else money(value, portfolio.currency),
    }


def _impact_step(step: Step) -> dict[str, Any]:
    if step.kind == "mark":
        remedy, (field, _) = MARKS[step.ref]
        return {"text": MARK_LABELS[step.ref], "remedy": remedy, "field": field, "by": _by(step, "+")}
    label, field = IMPACT_INPUTS[step.ref]
    return {"text": label.capitalize(), "remedy": "Nobody has entered it.", "field": field, "by": ""}


def _by(step: Step, sign: str = "\N{MINUS SIGN}") -> str:
    return f"{sign}{step.by:.0f}" if round(step.by) else ""


def _said(way: Way) -> dict[str, Any]:
    return {"start": round(way.start), "target": round(way.target), "end": round(way.end)}


def _blockers(way: Way) -> dict[str, str]:
    ids = [step.ref for step in way.steps if step.kind == "blocker"]
    return {str(pk): title for pk, title in Blocker.objects.filter(pk__in=ids).values_list("pk", "title")}
