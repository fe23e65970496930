"""Projects by REST: listed, added, read and changed."""

import pytest

from projects.actions import projects
from projects.models import BusinessUnit, Project
from tests import factories
from tests.projects.api.callers import fields_of, problem


def keys_of(answer):
    return [row["key"] for row in answer.json()["items"]]


def test_a_project_is_added_with_everything_that_is_known(ci, portfolio):
    owner = factories.a_member(portfolio, "contributor", "Ada")
    unit = BusinessUnit.objects.create(portfolio=portfolio, name="Claims")
    body = {
        "portfolio": "commerce",
        "name": "  Claims triage ",
        "owner": owner.email.upper(),
        "unit": unit.pk,
        "llm": True,
        "metric_target": "12.50",
        "committed_on": "2027-03-01",
    }
    answer = ci.post("projects", body)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert answer["Location"] == f"/api/v1/projects/{said['key']}"
    assert (said["name"], said["owner"]["name"], said["unit"]["name"]) == ("Claims triage", "Ada", "Claims")
    assert (said["llm"], said["vendor"], said["metric_target"]) == (True, None, "12.5")
    assert ci.get(answer["Location"]).json() == said


def test_a_project_of_the_list_is_the_same_as_alone(ci, project):
    (row,) = ci.get("projects").json()["items"]
    alone = ci.get(f"projects/{project.key}").json()
    assert row.items() <= alone.items()


def test_a_change_needs_if_match(ci, project):
    assert problem(ci.patch(f"projects/{project.key}", {"name": "B"}), 428)["code"] == "if_match_needed"
    answer = ci.patch(f"projects/{project.key}", {"name": "B"}, **{"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"], answer.json()["name"]) == (200, '"2"', "B")


@pytest.mark.parametrize("said", ['W/"1"', '"7", "1"', "*", '"1"'])
def test_weak_marks_lists_and_any_version_match(ci, project, said):
    assert ci.patch(f"projects/{project.key}", {"name": "B"}, **{"If-Match": said}).status_code == 200


@pytest.mark.parametrize("said", ['"0"', '"999"', "nonsense", '"nonsense"', 'W/"3"'])
def test_a_stale_change_is_412_with_what_changed(ci, project, said):
    projects.edit(project.pk, version=1, actor=factories.SYSTEM, problem="Too slow.")
    found = problem(ci.patch(f"projects/{project.key}", {"name": "B"}, **{"If-Match": said}), 412)
    assert found["code"] == "stale"
    project.refresh_from_db()
    assert project.name == "Claims triage"
    stale = problem(ci.patch(f"projects/{project.key}", {"name": "B"}, **{"If-Match": '"1"'}), 412)
    (change,) = stale["obstacles"]
    assert (change["field"], change["before"], change["after"]) == ("problem", "", "Too slow.")


def test_what_is_not_named_stays(ci, project):
    ci.patch(f"projects/{project.key}", {"problem": "Slow.", "vendor": False}, **{"If-Match": "*"})
    ci.patch(f"projects/{project.key}", {"name": "B"}, **{"If-Match": "*"})
    project.refresh_from_db()
    assert (project.problem, project.vendor, project.name) == ("Slow.", False, "B")


def test_an_empty_change_is_no_change(ci, project):
    answer = ci.patch(f"projects/{project.key}", {}, **{"If-Match": '"1"'})
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')


def test_stage_and_health_are_not_changed_by_patch(ci, project):
    found = problem(
        ci.patch(f"projects/{project.key}", {"stage": "pilot", "health": "on_track"}, **{"If-Match": "*"}),
        400,
    )
    assert set(fields_of(found)) == {"stage", "health"}


@pytest.mark.parametrize("order", ["created", "-created", "name", "-name", "since", "-since"])
def test_every_order_is_read_in_parts_without_gap_or_repetition(ci, portfolio, order):
    for name in ["Delta", "alpha", "Bravo", "Bravo", "Ünder", "Charlie", "echo"]:
        factories.a_project(portfolio, name)
    whole = keys_of(ci.get(f"projects?order={order}"))
    assert len(whole) == 7
    found, cursor = [], ""
    while cursor is not None:
        answer = ci.get(f"projects?order={order}&limit=2&cursor={cursor}")
        found += keys_of(answer)
        cursor = answer.json()["next_cursor"]
    assert found == whole
    assert keys_of(ci.get(f"projects?order={order.removeprefix('-')}")) == (
        whole[::-1] if order.startswith("-") else whole
    )


def test_a_cursor_of_another_order_is_refused(ci, portfolio):
    for name in "ABC":
        factories.a_project(portfolio, name)
    cursor = ci.get("projects?limit=1").json()["next_cursor"]
    assert fields_of(problem(ci.get(f"projects?order=name&cursor={cursor}"), 400)) == ["cursor"]


def test_the_filters_are_those_of_the_register(ci, portfolio):
    first, second = (
        factories.a_project(portfolio, "Claims triage"),
        factories.a_project(portfolio, "Straße prüfen"),
    )
    ci.post(f"projects/{first.key}/moves", {"to": "framing"})
    assert keys_of(ci.get("projects?stage=framing")) == [first.key]
    assert keys_of(ci.get("projects?stage=framing,idea")) == [first.key, second.key]
    assert keys_of(ci.get("projects?q=STRASSE")) == [second.key]
    assert keys_of(ci.get("projects?health=unknown&portfolio=commerce")) == [first.key, second.key]
    assert keys_of(ci.get("projects?portfolio=elsewhere")) == []
    projects.archive(second.pk, actor=factories.SYSTEM)
    assert keys_of(ci.get("projects")) == [first.key]
    assert keys_of(ci.get("projects?archived=only")) == [second.key]


def test_the_list_costs_the_same_for_one_and_for_twenty(ci, portfolio, django_assert_num_queries):
    factories.a_project(portfolio)
    ci.get("projects")  # notes the use of the key, once a minute
    for count in (1, 20):
        while Project.objects.count() < count:
            factories.a_project(portfolio)
        with django_assert_num_queries(2):  # the key, the projects
            assert len(keys_of(ci.get("projects?limit=200"))) == count


def test_portfolios_tell_their_workflow(ci):
    said = ci.get("portfolios/commerce").json()
    assert said["workflow"]["stages"][0] == {
        "code": "idea",
        "label": "Idea",
        "standard": "idea",
        "gate": "G0",
    }
    assert {"code": "pivot", "label": "Pivot to another goal"} in said["workflow"]["back_reasons"]
    assert [row["slug"] for row in ci.get("portfolios").json()["items"]] == ["commerce"]
