"""Gates by REST: what is missing, for a pipeline that asks before it acts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import evidence, moves, projects
from projects.models import BusinessUnit
from tests import factories
from tests.factories import SYSTEM, asked, on_team, seen, signs
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem


@pytest.fixture
def project(portfolio):
    traits = {"personal_data": False, "vendor": False, "llm": False}
    return factories.a_project(portfolio, tier="low", metric_name="Cycle time", metric_target=6, **traits)


@pytest.fixture
def path(project):
    return f"projects/{project.key}/gate"


def test_the_gate_ahead_is_told_in_full(ci, project, path):
    po = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    found = ci.get(path).json()
    assert (found["project"], found["stage"], found["to"], found["open"]) == (project.key, "idea", "", False)
    (gate,) = found["gates"]
    assert (gate["gate"], gate["label"], gate["from"], gate["to"]) == ("G0", "Intake", "idea", "framing")
    assert (gate["kind"], gate["enforcement"], gate["open"], gate["would"]) == (
        "advance",
        "warn",
        False,
        "warn",
    )
    assert found["missing"] == gate["missing"]
    missing = {each["field"]: each for each in found["missing"]}
    assert missing["problem"]["gate"] == "G0" and missing["problem"]["remedy"]
    by_name = {each["name"]: each for each in gate["criteria"]}
    assert (by_name["problem"]["state"], by_name["problem"]["field"]) == ("unmet", "problem")
    assert (by_name["traits_stated"]["state"], by_name["traits_stated"]["field"]) == ("met", "")
    role = next(each for each in gate["signoffs"] if each["role"] == "PO")
    assert (role["need"], role["state"], role["counts"], role["id"]) == (
        "required",
        "requested",
        False,
        row.pk,
    )
    assert role["may_sign"] == [{"id": po.pk, "name": po.name, "acts_for": ""}]
    assert gate["packet"]["sha256"] == seen(row) == row.packet.sha256
    assert gate["packet"]["content"]["business_metric"]["target"] == "6"


def test_a_signature_is_told_with_its_last_day_and_what_has_changed_since(ci, project, path):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)

    def role():
        (gate,) = ci.get(path).json()["gates"]
        return next(each for each in gate["signoffs"] if each["role"] == "PO")

    assert (role()["state"], role()["counts"], role()["signer"]["id"]) == ("approved", True, po.pk)
    assert role()["expires_on"] > row.decided_at.date().isoformat()
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    assert (role()["state"], role()["counts"]) == ("invalidated", False)
    assert role()["changed"] == ["Target of the business metric"]


def test_an_open_gate_lets_through_and_one_that_blocks_refuses(ci, project, path):
    blocks = ci.get(f"{path}?gate=G2").json()["gates"][0]
    assert (blocks["enforcement"], blocks["would"]) == ("block", "refuse")
    owner, po = factories.a_member(project.portfolio, "contributor"), on_team(project, "PO")
    unit = BusinessUnit.objects.create(portfolio=project.portfolio, name="Claims")
    said = {"problem": "Claims take nine days.", "kind": "new", "unit": unit}
    projects.edit(project.pk, version=None, actor=SYSTEM, owner=owner, **said)
    signs(asked(project, "G0", "PO")["PO"], po)
    found = ci.get(path).json()
    assert (found["open"], found["missing"], found["gates"][0]["would"]) == (True, [], "pass")


def test_the_way_to_a_stage_has_every_gate_in_order(ci, project, path):
    found = ci.get(f"{path}?to=poc").json()
    assert [each["gate"] for each in found["gates"]] == ["G0", "G1", "G2"]
    assert [each["gate"] for each in found["missing"]] == sorted(each["gate"] for each in found["missing"])
    assert {each["gate"] for each in found["missing"]} == {"G0", "G1", "G2"}
    here = ci.get(f"{path}?to=idea").json()
    assert (here["gates"], here["open"], here["missing"]) == ([], None, [])


def test_a_pipeline_that_prefers_text_gets_a_line_for_each(ci, path):
    text = ci.get(path, Accept="text/plain")
    assert (text.status_code, text["Content-Type"]) == (200, "text/plain; charset=utf-8")
    missing = ci.get(path).json()["missing"]
    assert text.content.decode().splitlines() == [
        f"{each['gate']}: {each['message']} {each['remedy']}" for each in missing
    ]
    assert len(missing) > 2
    assert ci.get(f"{path}?to=idea", Accept="text/plain").content == b""
    for accept in ("*/*", "application/json", "text/plain;q=0.5, application/json", "text/html"):
        assert ci.get(path, Accept=accept)["Content-Type"] == "application/json"


def test_nothing_new_is_told_as_304_until_something_changes(ci, project, path):
    first = ci.get(path)
    again = ci.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert ci.get(path, Accept="text/plain", **{"If-None-Match": first["ETag"]}).status_code == 200
    projects.edit(project.pk, version=None, actor=SYSTEM, problem="Nine days.")
    later = ci.get(path, **{"If-None-Match": first["ETag"]})
    assert (later.status_code, later["ETag"] == first["ETag"]) == (200, False)


def test_a_project_that_has_ended_has_no_gate_ahead(ci, project, path):
    moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    assert ci.get(path).json()["open"] is None
    assert ci.get(f"{path}?to=poc").json()["gates"] == []
    assert ci.get(f"{path}?gate=GX").json()["gates"][0]["kind"] == "stop"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("gate=G99", "gate"),
        ("gate=", "gate"),
        ("gate=" + "G" * 13, "gate"),
        ("to=nowhere", "to"),
        ("to=pilot&gate=G1", "gate"),
        ("format=text", "format"),
        ("gate=%00", "gate"),
    ],
)
def test_a_wrong_parameter_is_named(ci, path, query, field):
    assert fields_of(problem(ci.get(f"{path}?{query}"), 400)) == [field]


def test_an_unknown_gate_is_answered_with_those_that_there_are(ci, path):
    (error,) = problem(ci.get(f"{path}?gate=G99"), 400)["errors"]
    assert "G0, G1, G2" in error["message"]


def test_it_is_told_to_those_who_may_see_the_project(portfolio, viewer, stranger, path):
    assert viewer.get(path).status_code == 200
    problem(stranger.get(path), 404)
    problem(callers.Caller().get(path), 401)
    writer = callers.with_key(portfolio, scopes=["moves:write"])
    assert problem(writer.get(path), 403)["code"] == "scope_missing"


MOST_QUERIES = 16


@pytest.mark.parametrize("query", ["", "?to=production", "?gate=G5"])
def test_it_costs_the_same_whatever_there_is(ci, project, path, query):
    def counted():
        with CaptureQueriesContext(connection) as captured:
            assert ci.get(path + query).status_code == 200
        for number, each in enumerate(captured, 1):
            print(f"{number:2} {' '.join(each['sql'].split())[:120]}")
        return len(captured)

    ci.get(path)  # the first request notes that the key is in use
    for role in ("PO", "ML", "SE"):
        on_team(project, role)
    asked(project, "G0", "PO")
    evidence.add(
        project.pk,
        kind="validation_report",
        title="Report",
        url="https://e.example.org/1",
        gate="G5",
        actor=SYSTEM,
    )
    with_few = counted()
    assert with_few <= MOST_QUERIES
    for number in range(10):
        on_team(project, "SE", factories.a_member(project.portfolio, "contributor"))
        evidence.add(
            project.pk,
            kind="validation_report",
            title=f"Report {number}",
            url=f"https://e.example.org/{number}",
            gate="G5",
            actor=SYSTEM,
        )
    for code in ("G1", "G5"):
        asked(project, code)
    assert counted() == with_few


def test_a_move_remembers_its_gate_and_what_was_decided(ci, project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    made = ci.post(f"projects/{project.key}/moves", {"to": "framing"}).json()["move"]
    assert made["outcome"] == "go"
    signed = {"treatment": "examined", "packet": row.packet.sha256, "signoffs": [row.pk]}
    assert made["gates"] == [{"code": "G0", **signed}]
    assert ci.get(f"projects/{project.key}/moves").json()["items"] == [made]
    hold = {"kind": "back", "to": "idea", "reason_code": "pivot", "note": "Another goal"}
    assert ci.post(f"projects/{project.key}/moves", hold).json()["move"]["outcome"] == "recycle"


def test_only_what_is_live_is_certified_again(ci, project):
    refused = problem(ci.post(f"projects/{project.key}/moves", {"kind": "recertify"}), 409)
    assert refused["obstacles"][0]["remedy"]
