"""Scenarios by REST: kept, read beside the live plan, changed, adopted, removed; and who may."""

import pytest

from portfolio.insights.models import Scenario
from projects.models import Project
from tests import factories
from tests.projects.api import callers
from tests.projects.api.callers import Caller, fields_of, problem

pytestmark = pytest.mark.django_db
PLACED = {"stage": "poc", "standard_stage": "poc", "quadrant": "big_bet", "risk": 70.0, "impact": 60.0}
HOME = "portfolios/commerce/scenarios"


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    for number in range(3):
        factories.a_project(portfolio, f"Number {number}")
    Project.objects.update(**PLACED, furthest_stage="poc", p_production=0.2)
    return portfolio


@pytest.fixture
def ci(portfolio):
    return callers.with_key(portfolio)


def kept(caller, *changes, **more):
    answer = caller.post(HOME, {"name": "Focus", "changes": list(changes), **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_scenario_is_kept_and_read_again(ci):
    answer = ci.post(HOME, {"name": "Focus", "note": "Too much", "changes": ["stop:COM-1"]})
    body = answer.json()
    assert answer["ETag"] == '"1"'
    assert answer["Location"].endswith(f"/scenarios/{body['id']}")
    assert body["words"] == ["Stop Number 0 (COM-1)"]
    assert ci.get(f"{HOME}/{body['id']}").json() == body
    assert ci.get(HOME).json() == {"items": [body]}


def test_a_post_with_a_key_takes_effect_once(ci):
    answers = [ci.post(HOME, {"name": "Focus"}, Idempotency_Key="a") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Scenario.objects.count() == 1


def test_everything_wrong_with_the_changes_is_named(ci):
    answer = problem(ci.post(HOME, {"name": "x", "changes": ["burn:A-1", "stop:A-1", "hold:A-1"]}), 400)
    assert fields_of(answer) == ["changes", "changes"]


def test_a_scenario_is_changed_by_whoever_read_it_last(ci):
    one = kept(ci, "stop:COM-1")
    path = f"{HOME}/{one['id']}"
    problem(ci.patch(path, {"name": "Other"}), 428)
    changed = ci.patch(path, {"changes": ["hold:COM-2"]}, If_Match='"1"')
    assert changed.json()["changes"] == ["hold:COM-2"]
    assert changed["ETag"] == '"2"'
    problem(ci.patch(path, {"name": "Late"}, If_Match='"1"'), 412)


def test_figures_stand_beside_the_live_plan(ci):
    one, two = kept(ci, "stop:COM-1"), kept(ci, "stop:COM-1", "stop:COM-2", "stop:COM-9")
    found = ci.get(f"{HOME}/{one['id']}/comparison?other={two['id']}").json()["items"]
    assert [side["figures"]["n"] for side in found] == [3, 2, 1]
    assert [side["name"] for side in found] == ["Live plan", "Focus", "Focus"]
    assert found[2]["problems"][0]["code"] == "unknown_project"
    problem(ci.get(f"{HOME}/{one['id']}/comparison?other=999"), 404)


def test_adopting_says_what_became_of_each_change(portfolio, ci):
    boss = factories.a_member(portfolio, "administrator")
    one = kept(ci, "stop:COM-1", "hold:COM-2", "mix:25,25,25,25")
    said = {"reason": "Board", "stop_reason": "budget", "stop_note": "x", "hold_note": "y"}
    body = ci.post(f"{HOME}/{one['id']}/adoption", said).json()
    states = {row["change"]: row["state"] for row in body["adoption"]}
    assert states == {"stop:COM-1": "done", "hold:COM-2": "refused", "mix:25,25,25,25": "refused"}
    assert body["open"] == 2
    more = {"reason": "Again", "only": ["hold:com-2"], "hold_note": "y", "hold_until": "2090-01-01"}
    body = ci.post(f"{HOME}/{one['id']}/adoption", {**more, "hold_approver": boss.email}).json()
    assert body["open"] == 1
    assert Project.objects.get(key="COM-2").status == "on_hold"
    wrong = {**more, "hold_approver": "nobody@example.org"}
    assert fields_of(problem(ci.post(f"{HOME}/{one['id']}/adoption", wrong), 400)) == ["hold_approver"]


def test_a_removed_scenario_is_gone(ci):
    one = kept(ci)
    assert ci.delete(f"{HOME}/{one['id']}").status_code == 204
    problem(ci.get(f"{HOME}/{one['id']}"), 404)


def doors(caller, scenario_id):
    path = f"{HOME}/{scenario_id}"
    return [
        caller.post(HOME, {"name": "x"}),
        caller.patch(path, {"name": "x"}, If_Match="*"),
        caller.delete(path),
        caller.post(f"{path}/adoption", {"reason": "x"}),
    ]


def windows(caller, scenario_id):
    path = f"{HOME}/{scenario_id}"
    return [caller.get(each) for each in (HOME, path, f"{path}/comparison", "portfolios/commerce/choose")]


def test_a_stranger_finds_nothing_and_a_viewer_only_reads(portfolio, ci):
    number = kept(ci)["id"]
    stranger = callers.SignedIn(factories.a_person())
    assert {each.status_code for each in (*doors(stranger, number), *windows(stranger, number))} == {404}
    viewer = callers.SignedIn(factories.a_member(portfolio, "viewer"))
    assert {each.status_code for each in doors(viewer, number)} == {403}
    assert {each.status_code for each in windows(viewer, number)} == {200}
    assert {each.status_code for each in (*doors(Caller(), number), *windows(Caller(), number))} == {401}


def test_a_key_needs_its_scope(portfolio, ci):
    number = kept(ci)["id"]
    reader = callers.with_key(portfolio, scopes=["portfolios:read"])
    assert {each.status_code for each in doors(reader, number)} == {403}
    assert {each.status_code for each in windows(reader, number)} == {200}
    blind = callers.with_key(portfolio, scopes=["projects:read"])
    assert {each.status_code for each in windows(blind, number)} == {403}


def test_another_portfolios_scenario_is_not_found(ci):
    other = factories.a_portfolio()
    theirs = Scenario.objects.create(portfolio=other, name="Theirs")
    assert {each.status_code for each in doors(ci, theirs.pk)[1:]} == {404}
    assert {each.status_code for each in windows(ci, theirs.pk)[1:3]} == {404}
