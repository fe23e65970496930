"""Updates, comments, teams and flags by REST."""

import pytest
from django.utils import timezone

from portfolio.insights.actions import summaries
from projects.models import StatusUpdate, TeamRole
from tests import factories
from tests.projects.api.callers import fields_of, problem


def test_an_update_is_posted_listed_and_corrected(ci, project):
    path = f"projects/{project.key}/updates"
    first = ci.post(path, {"health": "at_risk", "text": "Labels are late.", "next_proof_on": "2027-01-15"})
    assert first.status_code == 201
    assert ci.get(f"projects/{project.key}").json()["health"] == "at_risk"
    second = ci.post(path, {"health": "on_track", "text": "They came.", "corrects": first.json()["id"]})
    assert second.json()["corrects"] == first.json()["id"]
    assert [row["id"] for row in ci.get(path).json()["items"]] == [second.json()["id"], first.json()["id"]]
    assert ci.get(path).json()["items"][1] == first.json()
    late = problem(ci.post(path, {"health": "on_track", "text": "x", "corrects": first.json()["id"]}), 409)
    assert late["code"] == "not_the_latest"
    assert StatusUpdate.objects.count() == 2


def test_comments_are_posted_and_listed(ci, project):
    path = f"projects/{project.key}/comments"
    said = ci.post(path, {"text": "Look at build 7."})
    assert said.status_code == 201
    assert ci.get(path).json()["items"] == [said.json()]


def test_an_integration_fills_and_empties_a_role(ci, project, portfolio):
    path, ada = f"projects/{project.key}/team", factories.a_member(portfolio, "contributor", "Ada")
    body = {"role": "PO", "person": ada.email}
    assert ci.post(path, body).status_code == 201
    again = ci.post(path, body)
    assert (again.status_code, again.json()) == (200, ci.get(path).json())
    assert again.json()["items"] == [
        {"role": "PO", "person": {"id": ada.pk, "name": "Ada", "email": ada.email}}
    ]
    assert ci.delete(f"{path}/PO/{ada.pk}").status_code == 204
    assert ci.delete(f"{path}/PO/{ada.pk}").status_code == 204
    assert not TeamRole.objects.exists()


def test_a_stranger_cannot_be_named(ci, project):
    found = problem(
        ci.post(f"projects/{project.key}/team", {"role": "PO", "person": factories.a_person().email}), 400
    )
    assert fields_of(found) == ["person"]


@pytest.fixture
def flags(project, portfolio):
    other = factories.a_project(portfolio)
    rows = [(project, "NO_UPDATE", "warn", None), (other, "GATE_OVERDUE", "critical", None)]
    rows += [(other, "NO_UPDATE", "warn", project.created_at)]
    return [
        factories.a_flag(of, rule, severity, opened_at=project.created_at, cleared_at=cleared)
        for of, rule, severity, cleared in rows
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [0, 1]),
        ("state=all", [0, 1, 2]),
        ("rule=NO_UPDATE", [0]),
        ("severity=critical", [1]),
        ("project=COM-2&state=all", [1, 2]),
        ("portfolio=elsewhere", []),
        ("portfolio=commerce", [0, 1]),
    ],
)
def test_flags_are_filtered(ci, flags, query, found):
    rows = ci.get(f"flags?{query}").json()["items"]
    assert [row["id"] for row in rows] == [flags[place].pk for place in found]


def test_flags_are_nothing_for_a_stranger(flags, stranger):
    assert stranger.get("flags?state=all").json()["items"] == []


@pytest.mark.parametrize("query", ["rule=NONE", "severity=bad", "state=shut"])
def test_an_unknown_filter_is_named(ci, query):
    assert fields_of(problem(ci.get(f"flags?{query}"), 400)) == [query.split("=")[0]]


def test_the_summary_is_the_newest_snapshot(ci, project, portfolio):
    empty = ci.get("portfolios/commerce/summary").json()
    assert (empty["portfolio"], empty["day"], empty["figures"]) == ("commerce", None, None)
    taken = summaries.take(portfolio.pk, actor=factories.SYSTEM, now=timezone.now())
    said = ci.get("portfolios/commerce/summary").json()
    assert (said["day"], said["figures"]["counts"]["running"]) == (taken.day.isoformat(), 1)
    assert said["figures"] == taken.body
