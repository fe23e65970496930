"""An assessment on two days: which answers changed, and what that did to the scores."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from projects.actors import Actor
from projects.models import Project
from projects.pages import answers, asked
from projects.pages.fields import DayField
from projects.queries import comparisons as kept
from projects.queries import facts, scoring
from projects.queries import projects as project_queries
from projects.queries.comparisons import Comparison, Then
from projects.rules import evidence, quadrants
from projects.rules.scores import Score

# As portfolios are reviewed by the quarter.
USUAL_DAYS = 90
SPANS = (("1 month", 30), ("3 months", 90), ("6 months", 180), ("1 year", 365))
# More days are in the list of suggestions than anybody scrolls through; every day may be typed.
MOST_DAYS = 200
# Scores that are better the lower they are; more of the others is good news.
LOWER_IS_BETTER = "risk"


class DaysForm(forms.Form):
    """The two days, under the names that the address has for them."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = DayField(label=label)
            self.fields[name].widget.attrs["list"] = "kept-days"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure on both days."""

    label: str
    before: str
    after: str
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One question whose answer counts as something else."""

    id: str
    text: str
    before: str
    after: str
    mark_before: tuple[str, str]
    mark_after: tuple[str, str]
    answer: Any  # of the later day
    link: str


@require_GET
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """Two days of one assessment; the address says which, so that it can be passed on."""
    project = project_queries.one(Actor.of(request), key)
    today = facts.today(project)
    form = DaysForm(
        {
            "from": request.GET.get("from") or (today - timedelta(days=USUAL_DAYS)).isoformat(),
            "to": request.GET.get("to") or today.isoformat(),
        }
    )
    days = kept.days(project)
    context: dict[str, Any] = {
        "form": form,
        "days": days[:MOST_DAYS],
        "first_day": days[-1] if days else None,
        "spans": [(label, today - timedelta(days=days), today) for label, days in SPANS],
    }
    if not form.is_valid():
        return _page(request, project, context, status=answers.INVALID)
    found = kept.compare(project, form.cleaned_data["from"], form.cleaned_data["to"])
    context |= {
        "found": found,
        "lines": _lines(project, found),
        "rows": [_row(change) for change in found.rows],
        "is_other_model": _models_differ(found.earlier, found.later),
    }
    return _page(request, project, context)


def _page(
    request: HttpRequest, project: Project, context: dict[str, Any], status: int = answers.OK
) -> HttpResponse:
    page = "projects/assessment/compare.html"
    return answers.project_page(request, project, page, tab="risk", status=status, **context)


def _row(change: Any) -> ChangedRow:
    return ChangedRow(
        id=change.id,
        text=change.question.text if change.question else "No longer asked",
        before=asked.WORDS[change.letter_before],
        after=asked.WORDS[change.letter_after],
        mark_before=asked.MARKS[change.letter_before],
        mark_after=asked.MARKS[change.letter_after],
        answer=change.after,
        link=evidence.link(change.after.evidence) if change.after else "",
    )


def _models_differ(earlier: Then, later: Then) -> bool:
    both = earlier.stored, later.stored
    return all(both) and both[0].model_version != both[1].model_version  # type: ignore[union-attr]


def _lines(project: Project, found: Comparison) -> list[Line]:
    """The figures of both days; those of a day of which nothing was kept are not known."""
    one, two = found.earlier.made_anew, found.later.made_anew
    pitfalls = [(pitfall.label, pitfall.code) for pitfall in scoring.card(project).pitfalls]
    lines = [
        _line("Risk", _score(one, "risk"), _score(two, "risk"), LOWER_IS_BETTER),
        *(
            _line(label, _pitfall(one, code), _pitfall(two, code), LOWER_IS_BETTER)
            for label, code in pitfalls
        ),
        _line("Impact", _score(one, "impact"), _score(two, "impact")),
        _line("Chance of production", _share(one, "p_production"), _share(two, "p_production"), unit="%"),
        _line("Confidence", _share(one, "confidence"), _share(two, "confidence"), unit="%"),
    ]
    was, now = _quadrant(one), _quadrant(two)
    return [*lines, Line("Quadrant", was, now, "" if was == now else "changed", "")]


def _line(label: str, before: float | None, after: float | None, better: str = "", unit: str = "") -> Line:
    was, now = ("not known" if value is None else f"{value:.0f}{unit}" for value in (before, after))
    if before is None or after is None or round(before) == round(after):
        return Line(label, was, now, "", "")
    change = round(after) - round(before)
    is_good = (change < 0) == (better == LOWER_IS_BETTER)
    words = f"{'up' if change > 0 else 'down'} {abs(change)}"
    return Line(label, was, now, words, "good" if is_good else "bad")


def _score(score: Score | None, name: str) -> float | None:
    return None if score is None else getattr(score, name)


def _share(score: Score | None, name: str) -> float | None:
    return None if score is None else 100 * getattr(score, name)


def _pitfall(score: Score | None, code: str) -> float | None:
    return None if score is None else score.pitfalls.get(code)


def _quadrant(score: Score | None) -> str:
    if score is None:
        return "not known"
    return quadrants.label(score.quadrant, has_critical_gap=score.has_critical_gap)
