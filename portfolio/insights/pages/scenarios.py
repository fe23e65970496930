"""Scenarios: the list, one beside the live plan or another scenario, keeping, renaming and removing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from portfolio.insights.actions import scenarios as actions
from portfolio.insights.charts import balances as balance_charts
from portfolio.insights.charts import scenarios as charts
from portfolio.insights.models import Scenario
from portfolio.insights.pages import choosing_forms, subjects
from portfolio.insights.pages.addresses import MEASURE_NAMES
from portfolio.insights.pages.scenario_forms import NameForm
from portfolio.insights.queries import forecasts, pictures, questions, scenarios, standings
from portfolio.insights.queries.scenarios import Side
from portfolio.insights.queries.standings import Standing
from portfolio.insights.rules.entries import MEASURES
from portfolio.insights.rules.scenario import changes, choosing, consequences
from portfolio.insights.rules.scenario import scenarios as rules
from portfolio.insights.rules.scenario.questions import Question
from projects import permissions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers

KINDS = (
    ("stop", "Stop a project"),
    ("hold", "Hold a project"),
    ("start", "Start a project"),
    ("people", "Add or take away people"),
    ("budget", "Set a budget"),
    ("mix", "Set another target mix"),
)


@require_GET
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All scenarios of a portfolio."""
    portfolio = subjects.portfolio(request, slug)
    found = [{"row": row, "progress": scenarios.progress(row)} for row in scenarios.listed(portfolio)]
    context = {"nav": "scenarios", "portfolio": portfolio, "scenarios": found, "may": may(request, portfolio)}
    return render(request, "insights/scenarios/list.html", context)


@require_GET
def show(request: HttpRequest, slug: str, scenario_id: int) -> HttpResponse:
    """One scenario beside the live plan, computed from what is true now; `with` puts another beside it."""
    portfolio = subjects.portfolio(request, slug)
    scenario = scenarios.one(portfolio, scenario_id)
    other = _other(request, portfolio, scenario)
    now = timezone.now()
    standing = standings.at(portfolio, None, now, request.GET.get("measure", ""))
    if standing is None:  # only a past day can have none
        raise Http404
    forecast = forecasts.on(portfolio, standing.day)
    chosen = [scenario, *([other] if other else [])]
    sides = [scenarios.side(portfolio, standing, each, now, forecast) for each in chosen]
    body: dict[str, Any] = forecast.body if forecast else {"months": [], "n": 0}
    context = {
        "nav": "scenarios",
        "portfolio": portfolio,
        "scenario": scenario,
        "other": other,
        "others": [each for each in scenarios.listed(portfolio) if each.pk != scenario.pk],
        "side": sides[0],
        "other_side": sides[1] if other else None,
        "titles": [each.name for each in chosen],
        "balance": standing.balance,
        "changes": _changes(sides[0]),
        "progress": scenarios.progress(scenario),
        "log": scenarios.log(scenario),
        "may": may(request, portfolio),
        "kinds": KINDS,
        "measures": _measures(request, standing.balance["measure"]),
        "question_url": f"{reverse('choose', args=[portfolio.slug])}?{Question.of(scenario.asked).address()}",
        "link": request.build_absolute_uri(),
        "why_url": reverse("balance", args=[portfolio.slug]) + "formulas/",
        **_figures(standing, sides),
        **balance_charts.expected(body["months"], body["n"], sides[0].outlook),
    }
    return render(request, "insights/scenarios/one.html", context)


def _other(request: HttpRequest, portfolio: Portfolio, scenario: Scenario) -> Scenario | None:
    asked = request.GET.get("with", "")
    if not asked.isdecimal() or int(asked) == scenario.pk:
        return None
    return scenarios.one(portfolio, int(asked[:18]))


