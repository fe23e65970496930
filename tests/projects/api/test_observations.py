"""Observations by REST: one, many, as CSV or lines; every slip with its row; the same again is no change."""

import json

import pytest

from projects.models import Event, Observation
from tests import factories
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem

ONE = {"metric": "recall", "environment": "online", "value": 0.81, "at": "2026-03-01T06:00:00Z"}


@pytest.fixture
def path(project):
    return f"projects/{project.key}/observations"


def test_one_is_posted_again_corrected_and_listed(ci, path):
    assert ci.post(path, ONE).json() == {"stored": 1, "same": 0, "changed": 0}
    assert ci.post(path, {**ONE, "at": "2026-03-01T07:00:00+01:00"}).json()["same"] == 1
    assert ci.post(path, {**ONE, "value": "0.8", "source": "run 8"}).json()["changed"] == 1
    (found,) = ci.get(path).json()["items"]
    assert (found["value"], found["at"], found["source"]) == (0.8, "2026-03-01T06:00:00Z", "run 8")


def test_many_as_json_csv_and_lines_are_the_same_rows(ci, path):
    rows = [
        {**ONE, "version": "7", "low": 0.8, "high": 0.9, "samples": 12},
        {**ONE, "segment": "new, or back", "value": 1},
    ]
    assert ci.post(path, {"observations": rows, "source": "run 7"}).json()["stored"] == 2
    lines = "\n".join(map(json.dumps, rows)) + "\n\n"
    assert ci.post(path, lines, Content_Type="application/x-ndjson").json()["same"] == 2
    csv = (
        "metric,environment,value,at,segment,version,low,high,samples\r\n"
        "recall,online,0.81,2026-03-01T06:00:00Z,,7,0.8,0.9,12\r\n"
        'recall,online,1,2026-03-01T06:00:00Z,"new, or back",,,,\r\n'
    )
    assert ci.post(path, csv, Content_Type="text/csv; charset=utf-8").json()["same"] == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"metric": None}, "metric"),
        ({"metric": "Recall"}, "metric"),
        ({"environment": "live"}, "environment"),
        ({"value": True}, "value"),
        ({"value": "much"}, "value"),
        ({"value": "nan"}, "value"),
        ({"value": 1e999}, "value"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-03-01T06:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "2199-01-01T00:00:00Z"}, "at"),
        ({"at": 5}, "at"),
        ({"segment": 0}, "segment"),
        ({"version": "x" * 65}, "version"),
        ({"low": 0.7}, "high"),
        ({"samples": 1.5}, "samples"),
        ({"samples": 2**63}, "samples"),
        ({"unit": "%"}, "unit"),
    ],
)
def test_a_slip_is_named_with_its_row_and_field(ci, path, changes, field):
    wrong = json.dumps({"observations": [ONE, {**ONE, "segment": "b", **changes}]}).replace(
        "Infinity", "1e999"
    )
    assert fields_of(problem(ci.post(path, wrong), 400)) == [f"observations.1.{field}"]
    alone = json.dumps({**ONE, **changes}).replace("Infinity", "1e999")
    assert fields_of(problem(ci.post(path, alone), 400)) == [field]
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"observations": []}, ""),
        ({"observations": [1, "x", None]}, ""),
        ({"observations": ONE}, ""),
        ({"observations": [ONE], "metric": "recall"}, ""),
        ([ONE], ""),
        ("{}\nx", "application/x-ndjson"),
        ("metric,value\nrecall\n", "text/csv"),
        (b"metric\xff", "text/csv"),
        ("", "text/csv"),
        ('metric\n"', "text/csv"),
    ],
)
def test_what_is_no_batch_is_refused(ci, path, body, kind):
    problem(ci.post(path, body, **({"Content_Type": kind} if kind else {})), 400)


def test_a_batch_may_be_large_and_other_doors_stay_narrow(ci, path, project):
    problem(ci.post(path, " " * (4 * 1024 * 1024 + 1)), 413)
    problem(ci.post(f"projects/{project.key}/measurements", " " * (1024 * 1024 + 1)), 413)
    problem(ci.post(path, "x", Content_Type="text/plain"), 415)
    problem(ci.post(f"projects/{project.key}/measurements", "x", Content_Type="text/csv"), 415)
    rows = [{**ONE, "version": "v" * 60, "samples": row} for row in range(10_001)]
    assert fields_of(problem(ci.post(path, {"observations": rows}), 400)) == ["observations"]


