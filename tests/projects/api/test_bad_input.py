"""What makes no sense is answered 4xx with the field and the fix, never 500, and nothing is half saved."""

import json

import pytest
from django.test import Client

from projects.models import Event, Project
from tests.projects.api.callers import fields_of, problem

MOVES = "projects/COM-1/moves"
UPDATES = "projects/COM-1/updates"

pytestmark = pytest.mark.usefixtures("project")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (MOVES, {"too": "framing"}, "too"),
        (MOVES, {"kind": "fly"}, "kind"),
        (MOVES, {"to": 7, "until": "2027-02-30"}, "until"),
        (MOVES, {"until": "1905-01-01"}, "until"),
        (MOVES, {"approver": "nobody@example.org"}, "approver"),
        (MOVES, {"to": "framing", "external_id": "x"}, "source"),
        (MOVES, {"to": "x" * 10_000}, "to"),
        (MOVES, {"to": None}, "to"),
        (MOVES, [], "body"),
        (MOVES, '"framing"', "body"),
        (UPDATES, {"health": "on_track"}, "text"),
        (UPDATES, {"health": "unknown", "text": "a"}, "health"),
        (UPDATES, {"health": "on_track", "text": "  "}, "text"),
        (UPDATES, {"health": "on_track", "text": "a", "corrects": 2**63}, "corrects"),
        (UPDATES, {"health": "on_track", "text": {"a": "b"}}, "text"),
        ("projects", {"portfolio": "commerce", "name": "x" * 10_000}, "name"),
        ("projects", {"portfolio": "commerce", "name": " "}, "name"),
        ("projects", {"portfolio": "nowhere", "name": "a"}, "portfolio"),
        ("projects", {"portfolio": "commerce", "name": "a", "metric_target": "1e400"}, "metric_target"),
        ("projects", {"portfolio": "commerce", "name": "a", "unit": 999}, "unit"),
        ("projects", {"portfolio": "commerce", "name": "a", "owner": "x@example.org"}, "owner"),
        ("projects", {"portfolio": "commerce", "name": "a", "stage": "pilot"}, "stage"),
        ("projects/COM-1/team", {"role": "XX", "person": "x@example.org"}, "role"),
    ],
)
def test_a_wrong_field_is_named(ci, path, body, field):
    before = Event.objects.count()
    found = problem(ci.post(path, body), 400)
    assert field in fields_of(found)
    assert (Event.objects.count(), Project.objects.count()) == (before, 1)


def test_a_wrong_choice_is_answered_with_those_that_there_are(ci):
    (error,) = problem(ci.post(MOVES, {"kind": "fly"}), 400)["errors"]
    kinds = "advance, back, hold, resume, stop, restart, rollback, retire, recertify"
    assert error["message"] == f"Use one of {kinds}."


def test_an_unknown_stage_is_answered_with_those_that_there_are(ci):
    (obstacle,) = problem(ci.post(MOVES, {"to": "frming"}), 409)["obstacles"]
    assert obstacle["code"] == "unknown_stage"
    assert "idea, framing, data" in obstacle["remedy"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"to":',
        b"",
        b"{'to': 1}",
        b'{"to": NaN}',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_not_json_is_400(ci, body):
    if body:
        problem(ci.post(UPDATES, body), 400)
    else:
        assert fields_of(problem(ci.post(UPDATES, body), 400)) == ["health", "text"]


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "a\\udfff"])
def test_characters_that_no_database_keeps_are_refused_by_field(ci, bad):
    body = f'{{"health": "on_track", "text": "x{bad}"}}'
    assert fields_of(problem(ci.post(UPDATES, body), 400)) == ["text"]
    assert fields_of(problem(ci.post(UPDATES, f'{{"{bad}": "x"}}'), 400)) == ["body"]
    assert fields_of(problem(ci.post(UPDATES, f'{{"a": [{{"b": "{bad}"}}]}}'), 400)) == ["a.0.b"]


@pytest.mark.parametrize("text", ["🚢 a pair", "שלום עולם", "Ünïcödé", "a\\ud83d\\udea2b", "line\\nbreak"])
def test_every_script_is_kept_as_it_is(ci, text):
    sent = f'{{"health": "on_track", "text": "{text}"}}'
    assert ci.post(UPDATES, sent).json()["text"] == json.loads(sent)["text"]
    assert ci.get(UPDATES).json()["items"][0]["text"] == json.loads(sent)["text"]


def test_a_body_over_one_megabyte_is_413_and_is_not_read(ci):
    assert problem(ci.post(UPDATES, b"a" * (1024 * 1024 + 1)), 413)["code"] == "body_too_large"


def test_another_content_type_is_415(ci):
    form = ci.post(UPDATES, "health=on_track", **{"Content-Type": "application/x-www-form-urlencoded"})
    assert "application/json" in problem(form, 415)["detail"]


def test_a_body_without_its_length_is_411(ci):
    answer = ci.post(UPDATES, **{"Transfer-Encoding": "chunked"})
    assert problem(answer, 411)["code"] == "length_needed"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stge=pilot", "stge"),
        ("health=good", "health"),
        ("stage=%00", "stage"),
        ("q=a%00b", "q"),
        ("%00=1", "query"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=2", "limit"),
        ("order=colour", "order"),
        ("cursor=xxxx", "cursor"),
        ("cursor=%F0%9F%9A%A2", "cursor"),
        ("unit=99999999999999999999", "unit"),
        ("owner=anybody", "owner"),
        ("page=2", "page"),
    ],
)
def test_a_wrong_parameter_is_named(ci, query, field):
    assert field in fields_of(problem(ci.get(f"projects?{query}"), 400))


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "projects/",
        "projects/com-1",
        "projects/COM-0",
        "projects/COM-1%00",
        "projects/COM-" + "9" * 40,
    ],
)
def test_what_is_no_address_is_a_problem_too(ci, path):
    problem(ci.get(path), 404)
    problem(ci.get("/api/anything"), 404)
    browser = Client(enforce_csrf_checks=True)
    problem(browser.post("/api/anything", {}, content_type="application/json"), 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_405_with_those_that_there_are(ci, method):
    answer = ci(method, "projects")
    problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, POST"


def test_a_bug_is_a_problem_without_its_traceback(ci, monkeypatch):
    from projects.actions import moves

    monkeypatch.setattr(moves, "make", None)
    found = problem(ci.post(MOVES, {"to": "framing"}), 500)
    assert "Traceback" not in json.dumps(found)


def test_a_host_that_is_not_ours_is_a_problem(ci):
    assert problem(ci.get("projects", Host="evil.example"), 400)["code"] == "bad_request"
