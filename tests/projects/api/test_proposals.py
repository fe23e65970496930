"""Proposals by REST: keys make them, people decide, and the refusal of a change is told with its reasons."""

import pytest

from projects.models import Move, Proposal, StatusUpdate
from tests import factories
from tests.projects.api.callers import SignedIn, fields_of, problem, with_key

UPDATE = {"kind": "update", "body": {"health": "on_track", "text": "All fine."}}
ONWARD = {"kind": "move", "body": {"to": "framing"}, "reason": "Build 4182 is green.", "cause": "build-4182"}


@pytest.fixture
def path(project):
    return f"projects/{project.key}/proposals"


@pytest.fixture
def maya(portfolio):
    return SignedIn(factories.a_member(portfolio, "contributor", "Maya"))


def test_a_key_proposes_and_a_person_confirms(ci, maya, project, path):
    made = ci.post(path, ONWARD)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert {name: shown[name] for name in ONWARD} == ONWARD
    assert (shown["says"], shown["state"]) == ("Advance from Idea to Framing", "open")
    assert shown["warnings"] and shown["by"]["name"] == "CI robot" and shown["project"] == project.key
    one = made["Location"].removeprefix("/api/v1/")
    assert ci.get(one).json() == shown
    (listed,) = ci.get(path).json()["items"]
    assert listed == {name: shown[name] for name in listed} and "obstacles" not in listed
    assert not Move.objects.exists()
    done = maya.post(f"{one}/confirm")
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    assert done.json()["decided_by"]["name"] == Move.objects.get().actor.name == "Maya"
    assert ci.get(path).json()["items"] == []
    (kept,) = ci.get(f"{path}?state=confirmed").json()["items"]
    assert kept["says"] == "Advance to Framing"


def test_the_same_cause_is_answered_with_the_proposal_that_is_there(ci, path):
    first = ci.post(path, ONWARD)
    again = ci.post(path, ONWARD)
    assert (again.status_code, again.json()) == (200, first.json())
    other = ci.post(path, UPDATE)
    assert ci.post(path, UPDATE).json()["id"] == other.json()["id"]
    assert Proposal.objects.count() == 2


def test_a_key_decides_nothing(ci, path):
    one = ci.post(path, UPDATE)["Location"].removeprefix("/api/v1/")
    for verb, body in (("confirm", None), ("decline", {})):
        assert problem(ci.post(f"{one}/{verb}", body), 403)["code"] == "person_needed"
    assert not StatusUpdate.objects.exists()


def test_what_is_wrong_is_named_by_field(ci, path):
    wrong = {"kind": "update", "body": {"health": "splendid", "corrects": 7}}
    found = problem(ci.post(path, wrong), 400)
    assert sorted(fields_of(found)) == ["body.corrects", "body.health", "body.text"]
    assert fields_of(problem(ci.post(path, {"kind": "delete", "body": {}}), 400)) == ["kind"]
    late = {**UPDATE, "expires_at": "2099-01-01T00:00:00Z"}
    assert fields_of(problem(ci.post(path, late), 400)) == ["expires_at"]


def test_a_gate_that_is_closed_leaves_it_open_and_says_what_is_missing(portfolio, project, path, maya):
    factories.strict_gates(portfolio)
    project.workflow = portfolio.workflow
    project.save(update_fields=["workflow"])
    one = with_key(portfolio).post(path, ONWARD)
    shown = one.json()
    assert shown["obstacles"] and shown["obstacles"][0]["remedy"]
    address = one["Location"].removeprefix("/api/v1/")
    refused = problem(maya.post(f"{address}/confirm"), 409)
    assert refused["code"] == "gate_closed"
    assert refused["obstacles"] == shown["obstacles"]
    assert maya.get(address).json()["state"] == "open"


def test_a_person_declines_with_a_word(ci, maya, path):
    one = ci.post(path, UPDATE)["Location"].removeprefix("/api/v1/")
    said = maya.post(f"{one}/decline", {"note": "After the holidays."}).json()
    assert (said["state"], said["note"]) == ("declined", "After the holidays.")
    assert problem(maya.post(f"{one}/confirm"), 409)["code"] == "proposal_decided"


def test_every_door(portfolio, project, path, viewer, stranger, ci):
    one = ci.post(path, UPDATE)["Location"].removeprefix("/api/v1/")
    for method, address, body in (
        ("POST", path, ONWARD),
        ("POST", f"{one}/confirm", None),
        ("POST", f"{one}/decline", {}),
    ):
        problem(stranger(method, address, body), 404)
        problem(viewer(method, address, body), 403)
        narrow = with_key(portfolio, scopes=["projects:read"])
        assert problem(narrow(method, address, body), 403)["code"] in ("scope_missing", "person_needed")
    for address in (path, one):
        problem(stranger.get(address), 404)
        assert viewer.get(address).status_code == 200
        writer = with_key(portfolio, scopes=["proposals:write"])
        assert problem(writer.get(address), 403)["code"] == "scope_missing"
    assert Proposal.objects.get().state == "open"
