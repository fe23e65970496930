"""Sign-offs by REST: asked for by pipelines, decided by people, unknown to strangers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import decisions, projects
from projects.actions.decisions import Asked
from projects.models import Condition, Event, SignOff
from tests import factories
from tests.factories import SYSTEM, a_member, acting, asked, on_team, seen, signs
from tests.projects.api import callers
from tests.projects.api.callers import SignedIn, fields_of, problem

ELSE = "0" * 64


@pytest.fixture
def project(portfolio):
    traits = {"personal_data": False, "vendor": False, "llm": False}
    return factories.a_project(portfolio, tier="medium", metric_name="Cycle time", metric_target=6, **traits)


@pytest.fixture
def path(project):
    return f"projects/{project.key}/signoffs"


@pytest.fixture
def po(project):
    return on_team(project, "PO")


@pytest.fixture
def row(project, po):
    return asked(project, "G0", "PO")["PO"]


@pytest.fixture
def signer(po):
    return SignedIn(po)


def test_a_pipeline_asks_for_a_gate_and_is_told_who_cannot_be_asked(ci, project, path, po):
    body = {"gate": "G1", "note": "Please look at the metric."}
    made = ci.post(path, body)
    assert made.status_code == 201, made.content
    found = made.json()
    assert [(each["role"], each["state"], each["note"]) for each in found["made"]] == [
        ("PO", "requested", "Please look at the metric.")
    ]
    assert found["waiting"] == found["made"]
    assert {each["field"] for each in found["obstacles"]} >= {"team.SP", "team.ML"}
    assert all(each["remedy"] for each in found["obstacles"])
    again = ci.post(path, body)
    assert (again.status_code, again.json()["made"]) == (200, [])
    assert again.json()["waiting"] == found["waiting"]
    assert SignOff.objects.count() == 1


def test_only_the_named_roles_are_asked(ci, project, path, po):
    on_team(project, "ML")
    found = ci.post(path, {"gate": "G1", "roles": ["ML"]}).json()
    assert [each["role"] for each in found["made"]] == ["ML"]


def test_nobody_to_ask_is_refused_with_the_reasons(ci, path):
    found = problem(ci.post(path, {"gate": "G1"}), 409)
    assert found["code"] == "nobody_to_ask"
    assert {each["code"] for each in found["obstacles"]} == {"role_unfilled"}
    assert not SignOff.objects.exists()


def test_a_person_approves_what_they_have_seen(signer, project, path, po, row):
    one = f"signoffs/{row.pk}"
    shown = signer.get(one).json()
    assert shown["packet"]["content"]["business_metric"]["target"] == "6"
    assert shown["sha256"] == shown["present_sha256"] == shown["packet"]["sha256"] == seen(row)
    done = signer.post(f"{one}/decision", {"decision": "approved", "seen": shown["present_sha256"]})
    assert done.status_code == 200, done.content
    said = done.json()
    assert (said["id"], said["state"], said["decision"], said["changed"]) == (
        row.pk,
        "approved",
        "approved",
        [],
    )
    assert said["signer"] == {"id": po.pk, "name": po.name, "email": po.email}
    assert said["acts_for"] is None and said["expires_on"]
    assert signer.get(one).json() == said
    assert signer.get(path).json()["items"] == [{name: said[name] for name in said if name != "packet"}]
    assert problem(signer.post(f"{one}/decision", {"decision": "approved", "seen": seen(row)}), 409)[
        "code"
    ] == ("answered")


def test_what_changed_while_somebody_was_reading_is_412_with_its_names(signer, project, row):
    before = seen(row)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    refused = problem(
        signer.post(f"signoffs/{row.pk}/decision", {"decision": "approved", "seen": before}), 412
    )
    assert refused["code"] == "packet_changed"
    assert [each["message"] for each in refused["obstacles"]] == [
        "Target of the business metric has changed."
    ]
    row.refresh_from_db()
    assert row.decision == ""
    shown = signer.get(f"signoffs/{row.pk}").json()
    assert shown["changed"] == ["Target of the business metric"]
    again = signer.post(
        f"signoffs/{row.pk}/decision", {"decision": "approved", "seen": shown["present_sha256"]}
    ).json()
    assert (again["state"], again["id"] == row.pk) == ("approved", False)
    assert signer.get(f"signoffs/{row.pk}").json()["state"] == "superseded"


def test_a_signature_that_faded_says_so_and_is_given_again_in_one_step(signer, project, row, po):
    signs(row, po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    shown = signer.get(f"signoffs/{row.pk}").json()
    assert (shown["state"], shown["changed"]) == ("invalidated", ["Target of the business metric"])
    body = {"decision": "approved", "seen": shown["present_sha256"]}
    assert signer.post(f"signoffs/{row.pk}/decision", body).json()["state"] == "approved"


def test_conditions_are_named_with_their_owner_and_closed_by_their_signer(signer, project, portfolio, row):
    ada = a_member(portfolio, "contributor", "Ada")
    asks = {"text": "Rehearse once more", "kind": "by_date", "owner": ada.email, "due_on": "2099-02-15"}
    body = {"decision": "approved_with_conditions", "seen": seen(row), "conditions": [asks]}
    done = signer.post(f"signoffs/{row.pk}/decision", body)
    assert done.status_code == 200, done.content
    (said,) = done.json()["conditions"]
    assert (said["text"], said["kind"], said["due_on"]) == ("Rehearse once more", "by_date", "2099-02-15")
    assert said["owner"]["name"] == "Ada" and said["closed_on"] is None
    gate = signer.get(f"projects/{project.key}/gate").json()["gates"][0]
    assert gate["conditions"] == [said]
    closing = f"conditions/{said['id']}/closing"
    problem(SignedIn(ada).post(closing, {"note": "Done"}), 403)
    closed = signer.post(closing, {"note": "Done on Monday"}).json()
    assert (closed["closing_note"], bool(closed["closed_on"])) == ("Done on Monday", True)
    assert signer.post(closing, {"note": "Again"}).json() == closed


def test_a_rejection_needs_its_reason_and_what_would_change_it(signer, row):
    body = {"decision": "rejected", "seen": seen(row), "reason": "Too vague"}
    found = problem(signer.post(f"signoffs/{row.pk}/decision", body), 409)
    assert [each["field"] for each in found["obstacles"]] == ["would_change"]
    done = signer.post(f"signoffs/{row.pk}/decision", {**body, "would_change": "A number"}).json()
    assert (done["state"], done["reason"], done["would_change"]) == ("rejected", "Too vague", "A number")


def test_who_withdraws_or_stands_aside_says_why(signer, project, row, po):
    deputy = on_team(project, "PO")
    problem(signer.post(f"signoffs/{row.pk}/recusal", {"reason": " "}), 400)
    found = signer.post(f"signoffs/{row.pk}/recusal", {"reason": "I chose the vendor"}).json()
    assert (found["recused"]["id"], found["recused"]["state"]) == (row.pk, "recused")
    assert found["following"]["state"] == "requested"
    following = SignOff.objects.get(pk=found["following"]["id"])
    signs(following, deputy)
    problem(signer.post(f"signoffs/{following.pk}/withdrawal", {"reason": "Not mine"}), 403)
    withdrawn = SignedIn(deputy).post(f"signoffs/{following.pk}/withdrawal", {"reason": "A draft"}).json()
    assert (withdrawn["state"], withdrawn["withdrawn_reason"]) == ("withdrawn", "A draft")
    assert withdrawn["decision"] == "approved"


def test_a_request_is_called_off_and_people_are_reminded_of_it(ci, path, po):
    (made,) = ci.post(path, {"gate": "G0", "roles": ["PO"]}).json()["made"]
    one = f"signoffs/{made['id']}"
    reminded = ci.post(f"{one}/reminder").json()
    assert reminded["reminded_at"]
    assert ci.post(f"{one}/reminder").json() == reminded
    assert Event.objects.filter(kind="signoff.reminded").count() == 1
    off = ci.post(f"{one}/call-off", {"reason": "Wrong gate"}).json()
    assert (off["state"], off["withdrawn_reason"]) == ("withdrawn", "Wrong gate")
    assert problem(ci.post(f"{one}/reminder"), 409)["code"] == "answered"


@pytest.mark.parametrize("act", ["decision", "withdrawal", "recusal"])
def test_a_key_signs_nothing_even_when_its_account_holds_the_role(project, portfolio, row, act):
    key, secret = factories.a_key(portfolio)
    project.team.create(user=key.user, role="PO")
    body = {"decision": "approved", "seen": seen(row)} if act == "decision" else {"reason": "Because"}
    refused = problem(callers.Caller(secret).post(f"signoffs/{row.pk}/{act}", body), 403)
    assert "A signature is given by a person" in refused["detail"]
    row.refresh_from_db()
    assert (row.decision, row.withdrawn_at) == ("", None)


def test_a_key_closes_no_condition(ci, row, po):
    signs(row, po, "approved_with_conditions", conditions=[Asked("Rehearse", "before_gate")])
    problem(ci.post(f"conditions/{Condition.objects.get().pk}/closing", {"note": "Done"}), 403)
    assert Condition.objects.get().closed_on is None


def test_an_administrator_does_not_sign_for_others(row):
    admin = SignedIn(factories.an_administrator())
    refused = problem(
        admin.post(f"signoffs/{row.pk}/decision", {"decision": "approved", "seen": seen(row)}), 403
    )
    assert "You do not act as" in refused["detail"]


def acts_on(signoff, condition):
    return [
        (f"signoffs/{signoff.pk}/decision", {"decision": "approved", "seen": seen(signoff)}),
        (f"signoffs/{signoff.pk}/withdrawal", {"reason": "a"}),
        (f"signoffs/{signoff.pk}/recusal", {"reason": "a"}),
        (f"signoffs/{signoff.pk}/call-off", {}),
        (f"signoffs/{signoff.pk}/reminder", None),
        (f"conditions/{condition.pk}/closing", {}),
    ]


@pytest.fixture
def condition(project):
    ml = on_team(project, "ML")
    signoff = signs(
        asked(project, "G1", "ML")["ML"],
        ml,
        "approved_with_conditions",
        conditions=[Asked("Rehearse", "by_date", None, timezone.localdate() + timedelta(9))],
    )
    return signoff.conditions.get()


def test_a_stranger_finds_nothing(stranger, path, row, condition):
    problem(stranger.get(path), 404)
    problem(stranger.post(path, {"gate": "G0"}), 404)
    problem(stranger.get(f"signoffs/{row.pk}"), 404)
    for address, body in acts_on(row, condition):
        problem(stranger.post(address, body), 404)
    assert stranger.get("signoffs?waiting_for=me").json()["items"] == []
    for address, body in acts_on(row, condition):
        problem(callers.Caller().post(address, body), 401)
    row.refresh_from_db()
    assert row.decision == "" and row.withdrawn_at is None and row.reminded_at is None


def test_a_viewer_reads_and_neither_asks_nor_decides(viewer, path, row, condition):
    assert viewer.get(path).status_code == viewer.get(f"signoffs/{row.pk}").status_code == 200
    problem(viewer.post(path, {"gate": "G0"}), 403)
    for address, body in acts_on(row, condition):
        problem(viewer.post(address, body), 403)


def test_a_key_needs_the_scope(portfolio, path, row):
    reader = callers.with_key(portfolio, scopes=["projects:read"])
    assert reader.get(path).status_code == 200
    for address, body in ((path, {"gate": "G0"}), (f"signoffs/{row.pk}/reminder", None)):
        assert problem(reader.post(address, body), 403)["code"] == "scope_missing"
    writer = callers.with_key(portfolio, scopes=["signoffs:write"])
    assert writer.post(path, {"gate": "G0"}).status_code == 200
    for address in (path, f"signoffs/{row.pk}", "signoffs?waiting_for=me"):
        assert problem(writer.get(address), 403)["code"] == "scope_missing"


def test_ids_that_are_not_there_are_not_found(ci):
    for number in ("0", "-1", "9" * 19, "x", "77777"):
        problem(ci.get(f"signoffs/{number}"), 404)
        problem(ci.post(f"conditions/{number}/closing", {}), 404)


def test_the_inbox_holds_what_the_caller_may_answer(signer, portfolio, project, row, ci):
    elsewhere = factories.a_project(factories.a_portfolio(slug="elsewhere"))
    person = on_team(elsewhere, "PO", project.team.get(role="PO").user)
    other = asked(elsewhere, "G0", "PO")["PO"]
    found = signer.get("signoffs?waiting_for=me").json()["items"]
    assert [each["id"] for each in found] == [row.pk, other.pk]
    only = signer.get("signoffs?waiting_for=me&portfolio=elsewhere").json()["items"]
    assert [each["project"] for each in only] == [elsewhere.key]
    assert signer.get("signoffs?waiting_for=me&role=ML").json()["items"] == []
    signs(row, person)
    assert [each["id"] for each in signer.get("signoffs?waiting_for=me").json()["items"]] == [other.pk]
    assert ci.get("signoffs?waiting_for=me").json()["items"] == []


def test_the_list_is_filtered(ci, project, path, row, po):
    ml = on_team(project, "ML")
    asked(project, "G1", "ML")
    signs(row, po)
    for query, roles in {
        "": ["ML", "PO"],
        "gate=G0": ["PO"],
        "role=ML": ["ML"],
        "state=waiting": ["ML"],
        "state=decided": ["PO"],
        "state=withdrawn": [],
        "state=superseded": [],
    }.items():
        assert [each["role"] for each in ci.get(f"{path}?{query}").json()["items"]] == roles, query
    decisions.withdraw(row.pk, reason="A draft", actor=acting(po))
    assert [each["role"] for each in ci.get(f"{path}?state=withdrawn").json()["items"]] == ["PO"]
    assert ml


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "waiting_for"),
        ("waiting_for=you", "waiting_for"),
        ("waiting_for=me&role=XX", "role"),
        ("waiting_for=me&portfolio=a b", "portfolio"),
        ("waiting_for=me&state=all", "state"),
    ],
)
def test_a_wrong_parameter_of_the_inbox_is_named(ci, query, field):
    assert fields_of(problem(ci.get(f"signoffs?{query}"), 400)) == [field]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["gate"]),
        ({"gate": "G" * 13}, ["gate"]),
        ({"gate": "G0", "roles": []}, ["roles"]),
        ({"gate": "G0", "roles": ["XX"]}, ["roles.0"]),
        ({"gate": "G0", "note": None}, ["note"]),
        ({"gate": "G0", "rolls": ["PO"]}, ["rolls"]),
    ],
)
def test_a_wrong_request_names_its_fields(ci, path, po, body, fields):
    assert fields_of(problem(ci.post(path, body), 400)) == fields
    assert not SignOff.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"), [({"gate": "G99"}, "gate_unknown"), ({"gate": "G0", "roles": ["PR"]}, "role_unknown")]
)
def test_a_gate_or_role_that_is_not_asked_is_refused(ci, path, po, body, code):
    assert problem(ci.post(path, body), 409)["code"] == code


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"decision": "approved"}, ["seen"]),
        ({"decision": "approved", "seen": "abc"}, ["seen"]),
        ({"decision": "recused", "seen": ELSE}, ["decision"]),
        ({"decision": "perhaps", "seen": ELSE}, ["decision"]),
        ({"decision": "approved", "seen": ELSE, "signer": 7}, ["signer"]),
        ({"decision": "rejected", "seen": ELSE, "reason": "x" * 4001}, ["reason"]),
        ({"decision": "approved", "seen": ELSE, "conditions": [{"text": "a"}]}, ["conditions.0.kind"]),
        (
            {"decision": "approved", "seen": ELSE, "conditions": [{"text": "a", "kind": "before_gate"}] * 11},
            ["conditions"],
        ),
        (
            {
                "decision": "approved_with_conditions",
                "seen": ELSE,
                "conditions": [{"text": "a", "kind": "before_gate", "owner": "nobody@example.org"}],
            },
            ["conditions.0.owner"],
        ),
    ],
)
def test_a_wrong_decision_names_its_fields(signer, row, body, fields):
    assert fields_of(problem(signer.post(f"signoffs/{row.pk}/decision", body), 400)) == fields
    row.refresh_from_db()
    assert row.decision == ""


def test_the_same_request_twice_takes_effect_once(ci, signer, project, path, row, po):
    body = {"decision": "approved", "seen": seen(row)}
    address = f"signoffs/{row.pk}/decision"
    first = signer.post(address, body, Idempotency_Key="k1")
    again = signer.post(address, body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (200, 200, "true")
    assert again.json() == first.json()
    on_team(project, "ML")
    asks = [ci.post(path, {"gate": "G1"}, Idempotency_Key="k2") for _ in range(2)]
    assert [each.status_code for each in asks] == [201, 201]
    assert asks[0].json() == asks[1].json()
    assert SignOff.objects.filter(gate="G1", role="ML").count() == 1


def test_a_list_takes_as_many_queries_with_twenty_as_with_one(ci, signer, portfolio, project, path, row, po):
    def counted():
        found = []
        for caller, address in ((ci, path), (signer, "signoffs?waiting_for=me")):
            with CaptureQueriesContext(connection) as queries:
                assert caller.get(address).status_code == 200
            found.append(len(queries))
        return found

    ci.get(path)  # the first request notes that the key is in use
    with_one = counted()
    for _ in range(19):
        other = factories.a_project(portfolio)
        asked(other, "G0", "PO") if on_team(other, "PO", po) else None
    for role in ("ML", "EN", "SP"):
        on_team(project, role)
    asked(project, "G1")
    assert len(signer.get("signoffs?waiting_for=me").json()["items"]) >= 20
    assert counted() == with_one
