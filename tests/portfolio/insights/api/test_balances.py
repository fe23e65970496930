"""The balance by REST: who reads it, its figures, past days, what-ifs, and recommendations put aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.insights.actions import summaries
from portfolio.insights.models import Dismissal
from portfolio.insights.rules.balance.balances import KEYS
from portfolio.insights.rules.balance.formulas import FORMULAS
from projects.actions import days
from projects.models import Project
from tests import factories
from tests.projects.api import callers
from tests.projects.api.callers import Caller, problem

pytestmark = pytest.mark.django_db
PLACED = {"stage": "poc", "standard_stage": "poc", "quadrant": "reconsider", "risk": 70.0, "impact": 20.0}


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    for number in range(9):
        factories.a_project(portfolio, f"Number {number}")
    Project.objects.update(**PLACED, furthest_stage="poc", p_production=0.2)
    return portfolio


@pytest.fixture
def ci(portfolio):
    return callers.with_key(portfolio)


def advised(caller):
    found = caller.get("portfolios/commerce/balance").json()["figures"]["recommendations"]
    return next(each for each in found if each["rule"] == "reconsider_review")


def test_every_figure(ci):
    answer = ci.get("portfolios/commerce/balance?measure=count")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body["figures"]) == set(KEYS)
    assert (body["portfolio"], body["is_past"], body["changes"]) == ("commerce", False, [])
    assert body["figures"]["shares"]["count"]["reconsider"] == 1


def test_a_what_if_by_its_address(ci):
    answer = ci.get("portfolios/commerce/balance?wi=stop:COM-1&wi=hold:COM-2").json()
    assert answer["figures"]["n"] == 8
    assert answer["changes"] == ["Stop Number 0 (COM-1)", "Hold Number 1 (COM-2)"]
    assert ci.get("portfolios/commerce/balance").json()["figures"]["n"] == 9


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("wi=burn:COM-1&wi=stop:COM-1&wi=hold:COM-1", "wi", "burn"),
        ("wi=stop:COM-99", "wi", "COM-99"),
        ("wi=stop:COM-1&day=2026-01-01", "wi", "past day"),
        ("measure=hours", "measure", "effort, cost, count"),
        ("day=soon", "day", ""),
        ("colour=red", "colour", "no such parameter"),
    ],
)
def test_what_cannot_be_meant_is_named(ci, query, field, says):
    answer = problem(ci.get(f"portfolios/commerce/balance?{query}"), 400)
    assert says in str([error["message"] for error in answer["errors"] if error["field"] == field])
    assert {error["field"] for error in answer["errors"]} == {field}


def test_a_past_day_is_as_it_was_stored(portfolio, ci, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    days.take(portfolio.pk, actor=factories.SYSTEM, now=now)
    summaries.take(portfolio.pk, actor=factories.SYSTEM, now=now)
    shown = ci.get("portfolios/commerce/balance").json()["figures"]
    time_machine.shift(timedelta(days=3))
    Project.objects.update(quadrant="fill_in", risk=10.0)
    past = ci.get(f"portfolios/commerce/balance?day={now:%Y-%m-%d}").json()
    assert past["is_past"]
    assert past["figures"] == shown
    assert ci.get("portfolios/commerce/balance").json()["figures"]["shares"] != shown["shares"]
    problem(ci.get("portfolios/commerce/balance?day=2020-01-01"), 404)


def test_how_every_figure_is_computed(ci):
    items = ci.get("portfolios/commerce/balance/formulas").json()["items"]
    assert [each["code"] for each in items] == list(FORMULAS)
    assert all(each["symbols"] and each["keys"] for each in items)


def test_put_aside_and_taken_up_again(ci):
    found = advised(ci)
    said = {"rule": found["rule"], "keys": found["keys"], "reason": "The board knows."}
    made = ci.post("portfolios/commerce/dismissals", said)
    assert made.status_code == 201
    assert advised(ci)["dismissal"]["reason"] == "The board knows."
    again = ci.post("portfolios/commerce/dismissals", said | {"reason": "Other"})
    assert (again.status_code, again.json()["reason"]) == (200, "The board knows.")
    gone = ci.delete(f"portfolios/commerce/dismissals/{made.json()['id']}")
    assert gone.status_code == 204
    assert advised(ci)["dismissal"] is None
    problem(ci.delete(f"portfolios/commerce/dismissals/{made.json()['id']}"), 404)


@pytest.mark.parametrize(
    ("wrong", "status"), [({"rule": "none"}, 400), ({"reason": " "}, 400), ({"keys": ["COM-99"]}, 409)]
)
def test_nonsense_is_put_nowhere(ci, wrong, status):
    said = {"rule": "reconsider_review", "keys": ["COM-1"], "reason": "So."} | wrong
    problem(ci.post("portfolios/commerce/dismissals", said), status)
    assert not Dismissal.objects.exists()


READS = ["balance", "balance/formulas"]


@pytest.mark.parametrize("path", READS)
def test_doors_of_reading(portfolio, path):
    address = f"portfolios/commerce/{path}"
    problem(Caller().get(address), 401)
    stranger = callers.SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    problem(stranger.get(address), 404)
    on_one_team = callers.SignedIn(factories.on_team(Project.objects.all()[0], "ML"))
    problem(on_one_team.get(address), 403)
    without = callers.with_key(portfolio, scopes=["projects:read"])
    assert problem(without.get(address), 403)["code"] == "scope_missing"
    viewer = callers.SignedIn(factories.a_member(portfolio, "viewer"))
    assert viewer.get(address).status_code == 200


def test_doors_of_writing(portfolio, ci):
    said = {"rule": "reconsider_review", "keys": ["COM-1"], "reason": "So."}
    kept = ci.post("portfolios/commerce/dismissals", said).json()["id"]
    stranger = callers.SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))
    contributor = callers.SignedIn(factories.a_member(portfolio, "contributor"))
    reader = callers.with_key(portfolio, scopes=["portfolios:read"])
    for caller, status in ((Caller(), 401), (stranger, 404), (contributor, 403), (reader, 403)):
        problem(caller.post("portfolios/commerce/dismissals", said | {"keys": ["COM-2"]}), status)
        problem(caller.delete(f"portfolios/commerce/dismissals/{kept}"), status)
    assert Dismissal.objects.count() == 1
    other = callers.with_key(factories.a_portfolio("Other", slug="other"))
    problem(other.delete(f"portfolios/other/dismissals/{kept}"), 404)