def test_ten_thousand_cost_as_many_statements_as_one(ci, path, django_assert_max_num_queries):
    rows = [
        {
            **ONE,
            "at": f"2026-02-{1 + row // 1440:02}T{row // 60 % 24:02}:{row % 60:02}:00Z",
            "value": row / 1e4,
        }
        for row in range(10_000)
    ]
    with django_assert_max_num_queries(20):
        assert ci.post(path, {"observations": rows}).json() == {"stored": 10_000, "same": 0, "changed": 0}
    assert Event.objects.get(kind="observations.posted").payload["metrics"]["recall"]["number"] == 10_000


def test_the_same_request_is_answered_once(ci, path):
    first, again = (ci.post(path, ONE, Idempotency_Key="b1") for _ in range(2))
    assert again.json() == first.json() == {"stored": 1, "same": 0, "changed": 0}
    assert again["Idempotency-Replayed"] == "true"


def test_the_list_is_filtered_and_comes_in_parts(ci, path):
    rows = [
        {**ONE, "at": f"2026-03-0{day}T06:00:00Z", "segment": segment, "environment": environment}
        for day in range(1, 6)
        for segment in ("", "new")
        for environment in ("offline", "online")
    ]
    ci.post(path, {"observations": [*rows, {**ONE, "metric": "delay", "version": "7"}]})

    def asked(query):
        return [row["at"][8:10] for row in ci.get(f"{path}?{query}").json()["items"]]

    one = "metric=recall&environment=online&segment="
    assert asked(one) == ["05", "04", "03", "02", "01"]
    assert asked(f"{one}&from=2026-03-02T00:00:00Z&to=2026-03-04T06:00:00Z") == ["04", "03", "02"]
    assert asked("version=7") == ["01"]
    seen, cursor = [], ""
    while cursor is not None:
        part = ci.get(f"{path}?limit=6&cursor={cursor}").json()
        seen += [row["id"] for row in part["items"]]
        cursor = part["next_cursor"]
    assert len(seen) == len(set(seen)) == 21
    for query in ("environment=live", "from=now", "order=at", "cursor=WyItYXQiLCAibm93IiwgMV0"):
        problem(ci.get(f"{path}?{query}"), 400)


def test_a_person_takes_one_back_and_a_key_does_not(ci, path, portfolio):
    ci.post(path, ONE)
    row = Observation.objects.get()
    assert problem(ci.delete(f"{path}/{row.pk}"), 403)["code"] == "person_needed"
    person = callers.SignedIn(factories.a_member(portfolio, "contributor"))
    for _ in range(2):
        assert person.delete(f"{path}/{row.pk}").status_code == 204
    event = Event.objects.get(kind="observation.removed")
    assert (event.payload["metric"], event.payload["value"]) == ("recall", 0.81)
    assert not Observation.objects.exists()


def test_strangers_viewers_and_keys_without_the_scope_stay_out(path, portfolio, viewer, stranger):
    problem(stranger.post(path, ONE), 404)
    problem(stranger.get(path), 404)
    problem(viewer.post(path, ONE), 403)
    assert viewer.get(path).status_code == 200
    key = callers.with_key(portfolio, scopes=["metrics:write"])
    assert key.post(path, ONE).status_code == 200
    problem(key.get(path), 403)
    problem(callers.with_key(portfolio, scopes=["evidence:write"]).post(path, ONE), 403)


def test_each_metric_is_a_line_with_its_newest_value_and_its_trend(ci, path, project):
    rows = [{**ONE, "at": f"2026-03-0{day}T06:00:00Z", "value": day} for day in range(1, 6)]
    ci.post(path, {"observations": [*rows, {**ONE, "environment": "offline", "low": 0.8, "high": 0.9}]})
    offline, online = ci.get(f"projects/{project.key}/metrics").json()["items"]
    assert (offline["value"], offline["low"], offline["trend"]) == (0.81, 0.8, None)
    assert (online["value"], online["observations"], online["last_seen_at"]) == (5, 5, "2026-03-05T06:00:00Z")
    assert online["trend"]["rise"] == pytest.approx(4) and online["trend"]["points"] == 5
