"""Flags by REST: read, let sleep, woken; those of projects are read in test_nouns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import Flag
from tests import factories
from tests.projects.api.callers import SignedIn, fields_of, problem, with_key


@pytest.fixture
def flag(project):
    return factories.a_flag(project, facts={"days": 31, "limit": 30})


def sleep(until=None, reason="The owner is back on Monday"):
    return {"until": (until or timezone.localdate()).isoformat(), "reason": reason}


def test_a_flag_says_what_was_found_and_what_clears_it(ci, flag, project):
    said = ci.get(f"flags/{flag.pk}").json()
    assert said["sentence"] == "Nobody has said anything for 31 days; the limit is 30 days."
    assert "clears it" in said["clears"]
    assert (said["project"], said["portfolio"], said["asleep"]) == (project.key, "commerce", False)


def test_it_is_let_sleep_once_however_often_it_is_sent_and_woken(ci, flag):
    for _ in range(2):
        said = ci.post(f"flags/{flag.pk}/snooze", sleep(), **{"Idempotency-Key": "one"}).json()
    assert (said["asleep"], said["snoozes"], said["snooze_reason"]) == (True, 1, sleep()["reason"])
    assert said["snoozed_by"]["name"] == "CI robot"
    assert [row["id"] for row in ci.get("flags?asleep=yes").json()["items"]] == [flag.pk]
    assert ci.get("flags?asleep=no").json()["items"] == []
    woken = ci.post(f"flags/{flag.pk}/wake").json()
    assert (woken["asleep"], woken["snoozed_until"], woken["snoozes"]) == (False, None, 1)


def test_what_may_not_sleep_says_why(ci, flag, project):
    far = timezone.localdate() + timedelta(days=31)
    refused = problem(ci.post(f"flags/{flag.pk}/snooze", sleep(far)), 409)
    assert [each["field"] for each in refused["obstacles"]] == ["until"]
    assert fields_of(problem(ci.post(f"flags/{flag.pk}/snooze", {}), 400)) == ["until", "reason"]
    never = factories.a_flag(project, "SIGNOFF_BLOCKED", facts={"count": 1})
    refused = problem(ci.post(f"flags/{never.pk}/snooze", sleep()), 409)
    assert refused["obstacles"][0]["code"] == "never_sleeps"
    Flag.objects.filter(pk=flag.pk).update(cleared_at=timezone.now())
    assert problem(ci.post(f"flags/{flag.pk}/snooze", sleep()), 409)["code"] == "flag_cleared"


def test_the_doors_of_one_flag(flag, portfolio, viewer, stranger):
    for path in (f"flags/{flag.pk}", "flags/999999"):
        problem(stranger.get(path), 404)
    assert viewer.get(f"flags/{flag.pk}").status_code == 200
    reader = with_key(portfolio, scopes=["projects:read"])
    for verb, body in (("snooze", sleep()), ("wake", None)):
        problem(stranger.post(f"flags/{flag.pk}/{verb}", body), 404)
        assert problem(viewer.post(f"flags/{flag.pk}/{verb}", body), 403)["code"] == "not_allowed"
        assert problem(reader.post(f"flags/{flag.pk}/{verb}", body), 403)["code"] == "scope_missing"
    writer = with_key(portfolio, scopes=["flags:write"])
    assert writer.post(f"flags/{flag.pk}/snooze", sleep()).status_code == 200
    assert problem(writer.get(f"flags/{flag.pk}"), 403)["code"] == "scope_missing"


def test_a_flag_of_a_stage_is_for_members(ci, project, portfolio):
    on_team = SignedIn(factories.on_team(project, "DX"))
    factories.a_flag(project)
    times = {"opened_at": timezone.now(), "severity_since": timezone.now()}
    stage = Flag.objects.create(
        portfolio=portfolio, rule="NO_UPDATE", subject="poc", severity="warn", rule_version=1, **times
    )
    found = {row["id"]: (row["project"], row["subject"]) for row in ci.get("flags").json()["items"]}
    assert found[stage.pk] == (None, "poc")
    assert [row["project"] for row in on_team.get("flags").json()["items"]] == [project.key]
    problem(on_team.get(f"flags/{stage.pk}"), 404)


def test_mine_are_those_on_projects_of_ones_own(project, portfolio):
    owner = factories.a_member(portfolio)
    own = factories.a_project(portfolio, owner=owner)
    flag = factories.a_flag(own)
    factories.a_flag(project)
    for state in ("open", "all"):
        rows = SignedIn(owner).get(f"flags?mine=true&state={state}").json()["items"]
        assert [row["id"] for row in rows] == [flag.pk]
