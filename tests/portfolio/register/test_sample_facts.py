"""What the file of the sample says of its 24 projects stands in the columns and rows that flags read."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portfolio.register.actions import sample_signoffs, samples
from projects.models import Condition, Event, Presence, Project, SignOff, TeamRole
from projects.queries import clocks

pytestmark = pytest.mark.once
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOON.date()
ROWS = {row["code"]: row for row in samples.rows()}


@pytest.fixture(scope="module")
def loaded(for_the_module):
    with time_machine.travel(NOON, tick=False):
        for_the_module(samples.load)


@pytest.fixture
def pairs(loaded, db):
    """Each row of the file with its project."""
    by_name = {project.name: project for project in Project.objects.select_related("owner", "portfolio")}
    assert len(by_name) == len(ROWS) == 24
    return [(row, by_name[row["name"]]) for row in ROWS.values()]


def ahead(text):
    return TODAY + timedelta(days=int(text)) if text else None


def ago(text):
    return TODAY - timedelta(days=int(text)) if text else None


def test_days_ahead_and_days_ago_are_those_of_the_file(pairs):
    for row, project in pairs:
        told = {
            "gate_planned_on": ahead(row["gate_due_in_days"]),
            "committed_on": ahead(row["committed_in_days"]),
            "stated_on": ahead(row["stated_in_days"]),
            "resume_on": ahead(row["resume_in_days"]),
            "recertify_on": ahead(row["recert_in_days"]),
            "monitoring_seen_on": ago(row["monitoring_days"]),
            "pivoted_on": ago(row["pivot_days_ago"]),
        }
        assert {name: getattr(project, name) for name in told} == told, row["code"]


def test_the_stage_the_hold_and_the_last_word_are_as_old_as_the_file_says(pairs):
    for row, project in pairs:
        assert (project.standard_stage, project.status) == (row["stage"], row["status"])
        spoke_at = project.last_update_at or project.created_at
        assert (NOON - spoke_at).days == int(row["days_since_update"]), row["code"]
        zone = clocks.Clocks(NOON).at(project.portfolio.time_zone)[0]
        stay = (project.stage_since, project.stage_shift, project.hold_since, NOON, zone)
        assert clocks.active_days(*stay) == int(row["days_in_stage"]), row["code"]


def test_forecasts_of_the_file_are_shown_until_there_is_one(pairs):
    names = ("p05_on", "p50_on", "p80_on", "p95_on")
    for row, project in pairs:
        days = row["forecast_days(p5:p50:p80:p95)"].split(":")
        told = [ahead(each) for each in days] if days != [""] else [None] * 4
        assert [getattr(project, name) for name in names] == told, row["code"]
        assert (project.forecast_at is None) == (days == [""])


def test_the_pivot_was_made_in_its_stage_and_is_in_the_history(pairs):
    (project,) = [project for row, project in pairs if row["pivot_days_ago"]]
    assert (project.key, project.pivot_stage) == ("PRJ-2", "mvp")
    event = Event.objects.get(kind="project.pivoted")
    assert (event.project_id, (NOON - event.at).days) == (project.pk, 41)
    before, after = event.payload["changes"]["objective"]
    assert before != after == project.objective


def test_owners_were_last_seen_when_the_file_says(pairs):
    latest = {}
    for row, project in pairs:
        days = int(row["owner_days_inactive"])
        latest[project.owner_id] = min(days, latest.get(project.owner_id, days))
    seen = Presence.objects.values_list("user_id", "acted_at")
    assert {user: (NOON - acted_at).days for user, acted_at in seen} == latest
    # Where it matters to a flag, nobody else's project hides it.
    for row, project in pairs:
        if int(row["owner_days_inactive"]) > 30:
            assert latest[project.owner_id] == int(row["owner_days_inactive"])
    assert sorted(days for days in latest.values() if days > 30) == [34, 40, 52, 71, 95]


def test_stewards_are_on_the_team_and_only_there(pairs):
    with_steward = set(TeamRole.objects.filter(role="OW").values_list("project_id", flat=True))
    assert with_steward == {project.pk for row, project in pairs if row["steward"] == "1"}


def test_metrics_are_complete_or_missing_as_in_the_file(pairs):
    for row, project in pairs:
        stated = [project.metric_name, project.metric_baseline, project.metric_target]
        empty = ["", None, None]
        assert (stated == empty) == (row["business_metric"] == ""), row["code"]
        assert row["business_metric"] == "" or not set(stated) & {"", None}, row["code"]


def test_requests_that_wait_were_made_when_the_file_says(pairs):
    for row, project in pairs:
        told = {
            each.role: each.age.days for each in sample_signoffs.standings(row) if each.state == "pending"
        }
        rows = SignOff.objects.filter(project=project, decision="", withdrawn_at=None, superseded_at=None)
        found = {each.role: (NOON - each.requested_at).days for each in rows}
        assert found == told, row["code"]


def test_decisions_were_taken_when_the_file_says(pairs):
    decisions = {"approved_with_conditions", "rejected", "withdrawn", "invalidated"}
    compared = []
    for row, project in pairs:
        for each in sample_signoffs.standings(row):
            if each.state not in decisions:
                continue
            signoff = SignOff.objects.get(project=project, role=each.role)
            assert (NOON - signoff.decided_at).days == each.age.days
            assert (signoff.withdrawn_at is not None) == (each.state == "withdrawn")
            compared.append((row["code"], signoff.role, signoff.decision))
    assert compared == [
        ("PRJ-009", "EN", "approved_with_conditions"),
        ("PRJ-016", "SP", "approved"),
        ("PRJ-019", "SE", "approved"),
        ("PRJ-023", "LE", "rejected"),
    ]


def test_a_condition_is_overdue_and_another_is_not(pairs):
    found = Condition.objects.order_by("due_on").values_list("signoff__project__key", "due_on", "closed_on")
    assert [(key, (TODAY - due_on).days, closed) for key, due_on, closed in found] == [
        ("PRJ-24", 12, None),
        ("PRJ-9", -12, None),
    ]


def test_a_signature_lives_until_its_certification_ends(pairs):
    for row, project in pairs:
        if row["recert_in_days"]:
            used = SignOff.objects.filter(project=project, role="RV").exclude(used_at=None)
            assert [each.lives_until for each in used] == [project.recertify_on], row["code"]


def test_what_is_near_its_launch_or_live_was_audited_within_half_a_year(pairs):
    for _, project in pairs:
        is_far = project.standard_stage in ("validation", "pilot", "production")
        assert (project.audited_on is not None) == is_far
        assert project.audited_on is None or TODAY - timedelta(days=180) <= project.audited_on < TODAY
