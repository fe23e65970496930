"""Checklists and measurements by REST: filled in and posted by pipelines, again and again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Event, Project
from projects.queries import facts
from tests import factories
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem

MEASURED = {"metric": "latency_p95_ms", "value": "118", "measured_on": "2026-03-01"}


@pytest.fixture
def checklist(project):
    return f"projects/{project.key}/checklists/production"


@pytest.fixture
def measurements(project):
    return f"projects/{project.key}/measurements"


def kept(project):
    return Project.objects.values_list("checklists", "measurements").get(pk=project.pk)


def test_a_build_fills_in_what_it_has_checked_and_sends_it_again(ci, project, checklist):
    empty = ci.get(checklist).json()
    assert (empty["score"], empty["most"], len(empty["items"])) == (None, 9, 9)
    assert (empty["filled_at"], empty["filled_by"], len(empty["unfilled"])) == (None, None, 9)
    body = {"points": {"C1": "1", "C8": "0.5"}}
    first = ci("PUT", checklist, body, If_Match="*")
    assert first.status_code == 200, first.content
    shown = first.json()
    assert (shown["score"], shown["sections"]) == ("1.5", {"C": "1.5"})
    assert shown["filled_by"]["name"] == "CI robot" and shown["filled_at"]
    assert [item["points"] for item in shown["items"][:2]] == ["1", None]
    assert ci("PUT", checklist, body, If_Match="*").json() == shown == ci.get(checklist).json()
    assert Event.objects.filter(kind="checklist.filled").count() == 1
    assert ci("PUT", checklist, {"points": {"C1": None}}, If_Match="*").json()["score"] == "0.5"
    assert kept(project)[0] == {"production": {"C8": "0.5"}}


def test_the_other_list_has_bands(ci, project):
    path = f"projects/{project.key}/checklists/ml_test"
    points = {f"{section}{number}": "0.5" for section in "DMIO" for number in range(1, 8)}
    shown = ci("PUT", path, {"points": points}, If_Match="*").json()
    assert (shown["score"], shown["band"], shown["most"], shown["unfilled"]) == ("3.5", "strong", 7, [])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["points"]),
        ({"points": {}}, ["points"]),
        ({"points": None}, ["points"]),
        ({"points": ["C1"]}, ["points"]),
        ({"points": {"C10": "1"}}, ["points.C10"]),
        ({"points": {"C1": "0.7"}}, ["points.C1"]),
        ({"points": {"C1": "1", "C2": "x"}}, ["points.C2"]),
        ({"points": {"C1": {"a": 1}}}, ["points.C1"]),
        ({"points": {"C1": "1" * 5000}}, ["points.C1"]),
        ({"points": {"C1": True}}, ["points.C1"]),
        ({"points": {"C1": "1"}, "by": "me"}, ["by"]),
        ([], ["body"]),
    ],
)
def test_what_cannot_be_filled_in_is_named(ci, project, checklist, body, fields):
    before = Event.objects.count()
    assert fields_of(problem(ci("PUT", checklist, body, If_Match="*"), 400)) == fields
    assert kept(project)[0] == {} and Event.objects.count() == before


def test_an_unknown_list_is_not_there(ci, project):
    problem(ci.get(f"projects/{project.key}/checklists/nonsense"), 404)
    problem(ci("PUT", f"projects/{project.key}/checklists/nonsense", {"points": {"C1": "1"}}), 404)
    problem(ci.post(f"projects/{project.key}/checklists/production", {"points": {"C1": "1"}}), 405)


def test_measurements_are_posted_listed_and_an_older_day_stays_out(ci, project, measurements):
    both = {"measurements": [MEASURED, {**MEASURED, "metric": "recall", "value": 0.83, "source": "run 7"}]}
    made = ci.post(measurements, both)
    assert made.status_code == 200, made.content
    first, second = made.json()["items"]
    assert first == {**MEASURED, "source": "", "stored": True}
    assert (second["value"], second["source"]) == ("0.83", "run 7")
    older = {"measurements": [{**MEASURED, "measured_on": "2026-02-28", "value": "1"}]}
    assert [each["stored"] for each in ci.post(measurements, older).json()["items"]] == [False]
    assert ci.post(measurements, both).json() == made.json()
    listed = ci.get(measurements).json()["items"]
    assert [(each["metric"], each["value"]) for each in listed] == [
        ("latency_p95_ms", "118"),
        ("recall", "0.83"),
    ]
    assert Event.objects.filter(kind="measurement.posted").count() == 1


def test_the_same_request_is_answered_once(ci, project, measurements):
    body = {"measurements": [MEASURED]}
    first, again = (ci.post(measurements, body, Idempotency_Key="b1") for _ in range(2))
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"metric": "Latency"}, "metric"),
        ({"metric": "a" * 61}, "metric"),
        ({"metric": None}, "metric"),
        ({"value": "fast"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "Infinity"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": "9" * 61}, "value"),
        ({"value": True}, "value"),
        ({"value": []}, "value"),
        ({"value": None}, "value"),
        ({"measured_on": "2026-02-30"}, "measured_on"),
        ({"measured_on": "1999-01-01"}, "measured_on"),
        ({"measured_on": "2099-01-01"}, "measured_on"),
        ({"source": "x" * 501}, "source"),
        ({"unit": "ms"}, "unit"),
    ],
)
def test_what_cannot_be_measured_is_named_in_its_place(ci, project, measurements, changed, field):
    body = {"measurements": [MEASURED, {**MEASURED, **changed}]}
    found = problem(ci.post(measurements, body), 400)
    assert fields_of(found) == [f"measurements.1.{field}"]
    assert kept(project)[1] == {}


@pytest.mark.parametrize(
    "body", [{}, {"measurements": []}, {"measurements": [MEASURED] * 101}, MEASURED, [MEASURED]]
)
def test_a_body_holds_1_to_100(ci, project, measurements, body):
    problem(ci.post(measurements, body), 400)
    assert kept(project)[1] == {}


def test_a_hundred_at_once_cost_as_many_statements_as_one(ci, measurements):
    def cost(number, day):
        rows = [{**MEASURED, "metric": f"m{each}", "measured_on": day} for each in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert ci.post(measurements, {"measurements": rows}).status_code == 200
        return len(captured)

    cost(1, "2026-01-01")
    assert cost(1, "2026-01-02") == cost(100, "2026-01-03")


def test_the_day_is_the_portfolios(ci, project, measurements):
    tomorrow = facts.today(project) + timedelta(days=1)
    late = {"measurements": [{**MEASURED, "measured_on": tomorrow.isoformat()}]}
    assert fields_of(problem(ci.post(measurements, late), 400)) == ["measurements.0.measured_on"]


# Facts that gates and the tier ask for.

GOOD = {
    "decides_about_people": True,
    "human_review": True,
    "acts_automatically": False,
    "safety_relevant": None,
    "customer_facing": False,
    "users_affected": 120000,
    "expectation": "Recall of 0.7 to 0.8 by May.\nNo free text.",
    "data_sources": "Claims\nWeather",
    "model_version": "2",
    "first_exposure_on": "2027-04-01",
    "metric_measured_on": "2026-03-01",
    "monitoring_seen_on": "2026-03-02",
    "capacity_fte": "2.5",
    "stated_on": "2027-05-01",
    "stated_value": "250000.5",
    "leakage_reviewed_on": "2026-03-03",
    "audited_on": "2026-03-04",
}


NUMBERS = ("capacity_fte", "stated_value")


def test_they_are_stored_and_shown(ci, project):
    changed = ci.patch(f"projects/{project.key}", GOOD, If_Match="*")
    assert changed.status_code == 200, changed.content
    shown = ci.get(f"projects/{project.key}").json()
    assert {name: shown[name] for name in GOOD} == GOOD
    assert shown["recertify_on"] is None
    assert shown["tier_by_rule"] == {
        "tier": "low",
        "reasons": ["No rule for a higher tier applies."],
        "unknown": ["ai_act_class", "safety_relevant", "personal_data", "llm"],
        "is_above_chosen": False,
    }
    made = ci.post("projects", {"portfolio": "commerce", "name": "New", **GOOD})
    assert made.status_code == 201 and made.json()["users_affected"] == 120000


def test_they_are_emptied_again(ci, project):
    ci.patch(f"projects/{project.key}", GOOD, If_Match="*")
    empty = {name: "" if isinstance(value, str) and "_on" not in name and name not in NUMBERS else None
             for name, value in GOOD.items()}  # fmt: skip
    shown = ci.patch(f"projects/{project.key}", empty, If_Match="*").json()
    assert {name: shown[name] for name in GOOD} == empty


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("human_review", "perhaps"),
        ("users_affected", -1),
        ("users_affected", 2_000_000_001),
        ("users_affected", 1.5),
        ("users_affected", "many"),
        ("model_version", "x" * 61),
        ("expectation", "x" * 20_001),
        ("data_sources", ["a"]),
        ("capacity_fte", "-0.5"),
        ("capacity_fte", "10000"),
        ("capacity_fte", "1.255"),
        ("capacity_fte", "NaN"),
        ("first_exposure_on", "1905-01-01"),
        ("metric_measured_on", "2099-01-01"),
        ("monitoring_seen_on", "2099-01-01"),
        ("stated_on", "soon"),
        ("stated_value", "-1"),
        ("stated_value", "1e30"),
        ("leakage_reviewed_on", "2099-01-01"),
        ("audited_on", "2099-01-01"),
    ],
)
def test_a_wrong_one_is_named_and_nothing_is_stored(ci, project, field, value):
    before = Project.objects.values().get(pk=project.pk)
    found = problem(ci.patch(f"projects/{project.key}", {"name": "Other", field: value}, If_Match="*"), 400)
    assert fields_of(found) == [field]
    made = problem(ci.post("projects", {"portfolio": "commerce", "name": "New", field: value}), 400)
    assert fields_of(made) == [field]
    assert Project.objects.values().get() == before


@pytest.mark.parametrize(
    "field",
    ["checklists", "measurements", "recertify_on", "pivoted_on", "pivot_stage", "signals", "metric_pairs"],
)
def test_what_has_its_own_action_is_no_field_here(ci, project, field):
    found = problem(ci.patch(f"projects/{project.key}", {field: None}, If_Match="*"), 400)
    assert fields_of(found) == [field]


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("PUT", "checklists/production", {"points": {"C1": "1"}}),
        ("POST", "measurements", {"measurements": [MEASURED]}),
        ("PATCH", "", {"users_affected": 7}),
    ],
)
def test_who_may_not_is_refused(project, viewer, stranger, portfolio, method, tail, body):
    path, any_version = f"projects/{project.key}/{tail}".rstrip("/"), {"If-Match": "*"}
    problem(stranger(method, path, body, **any_version), 404)
    problem(viewer(method, path, body, **any_version), 403)
    reader = callers.with_key(portfolio, scopes=["projects:read"])
    assert problem(reader(method, path, body, **any_version), 403)["code"] == "scope_missing"
    elsewhere = callers.with_key(factories.a_portfolio())
    problem(elsewhere(method, path, body, **any_version), 404)
    assert kept(project) == ({}, {})
    if tail:
        assert viewer.get(path).status_code == 200
        problem(stranger.get(path), 404)
        writer = callers.with_key(portfolio, scopes=["moves:write"])
        assert problem(writer.get(path), 403)["code"] == "scope_missing"


def test_the_scopes_are_those_of_answers_and_evidence(project, portfolio, checklist, measurements):
    answers = callers.with_key(portfolio, scopes=["assessments:write", "projects:read"])
    evidence = callers.with_key(portfolio, scopes=["evidence:write", "projects:read"])
    assert answers("PUT", checklist, {"points": {"C1": "1"}}, If_Match="*").status_code == 200
    assert evidence.post(measurements, {"measurements": [MEASURED]}).status_code == 200
    problem(evidence("PUT", checklist, {"points": {"C1": "0"}}, If_Match="*"), 403)
    problem(answers.post(measurements, {"measurements": [MEASURED]}), 403)


def test_a_new_goal_is_a_pivot_unless_it_only_corrects(ci, project):
    Project.objects.filter(pk=project.pk).update(furthest_stage="mvp", objective="Rank claims")
    path, any_version = f"projects/{project.key}", {"If-Match": "*"}
    shown = ci("PATCH", path, {"objective": "Rank all", "is_correction": True}, **any_version).json()
    assert (shown["pivoted_on"], shown["pivot_stage"]) == (None, "")
    shown = ci("PATCH", path, {"objective": "Rank few"}, **any_version).json()
    assert (shown["pivoted_on"], shown["pivot_stage"]) == (facts.today(project).isoformat(), "mvp")
    assert "is_correction" not in shown
    found = problem(ci("PATCH", path, {"is_correction": "perhaps"}, **any_version), 400)
    assert fields_of(found) == ["is_correction"]
    made = problem(ci.post("projects", {"portfolio": "commerce", "name": "New", "is_correction": True}), 400)
    assert fields_of(made) == ["is_correction"]
