"""The optimiser: the question in the address, the answer with its reasons; it proposes, people decide."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.insights.charts import choosing as charts
from portfolio.insights.charts import frontiers as frontier_charts
from portfolio.insights.charts.words import money
from portfolio.insights.pages import subjects
from portfolio.insights.pages.choosing_forms import QuestionForm
from portfolio.insights.queries import pictures, questions
from portfolio.insights.queries.questions import Ground
from portfolio.insights.rules.scenario import answers, consequences
from portfolio.insights.rules.scenario.questions import Question
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio

# With more projects than this the frontiers take seconds; they are drawn when somebody asks for them.
FRONTIERS_AT_ONCE = 120
# Nobody reads further down a list; REST has all of it.
MOST_ROWS = 100


@require_GET
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and the answer once there is a question."""
    portfolio = subjects.portfolio(request, slug)
    picture = pictures.live(portfolio, timezone.now())
    form = QuestionForm(request.GET or None, first_year=picture.frame.day.year)
    context: dict[str, Any] = {
        "nav": "scenarios",
        "portfolio": portfolio,
        "form": form,
        "may": {"edit": permissions.granted(Actor.of(request), "scenario.edit", portfolio)},
        "most": MOST_ROWS,
        "most_rows": f":{MOST_ROWS}",
        "more": -MOST_ROWS,
        "generated": picture.frame.has_generated or any(entry.is_generated for entry in picture.entries),
    }
    if form.is_valid():
        ground = questions.of(portfolio, picture, form.question)
        context |= _answered(request, portfolio, form.question, ground)
    else:
        ground = questions.of(portfolio, picture, Question())
    context["open_n"] = len(ground.entries)
    context["missing"] = charts.missing_rows(ground)
    return render(request, "insights/choose/page.html", context)


def _answered(
    request: HttpRequest, portfolio: Portfolio, question: Question, ground: Ground
) -> dict[str, Any]:
    if not ground.candidates:
        return {"has_none": True}
    answer, currency = answers.of(ground.candidates, ground.asked), portfolio.currency
    chosen = answer.chosen
    found: dict[str, Any] = {
        "answer": answer,
        "unlimited": ground.unlimited,
        "reliefs": charts.relief_rows(answer.reliefs, currency),
        "names": charts.names(ground),
        **_frontiers(request, question, ground, currency),
    }
    if chosen is None:
        return found
    keep = reverse("scenario-new", args=[portfolio.slug])
    planned = consequences.changes(
        question, [ground.entries[each.key] for each in ground.candidates], chosen.keys
    )
    return found | {
        "chosen": charts.project_rows(chosen.keys, ground),
        "left": charts.left_rows(answer, ground, currency),
        "slacks": charts.slack_rows(answer.slacks, currency),
        "prices": charts.price_rows(answer, currency),
        "free_rules": charts.free_rules(answer),
        "ties": charts.tie_rows(answer, currency),
        "totals": {
            "n": len(chosen.keys),
            "of": len(ground.candidates),
            "value": money(chosen.value, currency),
            "sd": money(chosen.sd, currency),
            "cost": money(chosen.cost, currency),
            "people": chosen.fte,
        },
        "planned": len(planned),
        "keep_url": f"{keep}?{urlencode({'asked': question.address()})}",
    }


def _frontiers(request: HttpRequest, question: Question, ground: Ground, currency: str) -> dict[str, Any]:
    """Both charts with their tables; of very many projects only on demand."""
    if len(ground.candidates) > FRONTIERS_AT_ONCE and "frontiers" not in request.GET:
        return {"frontiers_url": f"{request.path}?{question.address(frontiers='on')}#frontiers"}
    found = answers.frontiers(ground.candidates, ground.asked)
    by_budget = charts.budget_points(found, question, request.path, currency)
    by_caution = charts.caution_points(found, question, request.path, currency)
    return {
        "by_budget": frontier_charts.frontiers(by_budget, is_stepped=True),
        "by_caution": frontier_charts.frontiers(by_caution),
        "budget_rows": charts.frontier_rows(found.budgets, currency, is_money=True),
        "caution_rows": charts.frontier_rows(found.cautions, currency, is_money=False),
    }
