"""Moves by REST: what a pipeline posts, and every answer it can get."""

from datetime import UTC, datetime, timedelta

import pytest

from projects.actions import projects
from projects.models import Event, Move, Project
from tests import factories
from tests.projects.api.callers import problem, with_key


@pytest.fixture
def path(project):
    return f"projects/{project.key}/moves"


def test_one_step_forward_needs_no_kind(ci, project, path):
    answer = ci.post(path, {"to": "framing"})
    assert answer.status_code == 201
    said = answer.json()
    assert (said["result"], said["plan"]["gates"]) == ("moved", ["G0"])
    assert said["move"]["from_stage"] == "idea"
    assert said["move"]["by"]["name"] == "CI robot"
    project.refresh_from_db()
    assert (project.stage, answer["ETag"]) == ("framing", f'"{project.version}"')


def test_the_event_names_door_service_account_and_request(ci, project, path):
    answer = ci.post(path, {"to": "framing"})
    event = Event.objects.get(kind="stage.advanced")
    assert (event.door, event.by_machine, event.actor.is_service) == ("api", True, True)
    assert event.request_id == answer["X-Request-ID"]


def test_the_same_stage_again_is_no_change_and_no_error(ci, path):
    ci.post(path, {"to": "framing"})
    answer = ci.post(path, {"to": "framing"})
    assert (answer.status_code, answer.json()["result"], answer.json()["move"]) == (200, "no_change", None)
    assert Move.objects.count() == 1


def test_a_closed_gate_answers_every_obstacle_and_changes_nothing(ci, project, path):
    for stage in ("framing", "data"):
        assert ci.post(path, {"to": stage}).status_code == 201
    before = Event.objects.count()
    found = problem(ci.post(path, {"to": "poc"}), 409)
    assert found["code"] == "gate_closed"
    assert len(found["obstacles"]) > 1
    for obstacle in found["obstacles"]:
        assert set(obstacle) == {"code", "message", "remedy", "field"}
        assert obstacle["remedy"]
    project.refresh_from_db()
    assert (project.stage, Event.objects.count()) == ("data", before)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(ci, project, path):
    before = Event.objects.count()
    answer = ci.post(f"{path}?dry_run=true", {"to": "framing"})
    assert (answer.status_code, answer.json()["result"]) == (200, "would_move")
    assert answer.json()["plan"]["to_stage"] == "framing"
    problem(ci.post(f"{path}?dry_run=true", {"to": "pilot"}), 409)
    project.refresh_from_db()
    assert (project.stage, project.version, Event.objects.count()) == ("idea", 1, before)


def test_an_external_id_moves_once(ci, project, path):
    body = {"to": "framing", "source": "ci", "external_id": "build-1"}
    assert ci.post(path, body).status_code == 201
    again = ci.post(path, body)
    assert (again.status_code, again.json()["result"]) == (200, "made_before")
    other = problem(ci.post(path, {**body, "note": "Another."}), 409)
    assert other["code"] == "external_id_reused"
    assert Move.objects.count() == 1


def test_hold_and_resume(ci, project, path):
    manager = factories.a_member(project.portfolio, "manager")
    until = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
    body = {"kind": "hold", "note": "No budget.", "until": until, "approver": manager.email}
    answer = ci.post(path, body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["move"]["approver"]["email"] == manager.email
    assert ci.get(f"projects/{project.key}").json()["resume_on"] == until
    assert ci.post(path, {"kind": "resume"}).status_code == 201


def test_back_stop_and_restart(ci, path):
    ci.post(path, {"to": "framing"})
    needs = problem(ci.post(path, {"kind": "back", "to": "idea"}), 409)
    assert {obstacle["field"] for obstacle in needs["obstacles"]} == {"reason_code", "note"}
    back = {"kind": "back", "to": "idea", "reason_code": "pivot", "note": "Another goal."}
    assert ci.post(path, back).status_code == 201
    stopped = ci.post(path, {"kind": "stop", "reason_code": "budget"})
    assert (stopped.status_code, stopped.json()["plan"]["outcome"]) == (201, "stopped")
    assert ci.post(path, {"kind": "restart"}).json()["plan"]["to_stage"] == "framing"


def test_moves_are_listed_newest_first_in_parts(ci, path):
    ci.post(path, {"to": "framing"})
    ci.post(path, {"kind": "back", "to": "idea", "reason_code": "pivot", "note": "x"})
    first = ci.get(f"{path}?limit=1").json()
    second = ci.get(f"{path}?limit=1&cursor={first['next_cursor']}").json()
    assert [first["items"][0]["kind"], second["items"][0]["kind"]] == ["back", "advance"]
    assert second["next_cursor"] is None


def test_a_contributor_key_may_not_stop(project, path):
    contributor = with_key(project.portfolio, role="contributor")
    body = {"kind": "stop", "reason_code": "budget"}
    assert problem(contributor.post(path, body), 403)["code"] == "not_allowed"
    assert Project.objects.get().outcome == "open"


def test_an_archived_project_keeps_its_address(ci, project, path):
    projects.archive(project.pk, actor=factories.SYSTEM)
    assert ci.get(path).status_code == 200
