"""Signals and metric pairs by REST: declared by people, reported by what is live."""

import pytest

from projects.models import Event, Project
from tests import factories
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem

PAIR = {"offline": "recall_test", "online": "recall_live", "gap": "0.050", "ceiling": 0.95}


def kept(project):
    return Project.objects.values_list("signals", "metric_pairs").get(pk=project.pk)


def test_a_signal_is_declared_seen_listed_and_removed(ci, project):
    path = f"projects/{project.key}/signals"
    assert ci.get(path).json() == {"items": []}
    declared = ci("PUT", f"{path}/nightly", {"every_days": 1}).json()
    assert (declared["every_days"], declared["seen_on"], declared["is_silent"]) == (1, None, False)
    seen = ci.post(f"{path}/nightly/seen")
    assert seen.status_code == 200 and seen.json()["seen_on"] == declared["declared_on"]
    assert ci.post(f"{path}/nightly/seen", {}).json() == seen.json()
    assert ci.post(f"{path}/hourly/seen").json()["every_days"] is None
    assert [each["name"] for each in ci.get(path).json()["items"]] == ["hourly", "nightly"]
    for _ in range(2):
        assert ci.delete(f"{path}/hourly").status_code == 204
    assert Event.objects.filter(kind__startswith="signal.").count() == 3


@pytest.mark.parametrize(
    ("method", "tail", "body", "fields"),
    [
        ("PUT", "nightly", {"every_days": 0}, ["every_days"]),
        ("PUT", "nightly", {"every_days": "often"}, ["every_days"]),
        ("PUT", "nightly", {"period": 1}, ["period"]),
        ("PUT", "Nightly", {"every_days": 1}, ["name"]),
        ("POST", "night-ly/seen", None, ["name"]),
        ("POST", "nightly/seen", {"seen_on": "2026-01-01"}, ["seen_on"]),
    ],
)
def test_a_wrong_signal_is_named(ci, project, method, tail, body, fields):
    found = problem(ci(method, f"projects/{project.key}/signals/{tail}", body), 400)
    assert fields_of(found) == fields
    assert kept(project) == ({}, {})


def test_a_pair_is_declared_compared_and_removed(ci, project):
    path = f"projects/{project.key}/metric-pairs"
    shown = ci("PUT", f"{path}/recall", PAIR).json()
    assert (shown["gap"], shown["ceiling"], shown["baseline"]) == ("0.05", "0.95", None)
    assert (shown["higher_is_better"], shown["shortfall"], shown["offline_measured"]) == (True, None, None)
    measured = [
        {"metric": metric, "value": value, "measured_on": "2026-03-01"}
        for metric, value in (("recall_test", "0.83"), ("recall_live", "0.7"))
    ]
    assert ci.post(f"projects/{project.key}/measurements", {"measurements": measured}).status_code == 200
    (found,) = ci.get(path).json()["items"]
    assert (found["shortfall"], found["is_too_far"]) == ("0.13", True)
    assert found["online_measured"] == {"value": "0.7", "measured_on": "2026-03-01"}
    assert ci("PUT", f"{path}/recall", PAIR, If_Match="*").json() == found
    for _ in range(2):
        assert ci.delete(f"{path}/recall").status_code == 204
    assert ci.get(path).json() == {"items": []}


@pytest.mark.parametrize(
    ("name", "changes", "fields"),
    [
        ("recall", {"offline": ""}, ["offline"]),
        ("recall", {"online": "Recall live"}, ["online"]),
        ("recall", {"by_segment": "perhaps"}, ["by_segment"]),
        ("recall", {"gap": "small"}, ["gap"]),
        ("recall", {"gap": "-1"}, ["gap"]),
        ("recall", {"ceiling": "1e20"}, ["ceiling"]),
        ("recall", {"higher_is_better": "perhaps"}, ["higher_is_better"]),
        ("recall", {"floor": 1}, ["floor"]),
        ("Recall", {}, ["name"]),
    ],
)
def test_a_wrong_pair_is_named(ci, project, name, changes, fields):
    found = problem(ci("PUT", f"projects/{project.key}/metric-pairs/{name}", PAIR | changes), 400)
    assert fields_of(found) == fields
    assert kept(project) == ({}, {})


@pytest.mark.parametrize(
    ("method", "tail", "body", "scope"),
    [
        ("PUT", "signals/nightly", {"every_days": 1}, "projects:write"),
        ("DELETE", "signals/nightly", None, "projects:write"),
        ("POST", "signals/nightly/seen", None, "signals:write"),
        ("PUT", "metric-pairs/recall", PAIR, "projects:write"),
        ("DELETE", "metric-pairs/recall", None, "projects:write"),
    ],
)
def test_who_may_not_is_refused(project, viewer, stranger, portfolio, method, tail, body, scope):
    path = f"projects/{project.key}/{tail}"
    problem(stranger(method, path, body), 404)
    problem(viewer(method, path, body), 403)
    others = {"projects:read", "projects:write", "signals:write", "evidence:write"} - {scope}
    keyed = callers.with_key(portfolio, scopes=sorted(others))
    assert problem(keyed(method, path, body), 403)["code"] == "scope_missing"
    problem(callers.with_key(factories.a_portfolio())(method, path, body), 404)
    assert kept(project) == ({}, {})
    enough = callers.with_key(portfolio, scopes=[scope])
    assert enough(method, path, body).status_code in (200, 204)


@pytest.mark.parametrize("tail", ["signals", "metric-pairs"])
def test_who_may_see_the_project_may_read_them(project, viewer, stranger, portfolio, tail):
    path = f"projects/{project.key}/{tail}"
    assert viewer.get(path).json() == {"items": []}
    problem(stranger.get(path), 404)
    keyed = callers.with_key(portfolio, scopes=["signals:write"])
    assert problem(keyed.get(path), 403)["code"] == "scope_missing"
