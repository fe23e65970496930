"""The balance of a portfolio from its rows: the sample as published, past days, what-ifs, and its cost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.insights.actions import forecasts, recommendations, summaries
from portfolio.insights.queries import balances, pictures
from portfolio.insights.rules.balance.balances import KEYS
from portfolio.insights.rules.scenario import changes
from portfolio.register.actions import samples
from projects.actions import blocker_resolutions, blockers, capacity, days, demands, stages
from projects.models import Portfolio, Project, Rate
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(for_the_module):
    return for_the_module(_sample)


def _sample():
    with time_machine.travel(AS_OF, tick=False):
        portfolio = samples.load()
        forecasts.make(portfolio.pk, actor=SYSTEM, now=AS_OF, runs=500)
        days.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
        return Portfolio.objects.get(pk=portfolio.pk)


@pytest.fixture
def today(time_machine):
    time_machine.move_to(AS_OF, tick=False)


def balance(portfolio, measure="", now=None):
    now = now or timezone.now()
    return balances.of(portfolio, pictures.live(portfolio, now), now, measure)


@pytest.fixture
def portfolio():
    return a_portfolio()


def placed(portfolio, quadrant="quick_win", **fields):
    """A project with scores, as the nightly run would have stored them."""
    project = a_project(portfolio, f"Project {Project.objects.count()}")
    place = {"stage": "poc", "standard_stage": "poc", "furthest_stage": "poc"}
    scores = {"risk": 20.0, "impact": 80.0, "p_production": 0.5, "annual_value": 100.0}
    Project.objects.filter(pk=project.pk).update(**(place | scores | {"quadrant": quadrant} | fields))
    project.refresh_from_db()
    return project


def test_the_sample_as_published(sample, today):
    found = balance(sample, "cost")
    assert found["n"] == 19
    assert found["launches"]["expected"] == pytest.approx(9.1094, abs=5e-5)
    assert [found["launches"][name] for name in ("low", "median", "high")] == [6, 9, 12]
    assert [round(found["shares"]["count"][code] * 19) for code in found["target"]] == [7, 5, 4, 3]
    assert [round(share, 4) for share in found["shares"]["cost"].values()] == [0.2605, 0.4830, 0.0762, 0.1804]
    assert (round(found["index"]["count"], 1), round(found["index"]["cost"], 1)) == (81.1, 63.7)
    assert round(found["concentration"]["unit"]["hhi"], 4) == 0.2513
    assert (round(found["load"]["effort"], 4), round(found["load"]["cost"], 4)) == (0.5421, 0.6633)
    worst = found["concentration"]["pitfall"]["groups"][0]
    assert (worst["code"], worst["count"], found["high_risk_n"]) == ("P5", 4.5, 8)


def test_the_sample_tells_every_figure(sample, today):
    found = balance(sample)
    assert set(found) == set(KEYS)
    assert {key for key, value in found.items() if value is None} == set()
    assert found["measure"] == "effort"
    assert found["verdict"].startswith("We carry more risk than we planned: 54% of the people at work")
    assert found["expectation"].startswith("Expect ")
    assert " to be live by " in found["expectation"]
    assert found["launches"]["wide_low"] <= found["launches"]["low"]
    assert found["launches"]["wide_high"] >= found["launches"]["high"]
    assert 0 < found["launches"]["within_year"] < found["launches"]["expected"]
    assert found["open_questions"]["points"] > 0
    assert len(found["ecv"]) == 19
    assert {row["name"] for row in found["capacity"]["rows"]} >= {"Data engineer"}
    assert found["capacity"]["rows"][0]["overload"][0] > 0
    assert found["promise"]["n"] == 3
    assert found["survival"]["s90"] == 1
    assert {row["name"] for row in found["approvers"] if row["code"] == "LE"} == {"Ruth Eriksen"}
    assert found["held_at_gate"]["longest_days"] == 44
    assert not found["generated"]


def test_the_sample_recommends_what_its_story_says(sample, today):
    found = {each["rule"]: each for each in balance(sample, "cost")["recommendations"]}
    assert {"fill_ins_short", "big_bets_cost", "reconsider_review", "pitfall_dominant"} <= set(found)
    advised = found["reconsider_review"]
    assert [change["do"] + " " + change["project"] for change in advised["changes"]] == [
        "stop PRJ-16",
        "hold PRJ-23",
        "hold PRJ-10",
    ]
    assert advised["effect"]["frees_cost"] == 900_000
    assert advised["projects"][0]["why"].startswith("Stop: 4% likely to launch, on hold. Ask first: ")


def test_an_empty_portfolio_has_no_figures_and_lacks_nothing(portfolio):
    found = balance(portfolio)
    assert (found["n"], found["verdict"], found["expectation"]) == (0, "No project is in flight yet.", "")
    assert found["shares"] == {"count": None, "cost": None, "effort": None}
    assert found["load"] == {"count": None, "cost": None, "effort": None}
    assert (found["ecv"], found["capacity"]) == (None, None)
    assert (found["missing"], found["recommendations"]) == ([], [])


def test_what_nobody_entered_is_lacking_and_leads_to_its_form(portfolio):
    project = placed(portfolio, annual_value=None)
    found = balance(portfolio)
    assert (found["value"]["ev"], found["value"]["rav"], found["ecv"]) == (None, None, None)
    lacking = {row["code"]: row for row in found["missing"]}
    expected = {"cost", "effort", "value", "commercial", "owner", "source", "demand", "forecast"}
    assert expected <= set(lacking)
    assert lacking["cost"]["keys"] == [project.key]
    assert lacking["cost"]["url"] == f"/projects/{project.key}/edit/"
    assert found["amounts"]["cost"] is None


def test_costs_in_another_currency_count_by_the_rate_of_the_day_and_lack_one_without(portfolio):
    placed(portfolio, remaining_cost=Decimal(100), cost_currency="USD")
    placed(portfolio, remaining_cost=Decimal(50))
    found = balance(portfolio)
    assert sum(found["amounts"]["cost"].values()) == 50
    lacking = {row["code"]: row for row in found["missing"]}
    assert lacking["rate"]["n"] == 1
    assert "cost" not in lacking
    Rate.objects.create(portfolio=portfolio, currency="USD", from_on=date(2020, 1, 1), rate=Decimal("0.9"))
    found = balance(portfolio)
    assert sum(found["amounts"]["cost"].values()) == 140
    assert "rate" not in {row["code"] for row in found["missing"]}


def blocked(project, severity, *others):
    """A blocker that is raised and leaves the scores as the test has them."""
    before = list(Project.objects.filter(pk__in=[project.pk, *(each.pk for each in others)]))
    actor = acting(a_member(project.portfolio))
    said = {"title": "No budget", "category": "budget", "severity": severity}
    found = blockers.raise_(project.pk, **said, affected=[each.pk for each in others], actor=actor)
    Project.objects.bulk_update(before, ["risk", "impact", "p_production", "annual_value", "quadrant"])
    return found


def test_value_behind_grave_blockers_of_its_own_and_of_others(portfolio):
    own, other, free, mild = (placed(portfolio) for _ in range(4))
    blocked(own, "high", other)
    blocked(mild, "medium")
    found = balance(portfolio)["blocked"]
    assert (found["n"], found["value"]) == (2, 100)
    assert found["keys"] == [own.key, other.key]
    assert free.key not in found["keys"]


def test_people_needed_against_people_there(portfolio):
    first, second = placed(portfolio), placed(portfolio, status="active")
    kind = capacity.add(portfolio.pk, name="Data engineering", actor=SYSTEM)
    this_month = timezone.now().date().replace(day=1)
    capacity.set_supply(kind.pk, supplies={this_month: Decimal(1)}, actor=SYSTEM)
    for project in (first, second):
        demands.state(project.pk, capability="Data engineering", fte=Decimal("1.5"), actor=SYSTEM)
    row = balance(portfolio)["capacity"]["rows"][0]
    assert (row["demand"][1], row["supply"][1], row["overload"][1]) == (3, 1, 2)


def test_the_one_who_signs_everywhere(portfolio):
    legal = a_member(portfolio, "approver", "Ruth")
    high = {"tier": "high", "personal_data": True}
    for _ in range(2):
        on_team(placed(portfolio, **high), "LE", legal)
    found = {row["code"]: row for row in balance(portfolio)["approvers"]}
    assert (found["LE"]["name"], found["LE"]["n"]) == ("Ruth", 2)
    on_team(placed(portfolio, **high), "LE", a_member(portfolio, "approver", "Sam"))
    assert "LE" not in {row["code"] for row in balance(portfolio)["approvers"]}


def test_a_recommendation_put_aside_says_so_until_its_projects_change(portfolio):
    for _ in range(9):
        placed(portfolio, "reconsider", p_production=0.2)
    manager = acting(a_member(portfolio, "manager", "Mia"))
    advised = _advised(portfolio)
    assert advised["dismissal"] is None
    recommendations.dismiss(
        portfolio.pk,
        rule=advised["rule"],
        keys=advised["keys"],
        reason="Agreed with the board.",
        actor=manager,
    )
    assert _advised(portfolio)["dismissal"]["reason"] == "Agreed with the board."
    assert _advised(portfolio)["dismissal"]["by"] == "Mia"
    placed(portfolio, "reconsider", p_production=0.2)
    assert _advised(portfolio)["dismissal"] is None


def _advised(portfolio):
    found = balance(portfolio)["recommendations"]
    return next(each for each in found if each["rule"] == "reconsider_review")


def test_an_invented_past_is_labelled(portfolio):
    placed(portfolio)
    assert not balance(portfolio)["generated"]
    closed = placed(portfolio)
    ended = {"outcome": "stopped", "ended_at": timezone.now(), "is_generated": True}
    Project.objects.filter(pk=closed.pk).update(**ended)
    assert balance(portfolio)["generated"]


def test_a_what_if_leaves_the_stopped_project_out_of_every_figure(sample, today):
    before = pictures.live(sample, AS_OF)
    asked = changes.parse(["stop:PRJ-16", "people:Data engineer:+5:2026-12"])
    after = changes.apply(before, asked)
    now, then = balances.of(sample, before, AS_OF), balances.of(sample, after, AS_OF, before=before)
    assert (now["n"], then["n"]) == (19, 18)
    assert then["load"]["effort"] < now["load"]["effort"]
    assert then["blocked"]["n"] == now["blocked"]["n"] - 1
    assert then["launches"]["within_year"] < now["launches"]["within_year"]
    assert then["capacity"]["rows"][0]["supply"][1] == now["capacity"]["rows"][0]["supply"][1] + 5


def test_a_held_project_launches_less_likely_within_the_year_too(sample, today):
    before = pictures.live(sample, AS_OF)
    after = changes.apply(before, changes.parse(["hold:PRJ-1"]))
    now = balances.of(sample, before, AS_OF)["launches"]["within_year"]
    assert balances.of(sample, after, AS_OF, before=before)["launches"]["within_year"] < now
    without = replace(before, entries=tuple(each for each in before.entries if each.key != "PRJ-1"))
    fewer = balances.of(sample, without, AS_OF, before=before)["launches"]
    assert fewer["within_year"] < now
    assert fewer["wide_low"] <= fewer["low"]


def test_a_past_day_is_told_from_what_was_dated_until_then(time_machine):
    time_machine.move_to(AS_OF, tick=False)
    portfolio = a_portfolio()
    project = a_project(portfolio, "Claims")
    stages.report(project.pk, to="poc", actor=SYSTEM)
    scores = {"risk": 20.0, "impact": 80.0, "p_production": 0.5, "annual_value": 100.0}
    Project.objects.filter(pk=project.pk).update(quadrant="quick_win", **scores)
    project.refresh_from_db()
    blocker = blocked(project, "high")
    days.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    shown = balance(portfolio, now=AS_OF)
    time_machine.shift(timedelta(days=40))
    stages.report(project.pk, to="production", actor=SYSTEM)
    member = acting(a_member(portfolio))
    blocker_resolutions.resolve(blocker.pk, resolution="solved", note="Money is there.", actor=member)
    past = pictures.on(portfolio, AS_OF.date())
    told = balances.of(portfolio, past, AS_OF)
    dated = ("n", "shares", "load", "value", "heat", "flow", "conversion", "exposure", "survival", "blocked")
    assert {key: told[key] for key in (*dated, "promise", "held_at_gate", "ageing")} == {
        key: shown[key] for key in (*dated, "promise", "held_at_gate", "ageing")
    }
    assert (told["ecv"], told["capacity"], told["approvers"], told["open_questions"]) == (None,) * 4
    assert "past" in {row["code"] for row in told["missing"]}
    assert told["blocked"]["n"] == 1
    assert balance(portfolio)["n"] == 0  # it is live by now


@pytest.mark.parametrize("extra", [19, 1_999])
def test_size_costs_no_queries(extra):
    portfolio = a_portfolio()
    fields = {"stage": "poc", "standard_stage": "poc", "furthest_stage": "poc", "quadrant": "quick_win"}
    scores = {"risk": 60.0, "impact": 70.0, "p_production": 0.4, "tier": "high"}
    a_crowd(portfolio, 1, **fields, **scores)
    balance(portfolio)  # workflow and scorecard are read once
    with CaptureQueriesContext(connection) as one:
        balance(portfolio)
    a_crowd(portfolio, extra, **fields, **scores)
    with CaptureQueriesContext(connection) as many:
        found = balance(portfolio)
    assert found["n"] == extra + 1
    assert len(many) == len(one) <= 30