def _measures(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The choice of what the mix is measured by; the rest of the address stays."""
    found = []
    for code in MEASURES:
        query = request.GET.copy()
        query["measure"] = code
        href = f"{request.path}?{query.urlencode()}"
        found.append({"label": MEASURE_NAMES[code], "href": href, "is_current": code == current})
    return found


def _figures(standing: Standing, sides: list[Side]) -> dict[str, Any]:
    live = standing.balance
    names = ["What if"] if len(sides) == 1 else ["First", "Second"]
    return {
        "rows": charts.rows(live, sides, scenarios.at_work(standing.picture)),
        "bars": charts.bars(live, sides, names),
        "mix": charts.mix_table(live, sides),
        "columns": names,
        "capacities": charts.capacities(live, sides),
        "headline": charts.headline(live, sides[0]),
    }


def _changes(side: Side) -> list[dict[str, Any]]:
    """Each change in words, with what became of it."""
    became = {row["change"]: row for row in side.scenario.adoption}
    words = side.words
    return [
        {"change": change, "words": text, "compact": change.compact(), "became": became.get(change.compact())}
        for change, text in zip(side.changes, words, strict=True)
    ]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a what-if: the changes are those of the address, or none yet."""
    portfolio, actor = subjects.portfolio(request, slug), Actor.of(request)
    permissions.require(actor, "scenario.edit", portfolio)
    if request.method == "POST":
        wi = request.POST.getlist("wi")
    else:
        wi = request.GET.getlist("wi") or _proposed(portfolio, request.GET.get("asked", ""))
    query = (request.POST or request.GET).get("asked", "")
    form = NameForm(request.POST or None, initial={"asked": query}, is_proposed=bool(query))
    status = answers.OK
    if request.method == "POST":
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in ("name", "note")}
            asked = choosing_forms.asked(form.cleaned_data["asked"])
            try:
                kept = actions.keep(portfolio.pk, changes=wi, asked=asked, actor=actor, **values)
            except Refused as refusal:
                form.take(refusal)
                status = answers.CONFLICT
            else:
                return answers.go(request, address(kept), f"Kept: {kept.name}")
        else:
            status = answers.INVALID
    context = {"form": form, "wi": wi, "words": _words(portfolio, wi), "is_proposed": bool(query)}
    return _dialog(request, portfolio, "new", status, **context)


def _proposed(portfolio: Portfolio, query: str) -> list[str]:
    """The changes that bring about what the optimiser answers to the question of a query string."""
    plain = choosing_forms.asked(query)
    if not plain:
        return []
    question = Question.of(plain)
    ground = questions.of(portfolio, pictures.live(portfolio, timezone.now()), question)
    chosen = choosing.best(ground.candidates, ground.asked)
    if chosen is None:
        return []
    entries = [ground.entries[each.key] for each in ground.candidates]
    return [change.compact() for change in consequences.changes(question, entries, chosen.keys)]


def _words(portfolio: Portfolio, wi: list[str]) -> list[str]:
    try:
        found = changes.parse(wi)
        names = scenarios.names_of(portfolio, [change.project for change in found])
        return [changes.words(change, names, portfolio.currency) for change in found]
    except changes.Unclear as unclear:
        return [problem.message for problem in unclear.problems]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, scenario_id: int) -> HttpResponse:
    """Another name or another reason."""
    portfolio, scenario = editable(request, slug, scenario_id)
    initial = {"name": scenario.name, "note": scenario.note, "version": scenario.version}
    form = NameForm(request.POST or None, initial=initial)
    if request.method == "GET":
        return _dialog(request, portfolio, "edit", form=form, scenario=scenario)
    if not form.is_valid():
        return _dialog(request, portfolio, "edit", answers.INVALID, form=form, scenario=scenario)
    values = {name: form.cleaned_data[name] for name in ("name", "note", "version")}
    try:
        actions.change(scenario.pk, actor=Actor.of(request), **values)
    except Refused as refusal:
        form.take(refusal)
        return _dialog(request, portfolio, "edit", answers.CONFLICT, form=form, scenario=scenario)
    return answers.go(request, address(scenario), "Scenario saved")


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, slug: str, scenario_id: int) -> HttpResponse:
    """Ask, then remove."""
    portfolio, scenario = editable(request, slug, scenario_id)
    if request.method == "POST":
        actions.remove(scenario.pk, version=None, actor=Actor.of(request))
        return answers.go(request, reverse("scenarios", args=[portfolio.slug]), f"Removed: {scenario.name}")
    return _dialog(request, portfolio, "remove", scenario=scenario)


def editable(request: HttpRequest, slug: str, scenario_id: int) -> tuple[Portfolio, Scenario]:
    """The scenario, for somebody who may edit it."""
    portfolio = subjects.portfolio(request, slug)
    scenario = scenarios.one(portfolio, scenario_id)
    permissions.require(Actor.of(request), "scenario.edit", portfolio)
    return portfolio, scenario


def address(scenario: Scenario) -> str:
    """The page of a scenario."""
    return reverse("scenario", args=[scenario.portfolio.slug, scenario.pk])


def may(request: HttpRequest, portfolio: Portfolio) -> dict[str, bool]:
    """What this reader may do with scenarios."""
    return {"edit": permissions.granted(Actor.of(request), "scenario.edit", portfolio)}


def _dialog(
    request: HttpRequest, portfolio: Portfolio, name: str, status: int = answers.OK, **context: Any
) -> HttpResponse:
    context = {"nav": "scenarios", "portfolio": portfolio, "over": rules.OVER, **context}
    return render(request, f"insights/scenarios/{name}.html", context, status=status)
