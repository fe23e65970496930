"""Many blockers, to-dos and updates in one request: a result for each, and never more than one alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Blocker, Event, StatusUpdate, Todo
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key
from tests.races import at_once

pytestmark = pytest.mark.django_db
RAISED = {"title": "No pilot, because no date", "category": "security_review", "severity": "high"}
SAID = {
    "todos": {"text": "Ask the vendor"},
    "blockers": RAISED,
    "updates": {"health": "on_track", "text": "Fine."},
}
CHANGES = {"todos": {"text": "Ask again"}, "blockers": {"waiting_for": "The regulator"}}
MODELS = {"todos": Todo, "blockers": Blocker, "updates": StatusUpdate}
SCOPES = {"todos": "todos:write", "blockers": "blockers:write", "updates": "updates:write"}
WRONG = {"todos": "text", "blockers": "title", "updates": "text"}
# Each with its savepoint, history and flags; a blocker with its clock, scores and whom it waits for.
MOST_STATEMENTS = {
    "POST": {"todos": 9, "blockers": 45, "updates": 22},
    "PATCH": {"todos": 12, "blockers": 25},
}


@pytest.fixture
def projects(portfolio):
    return [factories.a_project(portfolio, name) for name in ("One", "Two", "Three")]


def new(noun, projects, **more):
    return {"items": [{"project": each.key, **SAID[noun], **more} for each in projects]}


def read(caller, noun, rows):
    """What a caller has to name of rows to change them."""
    if noun == "todos":
        return [{"id": pk, "etag": caller.get(f"todos/{pk}")["ETag"]} for pk in rows]
    return [{"id": pk, "version": caller.get(f"blockers/{pk}").json()["version"]} for pk in rows]


def changed(caller, noun, rows):
    return {"items": [{**each, **CHANGES[noun]} for each in read(caller, noun, rows)]}


def made(caller, noun, projects):
    results = caller.post(f"{noun}/bulk", new(noun, projects)).json()["results"]
    return [each[noun[:-1]]["id"] for each in results]


def statuses(answer):
    return [each["status"] for each in answer.json()["results"]]


@pytest.mark.parametrize("noun", SAID)
def test_every_new_item_has_its_result_in_the_order_of_the_request(ci, projects, noun):
    body = new(noun, projects[::-1])
    body["items"][1:1] = [
        {"project": projects[0].key},
        {**SAID[noun], "project": "COM-99"},
        {**SAID[noun], "project": projects[0].key, "x": 1},
    ]
    answer = ci.post(f"{noun}/bulk", body)
    assert (answer.status_code, answer.json()["done"], answer.json()["refused"]) == (200, 3, 3)
    assert statuses(answer) == [201, 400, 404, 400, 201, 201]
    results = answer.json()["results"]
    assert WRONG[noun] in fields_of(results[1]["problem"])
    assert fields_of(results[3]["problem"]) == ["x"]
    shown = [each[noun[:-1]] for each in results if each["status"] == 201]
    assert [row["id"] for row in shown] == [results[place][noun[:-1]]["id"] for place in (0, 4, 5)]
    alone = ci.get(f"projects/{projects[2].key}/{noun}").json()["items"]
    assert alone == [shown[0]]
    assert MODELS[noun].objects.count() == 3


@pytest.mark.parametrize("noun", SAID)
def test_all_or_none_is_none_when_one_is_refused(ci, projects, noun):
    body = new(noun, projects)
    body["items"][2]["project"] = "COM-99"
    before = Event.objects.count()
    said = problem(ci.post(f"{noun}/bulk?atomic=true", body), 409)
    assert (said["code"], [each["index"] for each in said["results"]]) == ("bulk_refused", [2])
    assert not MODELS[noun].objects.exists()
    assert Event.objects.count() == before
    assert ci.post(f"{noun}/bulk?atomic=true", new(noun, projects)).json()["done"] == 3


@pytest.mark.parametrize("noun", CHANGES)
def test_each_is_changed_by_the_state_that_was_read(ci, projects, noun):
    ids = made(ci, noun, projects)
    body = changed(ci, noun, ids)
    assert ci.patch(f"{noun}/bulk", {"items": [body["items"][1]]}).json()["done"] == 1
    body["items"] += [{**body["items"][0], "id": 999}, {"id": ids[0], **CHANGES[noun]}]
    answer = ci.patch(f"{noun}/bulk", body)
    assert statuses(answer) == [200, 412, 200, 404, 400]
    [field] = CHANGES[noun]
    assert answer.json()["results"][0][noun[:-1]][field] == CHANGES[noun][field]
    state = "etag" if noun == "todos" else "version"
    again = ci.patch(f"{noun}/bulk", {"items": [{"id": ids[1], state: None, field: "Whatever it is"}]})
    assert again.json()["results"][0][noun[:-1]][field] == "Whatever it is"


@pytest.mark.parametrize("noun", CHANGES)
def test_the_same_one_twice_needs_the_state_that_the_first_change_made(ci, projects, noun):
    [item] = changed(ci, noun, made(ci, noun, projects[:1]))["items"]
    [field] = CHANGES[noun]
    answer = ci.patch(f"{noun}/bulk", {"items": [{**item, field: "A"}, {**item, field: "B"}]})
    assert statuses(answer) == [200, 412]


@pytest.mark.parametrize("noun", SAID)
def test_nobody_may_add_more_in_bulk_than_alone(portfolio, projects, viewer, stranger, noun):
    path, body = f"{noun}/bulk", new(noun, projects)
    problem(Caller().post(path, body), 401)
    assert statuses(viewer.post(path, body)) == [403] * 3
    assert statuses(stranger.post(path, body)) == [404] * 3
    others = [
        scope for scope in ("projects:read", "projects:write", *SCOPES.values()) if scope != SCOPES[noun]
    ]
    refused = with_key(portfolio, scopes=others).post(path, body).json()["results"]
    assert {each["problem"]["code"] for each in refused} == {"scope_missing"}
    assert with_key(portfolio, scopes=[SCOPES[noun]]).post(path, body).json()["done"] == 3
    owner = SignedIn(factories.on_team(projects[0], "PO"))
    assert statuses(owner.post(path, body)) == [201, 404, 404]


@pytest.mark.parametrize("noun", CHANGES)
def test_nobody_may_change_more_in_bulk_than_alone(ci, portfolio, projects, viewer, stranger, noun):
    path, body = f"{noun}/bulk", changed(ci, noun, made(ci, noun, projects))
    problem(Caller().patch(path, body), 401)
    assert statuses(viewer.patch(path, body)) == [403] * 3
    assert statuses(stranger.patch(path, body)) == [404] * 3
    refused = with_key(portfolio, scopes=["projects:read"]).patch(path, body).json()["results"]
    assert {each["problem"]["code"] for each in refused} == {"scope_missing"}
    owner = SignedIn(factories.on_team(projects[0], "PO"))
    assert statuses(owner.patch(path, body)) == [200, 404, 404]


@pytest.mark.parametrize("noun", SAID)
def test_a_repeated_request_takes_effect_once(ci, projects, noun):
    headers = {"Idempotency-Key": "nightly-1"}
    first = ci.post(f"{noun}/bulk", new(noun, projects), **headers)
    again = ci.post(f"{noun}/bulk", new(noun, projects), **headers)
    assert (again["Idempotency-Replayed"], again.json()) == ("true", first.json())
    assert MODELS[noun].objects.count() == 3


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [1]}, {"items": [{}] * 501}, []])
@pytest.mark.parametrize("noun", SAID)
def test_a_body_that_makes_no_sense_is_refused_whole(ci, noun, body):
    for method in ("POST", "PATCH") if noun in CHANGES else ("POST",):
        problem(ci(method, f"{noun}/bulk", body), 400)


def test_items_that_name_nothing_real_are_refused_one_by_one(ci, projects):
    items = [{"id": value, "etag": None} for value in (True, [], {}, -1, 2**70, "x", None)]
    assert set(statuses(ci.patch("todos/bulk", {"items": items}))) == {400}
    strange = [{"project": value, "affected": [1, None, {}], **RAISED} for value in (1, [], {}, None)]
    assert statuses(ci.post("blockers/bulk", {"items": strange})) == [400] * 4


def test_what_stops_two_projects_is_raised_for_both(ci, projects):
    body = new("blockers", projects[:1], affected=[projects[1].key])
    [row] = ci.post("blockers/bulk", body).json()["results"]
    assert row["blocker"]["affected"] == [projects[1].key]
    refused = ci.post("blockers/bulk", new("blockers", projects[:1], affected=["COM-99"])).json()["results"]
    assert fields_of(refused[0]["problem"]) == ["affected"]


@pytest.mark.parametrize("noun", SAID)
def test_what_an_item_costs_does_not_grow_with_their_number(ci, portfolio, noun):
    rows = [factories.a_project(portfolio, f"P{place}") for place in range(14)]

    def cost(method, body):
        with CaptureQueriesContext(connection) as caught:
            assert ci(method, f"{noun}/bulk", body).json()["refused"] == 0
        return len(caught)

    few, many = cost("POST", new(noun, rows[:2])), cost("POST", new(noun, rows[2:]))
    assert (many - few) / 10 <= MOST_STATEMENTS["POST"][noun]
    if noun in CHANGES:
        ids = list(MODELS[noun].objects.order_by("pk").values_list("pk", flat=True))
        few, many = cost("PATCH", changed(ci, noun, ids[:2])), cost("PATCH", changed(ci, noun, ids[2:]))
        assert (many - few) / 10 <= MOST_STATEMENTS["PATCH"][noun]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_requests_that_meet_take_turns(ci, projects):
    one, two, three = projects
    crossed = [
        [new("blockers", [one], affected=[three.key]), new("blockers", [two])],
        [new("blockers", [two], affected=[three.key]), new("blockers", [three], affected=[one.key])],
    ]

    def asked(bodies, key):
        items = [item for body in bodies for item in body["items"]]
        again = Caller()
        again.headers = {**ci.headers, "Idempotency-Key": key}
        return lambda: again.post("blockers/bulk?atomic=true", {"items": items})

    for turn in range(4):
        answers = at_once(*(asked(bodies, f"{turn}-{place}") for place, bodies in enumerate(crossed)))
        assert [answer.json().get("done") for answer in answers] == [2, 2]
    assert Blocker.objects.count() == 16


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("noun", CHANGES)
def test_of_two_who_have_read_the_same_one_is_told(ci, projects, noun):
    body = changed(ci, noun, made(ci, noun, projects[:1]))
    [field] = CHANGES[noun]

    def asked(value):
        again = Caller()
        again.headers = ci.headers
        return lambda: again.patch(f"{noun}/bulk", {"items": [{**body["items"][0], field: value}]})

    answers = at_once(asked("First"), asked("Second"))
    assert sorted(statuses(answer)[0] for answer in answers) == [200, 412]
