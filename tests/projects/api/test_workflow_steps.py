"""Versions of a workflow: read, published, adopted; what gates ask people to state; an update unsaid."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from projects.actions import workflows
from projects.models import Event, Move, Project, StatusUpdate, WorkflowVersion
from projects.rules import presets
from projects.rules import workflow as rules
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

pytestmark = pytest.mark.django_db
HOME = "portfolios/commerce/workflow"


def published(portfolio, name):
    version = workflows.publish(
        portfolio.pk, definition=rules.dump(presets.workflow(name)), actor=factories.SYSTEM
    )
    portfolio.refresh_from_db()
    return version


@pytest.fixture
def poc(portfolio, project):
    """A project in a stage that the lean workflow lacks."""
    lacking = {stage.code for stage in presets.workflow("standard").stages} - {
        stage.code for stage in presets.workflow("lean").stages
    }
    code = min(lacking)
    Project.objects.filter(pk=project.pk).update(stage=code, furthest_stage=code)
    published(portfolio, "lean")
    return code


def test_versions_are_listed_and_read_whole(ci, portfolio, project):
    published(portfolio, "lean")
    listed = ci.get(f"{HOME}/versions").json()["items"]
    assert [(row["number"], row["is_current"], row["projects"]) for row in listed] == [
        (2, True, 0),
        (1, False, 1),
    ]
    one = ci.get(f"{HOME}/versions/1").json()
    assert {name: one[name] for name in listed[1]} == listed[1]
    assert rules.parse(one["document"]) == presets.workflow("standard")
    problem(ci.get(f"{HOME}/versions/3"), 404)
    problem(ci.get(f"{HOME}/versions/99999999999999"), 404)


def test_what_adopting_would_do_is_said_before_it_is_done(ci, portfolio, project, poc):
    other = factories.a_project(portfolio)
    Project.objects.filter(pk=other.pk).update(workflow=WorkflowVersion.objects.get(number=1))
    before = (Event.objects.count(), Move.objects.count())
    first = ci.get(f"{HOME}/adoption").json()
    assert [(row["version"], row["stage"], row["projects"]) for row in first["gone"]] == [(1, poc, 1)]
    rows = {row["project"]: row for row in first["projects"]}
    assert (rows[project.key]["to"], rows[project.key]["code"]) == (None, "stage_unmapped")
    assert (rows[other.key]["to"], rows[other.key]["code"]) == ("idea", None)
    target = presets.workflow("lean").stages[1].code
    body = {"stages": [{"version": 1, "stage": poc, "to": target}]}
    trial = ci.post(f"{HOME}/adoption?dry_run=true", body).json()
    assert (trial["result"], trial["moved"], trial["refused"], trial["left"]) == ("would_move", 2, 0, 0)
    assert (Event.objects.count(), Move.objects.count()) == before
    assert Project.objects.filter(workflow__number=2).count() == 0
    done = ci.post(f"{HOME}/adoption", body).json()
    assert (done["result"], done["projects"]) == ("moved", trial["projects"])
    project.refresh_from_db()
    assert (project.stage, project.workflow.number) == (target, 2)
    assert ci.get(f"{HOME}/adoption").json()["projects"] == []


def test_one_that_is_refused_leaves_the_others_alone(ci, portfolio, project, poc):
    other = factories.a_project(portfolio)
    Project.objects.filter(pk=other.pk).update(workflow=WorkflowVersion.objects.get(number=1))
    done = ci.post(f"{HOME}/adoption", {}).json()
    assert (done["moved"], done["refused"]) == (1, 1)
    assert [row["project"] for row in ci.get(f"{HOME}/adoption").json()["projects"]] == [project.key]
    named = ci.post(f"{HOME}/adoption", {"projects": [other.key, "COM-99"]}).json()
    assert named["projects"] == []
    wrong = {"stages": [{"version": 1, "stage": poc, "to": "nowhere"}]}
    assert fields_of(problem(ci.post(f"{HOME}/adoption", wrong), 400)) == ["stages.0.to"]


def test_a_repeated_adoption_is_answered_as_the_first(ci, portfolio, project):
    published(portfolio, "lean")
    first = ci.post(f"{HOME}/adoption", {}, **{"Idempotency-Key": "a"})
    again = ci.post(f"{HOME}/adoption", {}, **{"Idempotency-Key": "a"})
    assert (first.json()["moved"], again.json()) == (1, first.json())
    assert Event.objects.filter(kind="project.workflow_changed").count() == 1


def test_projects_are_moved_by_managers(portfolio, project, viewer, stranger):
    published(portfolio, "lean")
    reader = with_key(portfolio, scopes=["portfolios:read", "portfolios:write"])
    for method in ("GET", "POST"):
        problem(Caller()(method, f"{HOME}/adoption"), 401)
        problem(stranger(method, f"{HOME}/adoption"), 404)
        problem(viewer(method, f"{HOME}/adoption"), 403)
        assert problem(reader(method, f"{HOME}/adoption"), 403)["code"] == "scope_missing"
    for tail in ("", "/1"):
        problem(stranger.get(f"{HOME}/versions{tail}"), 404)
        assert viewer.get(f"{HOME}/versions{tail}").status_code == 200


@pytest.fixture
def draft(portfolio, ci):
    text = ci.get(f"{HOME}/versions/1").json()["document"]
    text["label"] = "Ours"
    return ci("PUT", f"{HOME}/draft", {"document": text}).json()


def test_a_draft_is_reviewed_and_published_by_people(portfolio, ci, draft, viewer, stranger):
    manager = SignedIn(factories.a_member(portfolio, "manager"))
    chief = SignedIn(factories.a_member(portfolio, "administrator"))
    for tail in ("review", "publish"):
        said = {"version": draft["version"]}
        problem(Caller().post(f"{HOME}/draft/{tail}", said), 401)
        problem(stranger.post(f"{HOME}/draft/{tail}", said), 404)
        problem(viewer.post(f"{HOME}/draft/{tail}", said), 403)
    assert problem(ci.post(f"{HOME}/draft/review", said), 409)["code"] == "reviewer_machine"
    problem(manager.post(f"{HOME}/draft/publish", said), 403)
    assert manager.post(f"{HOME}/draft/review", {**said, "wrong": "Too short."}).status_code == 204
    assert problem(chief.post(f"{HOME}/draft/publish", said), 409)["code"] == "review_objects"
    assert manager.post(f"{HOME}/draft/review", said).status_code == 204
    problem(chief.post(f"{HOME}/draft/publish", {"version": draft["version"] + 1}), 409)
    assert fields_of(problem(chief.post(f"{HOME}/draft/publish", {}), 400)) == ["version"]
    made = chief.post(f"{HOME}/draft/publish", {**said, "note": "As agreed."})
    assert (made.status_code, made.json()["number"], made.json()["note"]) == (201, 2, "As agreed.")
    assert chief.get(made["Location"]).json() == made.json()
    problem(chief.get(f"{HOME}/draft"), 404)
    assert problem(chief.post(f"{HOME}/draft/publish", said), 409)["code"] == "draft_missing"


def test_people_state_what_gates_ask_for(portfolio, project, ci, viewer, stranger):
    path = f"projects/{project.key}/statements"
    rows = ci.get(path).json()["items"]
    assert rows
    assert all(row["holds"] is None and row["gates"] for row in rows)
    one = f"{path}/{rows[0]['name']}"
    said = {"holds": True, "text": "Rehearsed."}
    problem(Caller().post(one, said), 401)
    problem(stranger.post(one, said), 404)
    problem(viewer.post(one, said), 403)
    assert problem(ci.post(one, said), 403)["code"] == "person_needed"
    owner = SignedIn(factories.on_team(project, "PO"))
    made = owner.post(one, said)
    assert (made.status_code, made.json()["version"]["holds"]) == (201, True)
    assert owner.get(made["Location"]).json() == made.json()
    assert owner.post(one, said).status_code == 200
    assert ci.get(one).json() == {**rows[0], "holds": True, "evidence_id": made.json()["id"]}
    assert owner.post(one, {"holds": False, "text": "It broke."}).status_code == 201
    assert ci.get(one).json()["holds"] is False
    problem(owner.post(f"{path}/nothing", said), 404)
    problem(ci.get(f"{path}/nothing"), 404)
    assert fields_of(problem(owner.post(one, {}), 400)) == ["holds"]


def test_a_click_by_mistake_is_taken_back_by_whoever_made_it(project, ci, portfolio, viewer, stranger):
    path = f"projects/{project.key}/updates"
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        first = ci.post(path, {"health": "on_track", "text": "Fine."}).json()
    said = ci.post(f"{path}/no-change").json()
    one = f"{path}/{said['id']}"
    assert ci.get(one).json() == said
    problem(stranger.delete(one), 404)
    problem(viewer.delete(one), 403)
    assert problem(with_key(portfolio).delete(one), 409)["code"] == "not_taken_back"
    assert problem(ci.delete(f"{path}/{first['id']}"), 409)["code"] == "not_taken_back"
    elsewhere = factories.a_project(portfolio)
    problem(ci.delete(f"projects/{elsewhere.key}/updates/{said['id']}"), 404)
    problem(ci.delete(one, **{"If-Match": '"0"'}), 412)
    assert ci.delete(one, **{"If-Match": ci.get(one)["ETag"]}).status_code == 204
    problem(ci.get(one), 404)
    assert list(StatusUpdate.objects.values_list("pk", flat=True)) == [first["id"]]
