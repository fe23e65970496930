"""Why a figure of the header is what it is: chance of production, impact and confidence, term by term."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects.actors import Actor
from projects.models import Kind, Project
from projects.pages import asked, figures, headers
from projects.queries import assessments, scoring
from projects.queries import projects as project_queries
from projects.queries.assessments import Sheet
from projects.rules import impact, odds

# How an answer counts for the confidence, in the order in which people would look for it.
ORDER = ("Y", "N", "P", "C", "T", "U")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that moves the chance, and the chance after it."""

    label: str
    says: str
    log_odds: str
    change: int  # points of percent, in this order of terms
    after: int

    @property
    def words(self) -> str:
        """The change with its sign."""
        return "none" if not self.change else f"{self.change:+d}".replace("-", "−")


@require_GET
def why(request: HttpRequest, key: str, figure: str) -> HttpResponse:
    """A dialog with what one figure is made of."""
    project = project_queries.one(Actor.of(request), key)
    if figure not in MAKERS:
        raise Http404
    context = {
        "nav": "projects",
        "project": project,
        "may": headers.may(Actor.of(request), project),
        "figures": figures.of(project),
        **MAKERS[figure](project),
    }
    return render(request, f"projects/assessment/why_{figure}.html", context)


def _chance(project: Project) -> dict[str, Any]:
    """The base rate of the stage, and what shifts it, one after the other."""
    found, card = assessments.explanation(project), scoring.card(project)
    terms = dict(found.odds)
    usual = card.odds.stages.get(project.standard_stage)
    if not terms or usual is None:
        return {"terms": [], "start": None}
    logit = terms.pop("stage")
    start = odds.probability(card.odds, logit)
    says = _says(project, found.score.risk, usual.risk)
    rows, before = [], start
    for name, shift in terms.items():
        logit += shift
        after = odds.probability(card.odds, logit)
        change = round(100 * after) - round(100 * before)
        rows.append(Term(*says[name], f"{shift:+.2f}".replace("-", "−"), change, round(100 * after)))
        before = after
    stage = asked.stage_names(project)[project.standard_stage]
    return {
        "terms": rows,
        "start": round(100 * start),
        "stage": stage,
        "limits": (card.odds.least, card.odds.most),
    }


def _says(project: Project, risk: float, usual: float) -> dict[str, tuple[str, str]]:
    kind = project.get_kind_display() if project.kind else f"Not stated, counted as: {Kind.NEW.label.lower()}"
    against = "more" if risk > usual else "less" if risk < usual else "as much"
    return {
        "risk": ("Risk", f"{risk:.0f}, {against} than the {usual:.0f} that is usual in this stage"),
        "kind": ("Kind", kind),
        "on_hold": ("On hold", "It is on hold" if project.hold_since else "It is not on hold"),
        "late_blockers": ("Late blockers", "High and critical blockers past their deadline"),
    }


def _impact(project: Project) -> dict[str, Any]:
    """Value, strategic fit and reach, and how much of it a measurable metric backs."""
    found, card = assessments.explanation(project), scoring.card(project)
    scale, marks = card.impact, scoring.marks(project)
    weights = {"value": scale.value_weight, "strategic": scale.strategic_weight, "reach": scale.reach_weight}
    quality = impact.metric_quality(marks.values())
    return {
        "parts": [
            {
                "name": name,
                "label": figures.IMPACT_INPUTS[name][0].capitalize(),
                "field": figures.IMPACT_INPUTS[name][1],
                "is_missing": name in found.score.impact_missing,
                "points": round(points),
                "most": round(100 * weights[name]),
            }
            for name, points in found.impact.items()
        ],
        "score": found.score,
        "marks": [(code, label, marks[code], MARK_FIELDS[code]) for code, label in impact.MARKS],
        "held": sum(marks.values()),
        "kept": round(100 * (scale.unmeasured_share + (1 - scale.unmeasured_share) * quality)),
        "low_value": scale.low_value,
        "high_value": scale.high_value,
        "most_points": impact.MOST_POINTS,
    }


def _confidence(project: Project) -> dict[str, Any]:
    """How much of what is asked is known, by the kind of answer."""
    sheet = assessments.sheet(project)
    return {"rows": _by_letter(sheet), "score": sheet.explanation.score, "age": _lost_by_age(sheet)}


def _by_letter(sheet: Sheet) -> list[dict[str, Any]]:
    parts = [(row.question.weight, row.contribution) for row in sheet.rows if row.contribution]
    counted = [(weight, part) for weight, part in parts if part.letter != "X"]
    total = sum(weight for weight, _ in counted)
    found = []
    for letter in ORDER:
        own = [(weight, part) for weight, part in counted if part.letter == letter]
        if own:
            known = sum(weight * part.confidence for weight, part in own)
            share = sum(weight for weight, _ in own)
            found.append(
                {
                    "words": asked.WORDS[letter],
                    "mark": asked.MARKS[letter],
                    "number": len(own),
                    "share": round(100 * share / total),
                    "known": round(100 * known / total),
                }
            )
    return found


def _lost_by_age(sheet: Sheet) -> int:
    """How many answers have lost some of their weight."""
    grace = sheet.card.ageing.grace_days
    return sum(row.letter not in ("U", "X") and row.age_days > grace for row in sheet.rows)


MARK_FIELDS = {
    "baseline_measured": "metric_baseline",
    "target_dated": "metric_target_on",
    "method_agreed": "metric_method_agreed",
    "metric_owned": "metric_owner",
}
MAKERS: Mapping[str, Any] = {"chance": _chance, "impact": _impact, "confidence": _confidence}
