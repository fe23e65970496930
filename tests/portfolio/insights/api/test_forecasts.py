"""Forecasts by REST, and who may read them and have them made."""

from datetime import UTC, datetime

import pytest

from portfolio.insights.actions import forecasts
from portfolio.operations.models import JobRun
from projects.models import Project
from tests import factories
from tests.projects.api import callers

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ADDRESS = "portfolios/commerce/forecast"


@pytest.fixture
def portfolio(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    made = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    factories.a_crowd(made, 3, stage="pilot", standard_stage="pilot", p_production=0.62, stage_since=NOW)
    return made


def make(portfolio):
    return forecasts.make(portfolio.pk, actor=factories.SYSTEM, now=NOW, runs=500)


@pytest.fixture
def viewer(portfolio):
    return callers.SignedIn(factories.a_member(portfolio, "viewer"))


def test_before_the_first_one_everything_is_unknown(portfolio, viewer):
    found = viewer.get(ADDRESS).json()
    assert found.pop("portfolio") == "commerce"
    assert set(found.values()) == {None}
    one = viewer.get("projects/COM-1/forecast").json()
    assert one["p_production"] == 0.62
    assert one["if_it_launches"] == dict.fromkeys(("p05_on", "p50_on", "p80_on", "p95_on"))
    assert (one["sentence"], one["history"]) == ("No forecast yet.", [])


def test_the_forecast_of_a_portfolio(portfolio, viewer):
    made = make(portfolio)
    found = viewer.get(ADDRESS).json()
    assert (found["day"], found["n"], found["runs"], found["seed"]) == ("2026-11-30", 3, 500, made.seed)
    assert found["months"] == made.body["months"]
    assert [row["key"] for row in found["projects"]] == ["COM-1", "COM-2", "COM-3"]
    assert [row["chances"] for row in found["projects"]] == made.body["chances"]
    assert found["total"] == made.body["total"]
    assert found["sources"]["stays"] == 3


def test_the_forecast_of_a_day(portfolio, viewer):
    make(portfolio)
    assert viewer.get(f"{ADDRESS}?day=2026-12-24").json()["day"] == "2026-11-30"
    assert viewer.get(f"{ADDRESS}?day=2026-11-29").json()["day"] is None
    assert callers.fields_of(callers.problem(viewer.get(f"{ADDRESS}?day=soon"), 400)) == ["day"]


def test_the_forecast_of_a_project_keeps_whether_and_when_apart(portfolio, viewer):
    make(portfolio)
    project = Project.objects.get(key="COM-1")
    found = viewer.get("projects/COM-1/forecast").json()
    assert found["p_production"] == 0.62
    assert found["if_it_launches"]["p80_on"] == f"{project.p80_on}"
    assert found["if_it_launches"]["p05_on"] == f"{project.p05_on}" < f"{project.p50_on}"
    assert found["sentence"].startswith("62% likely to launch at all; if it does, 80% by ")
    (kept,) = found["history"]
    assert (kept["on"], kept["occasion"], kept["p80_on"]) == ("2026-11-30", "month_end", f"{project.p80_on}")


def test_what_is_live_or_has_ended_is_not_forecast(portfolio, viewer):
    make(portfolio)
    Project.objects.filter(key="COM-1").update(outcome="in_production", standard_stage="production")
    Project.objects.filter(key="COM-2").update(outcome="stopped", ended_at=NOW)
    said = [viewer.get(f"projects/COM-{number}/forecast").json()["sentence"] for number in (1, 2)]
    assert said == ["It is live.", "It has ended: there is nothing left to forecast."]


def test_a_manager_has_it_made_again_and_others_may_not(portfolio, viewer):
    manager = callers.SignedIn(factories.a_member(portfolio, "manager"))
    answer = manager.post(ADDRESS)
    assert answer.status_code == 202
    run = JobRun.objects.get(name="forecasts")
    assert answer.json() == {"run": run.pk, "state": "waiting"}
    assert manager.post(ADDRESS).json()["run"] == run.pk
    contributor = callers.SignedIn(factories.a_member(portfolio, "contributor"))
    for caller in (viewer, contributor):
        callers.problem(caller.post(ADDRESS), 403)
    assert JobRun.objects.count() == 1


def test_strangers_find_nothing_and_somebody_on_one_team_only_its_project(portfolio):
    stranger = callers.SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    for path in (ADDRESS, "projects/COM-1/forecast"):
        callers.problem(stranger.get(path), 404)
        callers.problem(callers.Caller().get(path), 401)
    callers.problem(stranger.post(ADDRESS), 404)
    person = factories.on_team(Project.objects.get(key="COM-1"), "DX")
    member = callers.SignedIn(person)
    callers.problem(member.get(ADDRESS), 403)
    assert member.get("projects/COM-1/forecast").status_code == 200
    callers.problem(member.get("projects/COM-2/forecast"), 404)


def test_a_key_needs_its_scope(portfolio):
    narrow = callers.with_key(portfolio, scopes=["updates:write"])
    for path in (ADDRESS, "projects/COM-1/forecast"):
        callers.problem(narrow.get(path), 403)
    reader = callers.with_key(portfolio, scopes=["portfolios:read", "projects:read"])
    assert [reader.get(path).status_code for path in (ADDRESS, "projects/COM-1/forecast")] == [200, 200]
    callers.problem(reader.post(ADDRESS), 403)
    assert callers.with_key(portfolio, scopes=["portfolios:write"]).post(ADDRESS).status_code == 202
