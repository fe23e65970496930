"""To-dos by REST: the same rules as at every other door."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import projects, todos
from projects.models import Event, Todo
from tests import factories
from tests.factories import SYSTEM
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem


@pytest.fixture
def path(project):
    return f"projects/{project.key}/todos"


@pytest.fixture
def ada(portfolio):
    return factories.a_member(portfolio, "contributor", "Ada")


@pytest.fixture
def todo(project, ada):
    return todos.add(project.pk, text="Book the load test", owner=ada, due_on=date(2026, 12, 1), actor=SYSTEM)


def test_a_todo_is_added_read_changed_done_opened_again_and_removed(ci, project, path, ada):
    body = {"text": "Load test at twice the peak", "owner": ada.email, "due_on": "2027-01-15"}
    body |= {"link": "https://tracker.example.org/browse/ML-1", "source": "mitigation", "ref": "MP2"}
    made = ci.post(path, body)
    assert made.status_code == 201, made.content
    shown = made.json()
    person = {"id": ada.pk, "name": "Ada", "email": ada.email}
    assert shown == {
        **body,
        "id": shown["id"],
        "project": project.key,
        "owner": person,
        "created_at": shown["created_at"],
        "done_at": None,
        "done_by": None,
    }
    one = made["Location"].removeprefix("/api/v1/")
    assert ci.get(one).json() == shown
    assert ci.get(path).json() == {"items": [shown], "next_cursor": None}
    later = ci.patch(one, {"due_on": "2027-01-22", "owner": None}, If_Match="*")
    assert (later.status_code, later.json()) == (200, shown | {"due_on": "2027-01-22", "owner": None})
    done = ci.post(f"{one}/done")
    assert done.status_code == 200 and done.json()["done_at"] and done.json()["done_by"]["name"] == "CI robot"
    assert ci.post(f"{one}/done").json() == done.json()
    assert ci.get(path).json()["items"] == []
    assert ci.get(f"{path}?state=done").json()["items"] == [done.json()]
    assert ci.post(f"{one}/reopen").json()["done_at"] is None
    assert ci.delete(one).status_code == 204
    problem(ci.get(one), 404)
    problem(ci.delete(one), 404)
    kinds = Event.objects.filter(kind__startswith="todo.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["todo.added", "todo.edited", "todo.done", "todo.reopened", "todo.removed"]


def test_the_same_request_twice_adds_one(ci, path):
    first = ci.post(path, {"text": "Ask"}, Idempotency_Key="k1")
    again = ci.post(path, {"text": "Ask"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Todo.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["text"]),
        ({"text": "  "}, ["text"]),
        ({"text": None}, ["text"]),
        ({"text": ["a"]}, ["text"]),
        ({"text": "x" * 301}, ["text"]),
        ({"text": "a\u0000b"}, ["text"]),
        ({"text": "a", "owner": "nobody@example.org"}, ["owner"]),
        ({"text": "a", "owner": 7}, ["owner"]),
        ({"text": "a", "due_on": "2026-13-01"}, ["due_on"]),
        ({"text": "a", "due_on": "1905-01-01"}, ["due_on"]),
        ({"text": "a", "link": "https://example.org/" + "x" * 500}, ["link"]),
        ({"text": "a", "source": "dream"}, ["source"]),
        ({"text": "a", "ref": "x" * 21}, ["ref"]),
        ({"text": "a", "done_at": "2026-01-01T00:00:00Z"}, ["done_at"]),
        ({"text": "", "due_on": "soon", "priority": 1}, ["priority"]),
    ],
)
def test_a_body_that_is_wrong_names_its_fields_and_stores_nothing(ci, path, body, fields):
    assert fields_of(problem(ci.post(path, body), 400)) == fields
    assert not Todo.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"link": "javascript:alert(1)"}, "link"),
        ({"source": "mitigation", "ref": "XX9"}, "ref"),
        ({"source": "gate", "ref": "G99"}, "ref"),
        ({"source": "blocker", "ref": "77"}, "ref"),
        ({"ref": "WP1"}, "ref"),
    ],
)
def test_what_does_not_fit_the_project_is_refused_with_field_and_fix(ci, path, body, field):
    found = problem(ci.post(path, {"text": "Ask", **body}), 409)
    (obstacle,) = found["obstacles"]
    assert (found["code"], obstacle["field"]) == ("todo_refused", field)
    assert obstacle["remedy"]
    assert not Todo.objects.exists()


def test_who_has_left_cannot_be_named(ci, path, todo, ada):
    ada.is_active = False
    ada.save()
    assert fields_of(problem(ci.post(path, {"text": "Ask", "owner": ada.email}), 400)) == ["owner"]
    refused = ci.patch(f"todos/{todo.pk}", {"owner": ada.email}, If_Match="*")
    assert fields_of(problem(refused, 400)) == ["owner"]


def test_a_viewer_reads_and_may_not_write(viewer, path, todo):
    assert viewer.get(path).status_code == 200
    assert viewer.get(f"todos/{todo.pk}").status_code == 200
    attempts = [
        viewer.post(path, {"text": "Ask"}),
        viewer.patch(f"todos/{todo.pk}", {"text": "Ask"}, If_Match="*"),
        viewer.post(f"todos/{todo.pk}/done"),
        viewer.post(f"todos/{todo.pk}/reopen"),
        viewer.delete(f"todos/{todo.pk}"),
    ]
    for attempt in attempts:
        problem(attempt, 403)
    assert Todo.objects.get().done_at is None


def test_a_stranger_finds_nothing(stranger, path, todo):
    attempts = [
        stranger.get(path),
        stranger.post(path, {"text": "Ask"}),
        stranger.get(f"todos/{todo.pk}"),
        stranger.patch(f"todos/{todo.pk}", {"text": "Ask"}, If_Match="*"),
        stranger.post(f"todos/{todo.pk}/done"),
        stranger.post(f"todos/{todo.pk}/reopen"),
        stranger.delete(f"todos/{todo.pk}"),
    ]
    for attempt in attempts:
        problem(attempt, 404)
    assert stranger.get("todos").json()["items"] == []
    problem(callers.Caller().get("todos"), 401)


def test_a_key_needs_the_scope(portfolio, path, todo):
    reader = callers.with_key(portfolio, scopes=["projects:read"])
    assert reader.get("todos").status_code == 200
    for attempt in (reader.post(path, {"text": "Ask"}), reader.post(f"todos/{todo.pk}/done")):
        assert problem(attempt, 403)["code"] == "scope_missing"
    writer = callers.with_key(portfolio, scopes=["todos:write"])
    assert writer.post(path, {"text": "Ask"}).status_code == 201
    problem(writer.get("todos"), 403)


def test_mine_are_those_that_the_caller_owns(ada, project, portfolio, todo):
    todos.add(project.pk, text="Somebody else's", actor=SYSTEM)
    caller = callers.SignedIn(ada)
    assert [row["text"] for row in caller.get("todos?mine=1").json()["items"]] == ["Book the load test"]
    assert len(caller.get("todos").json()["items"]) == 2
    assert callers.with_key(portfolio).get("todos?mine=true").json()["items"] == []


@pytest.mark.parametrize(
    "query", ["state=nonsense", "mine=perhaps", "limit=0", "cursor=x", "colour=red", "state=%00"]
)
def test_a_wrong_parameter_is_named(ci, query):
    assert fields_of(problem(ci.get(f"todos?{query}"), 400)) == [query.split("=")[0]]


def test_ids_that_fit_no_column_are_not_found(ci):
    for number in ("0", "-1", "9" * 19, "x", "1e3"):
        problem(ci.get(f"todos/{number}"), 404)


def test_an_archived_project_refuses(ci, project, path, todo):
    projects.archive(project.pk, actor=SYSTEM)
    assert problem(ci.post(path, {"text": "Ask"}), 409)["code"] == "archived"
    assert problem(ci.post(f"todos/{todo.pk}/done"), 409)["code"] == "archived"


def test_a_list_takes_as_many_queries_with_twenty_as_with_one(ci, project, ada, path, todo):
    def counted():
        found = []
        for address in (path, "todos"):
            with CaptureQueriesContext(connection) as queries:
                assert ci.get(address).status_code == 200
            found.append(len(queries))
        return found

    ci.get("todos")  # the first request notes that the key is in use
    with_one = counted()
    for each in range(19):
        todos.add(project.pk, text=f"Ask {each}", owner=ada, actor=SYSTEM)
    assert counted() == with_one


def test_parts_of_a_list_follow_each_other(ci, project, path):
    for number in range(5):
        todos.add(project.pk, text=f"Ask {number}", actor=SYSTEM)
    first = ci.get(f"{path}?limit=3").json()
    rest = ci.get(f"{path}?limit=3&cursor={first['next_cursor']}").json()
    assert [row["text"] for row in first["items"] + rest["items"]] == [f"Ask {number}" for number in range(5)]
    assert rest["next_cursor"] is None
