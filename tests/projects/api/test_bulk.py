"""Many projects in one request: a result for each, or all or none; never more than one alone could do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Event, Project
from tests import factories
from tests.projects.api.callers import SignedIn, fields_of, problem, with_key

pytestmark = pytest.mark.django_db
# 15 to add a project with its scores and history, 12 to change one; both with the savepoint around it.
MOST_STATEMENTS_AN_ITEM = 18


def added(*names, **more):
    return {"items": [{"portfolio": "commerce", "name": name, **more} for name in names]}


@pytest.fixture
def projects(portfolio):
    return [factories.a_project(portfolio, name) for name in ("One", "Two", "Three")]


def changed(projects, **fields):
    return {"items": [{"key": each.key, "version": each.version, **fields} for each in projects]}


def test_every_item_has_its_result_in_the_order_of_the_request(ci, portfolio):
    body = {
        "items": [
            *added("One")["items"],
            {"portfolio": "commerce"},
            *added("Two")["items"],
            {"portfolio": "nowhere", "name": "x"},
        ]
    }
    answer = ci.post("projects/bulk", body)
    said = answer.json()
    assert (answer.status_code, said["done"], said["refused"]) == (200, 2, 2)
    assert [each["status"] for each in said["results"]] == [201, 400, 201, 400]
    assert [each["project"] and each["project"]["name"] for each in said["results"]] == [
        "One",
        None,
        "Two",
        None,
    ]
    assert fields_of(said["results"][1]["problem"]) == ["name"]
    assert fields_of(said["results"][3]["problem"]) == ["portfolio"]
    assert sorted(Project.objects.values_list("name", flat=True)) == ["One", "Two"]
    told = Event.objects.filter(kind="project.created").values_list("request_id", flat=True)
    assert set(told) == {answer["X-Request-ID"]}


def test_all_or_none_is_none_when_one_is_refused(ci, portfolio):
    body = {"items": [*added("One", "Two")["items"], {"portfolio": "commerce", "name": "x", "tier": "huge"}]}
    said = problem(ci.post("projects/bulk?atomic=true", body), 409)
    assert (said["code"], [each["index"] for each in said["results"]]) == ("bulk_refused", [2])
    assert not Project.objects.exists()
    assert not Event.objects.filter(kind="project.created").exists()
    assert ci.post("projects/bulk?atomic=true", added("One", "Two")).json()["done"] == 2


def test_many_projects_are_changed_each_by_the_version_that_was_read(ci, projects):
    body = changed(projects, problem="Slow.")
    body["items"][1]["version"] = 7
    body["items"] += [{"key": "COM-99", "version": None, "name": "x"}, {"key": projects[0].key, "name": "x"}]
    said = ci.patch("projects/bulk", body).json()
    assert [each["status"] for each in said["results"]] == [200, 412, 200, 404, 400]
    assert [each["project"] and each["project"]["version"] for each in said["results"]][:3] == [2, None, 2]
    assert list(Project.objects.order_by("pk").values_list("problem", flat=True)) == ["Slow.", "", "Slow."]
    anyway = ci.patch(
        "projects/bulk", {"items": [{"key": projects[1].key, "version": None, "problem": "Now."}]}
    )
    assert anyway.json()["done"] == 1


def test_the_same_project_twice_needs_the_version_that_the_first_one_made(ci, projects):
    item = {"key": projects[0].key, "version": 1}
    said = ci.patch("projects/bulk", {"items": [{**item, "name": "A"}, {**item, "name": "B"}]}).json()
    assert [each["status"] for each in said["results"]] == [200, 412]


@pytest.mark.parametrize(
    ("method", "make"),
    [("POST", lambda _: added("New")), ("PATCH", lambda projects: changed(projects, name="New"))],
)
def test_nobody_may_more_in_bulk_than_alone(portfolio, projects, viewer, stranger, method, make):
    def statuses(caller):
        return {each["status"] for each in caller(method, "projects/bulk", make(projects)).json()["results"]}

    assert statuses(viewer) == {403}
    assert statuses(stranger) == {400 if method == "POST" else 404}
    reader = with_key(portfolio, scopes=["projects:read"])
    assert statuses(reader) == {403}
    owner = SignedIn(factories.on_team(projects[0], "PO"))
    projects[0].refresh_from_db()
    if method == "PATCH":
        assert [
            each["status"] for each in owner.patch("projects/bulk", make(projects)).json()["results"]
        ] == [200, 404, 404]
    else:
        assert statuses(owner) <= {400, 403}
    assert Project.objects.filter(name="New").count() == (1 if method == "PATCH" else 0)


def test_a_repeated_request_takes_effect_once(ci, portfolio):
    headers = {"Idempotency-Key": "nightly-1"}
    first = ci.post("projects/bulk", added("One", "Two"), **headers)
    again = ci.post("projects/bulk", added("One", "Two"), **headers)
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert Project.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": [1]}, "items.0"),
        ({"items": [{}] * 501}, "items"),
        ({"items": [{}], "more": 1}, "more"),
        ({"items": {"key": "COM-1"}}, "items"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_that_makes_no_sense_is_refused_whole(ci, method, body, field):
    assert fields_of(problem(ci(method, "projects/bulk", body), 400)) == [field]


@pytest.mark.parametrize("atomic", ["", "?atomic=true"])
def test_what_an_item_costs_does_not_grow_with_their_number(ci, portfolio, atomic):
    def cost(number, method, make):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert ci(method, f"projects/bulk{atomic}", make(number)).json()["done"] == number
        return len(caught)

    few, many = (cost(number, "POST", lambda n: added(*[f"P{i}" for i in range(n)])) for number in (2, 12))
    assert (many - few) / 10 <= MOST_STATEMENTS_AN_ITEM
    rows = list(Project.objects.order_by("pk"))
    few = cost(2, "PATCH", lambda n: changed(rows[:n], problem="Slow."))
    many = cost(12, "PATCH", lambda n: changed(rows[2 : 2 + n], problem="Slow."))
    assert (many - few) / 10 <= MOST_STATEMENTS_AN_ITEM
