"""Answers by REST: questions, a batch, confirmation, agreement, history; the same rules as everywhere."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import projects
from projects.models import Answer, Assessment, Event, Project
from tests import factories
from tests.projects.api.callers import SignedIn, fields_of, problem, with_key

PATH = "projects/COM-1/answers"
LINK = "https://ci.example.org/builds/7"
FREE = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT")

pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def anna(portfolio):
    return SignedIn(factories.a_member(portfolio, "contributor", "Anna"))


def give(caller, *given, query="", **headers):
    return caller.post(f"{PATH}{query}", {"answers": list(given)}, **headers)


def answer(question, letter, **more):
    return {"question": question, "letter": letter, **more}


def stored():
    known = list(Assessment.objects.values())
    events = Event.objects.filter(project__key="COM-1").count()
    return list(Answer.objects.order_by("pk").values()), known, events


def test_every_question_is_listed_with_what_is_known_of_it(anna):
    assert give(anna, answer("WP1", "Y", evidence=LINK, evidence_until="2099-01-01")).status_code == 200
    found = anna.get(PATH).json()
    assert (found["project"], found["answered"], found["asked"], len(found["items"])) == ("COM-1", 1, 30, 30)
    first, second = found["items"][:2]
    assert first["text"].startswith("Is there one business number")
    assert {
        name: first[name] for name in ("question", "letter", "given", "age_days", "evidence", "points")
    } == {
        "question": "WP1",
        "letter": "Y",
        "given": "Y",
        "age_days": 0,
        "evidence": LINK,
        "points": 0.0,
    }
    assert (first["weight"], first["is_critical"], first["due"], first["is_due"]) == (
        3,
        True,
        "framing",
        False,
    )
    assert first["by"]["name"] == first["confirmed_by"]["name"] == "Anna"
    assert first["evidence_until"] == "2099-01-01"
    assert len(first["actions"]) == 2
    nothing = ("given", "age_days", "evidence", "reason", "by", "at", "confirmed_on", "agreed_by")
    assert [second[name] for name in nothing] == [None] * len(nothing)
    assert second["letter"] == "U"


def test_a_batch_answers_with_what_was_stored_and_the_new_scores(anna):
    before = Project.objects.get().risk
    said = give(anna, answer("WP1", "Y", evidence=LINK), answer("DQ4", "X", reason="No labels."))
    assert said.status_code == 200
    found = said.json()
    assert found["result"] == "stored"
    assert [(each["question"], each["letter"], each["given"]) for each in found["answers"]] == [
        ("WP1", "Y", "Y"),
        ("DQ4", "U", "X"),
    ]
    now = Project.objects.get()
    assert found["scores"]["risk"] == now.risk < before
    assert found["scores"]["p_production"] == now.p_production
    assert found["scores"]["impact"] is None
    assert (found["scores"]["state"], found["scores"]["quadrant"]) == ("intake", None)


def test_a_dry_run_promises_and_keeps_nothing(anna):
    before = stored()
    promised = give(anna, answer("WP1", "N"), query="?dry_run=true").json()
    assert promised["result"] == "would_store"
    assert stored() == before
    assert give(anna, answer("WP1", "N")).json()["scores"]["risk"] == promised["scores"]["risk"]


def test_a_dry_run_with_an_idempotency_key_keeps_nothing_either(anna):
    before = stored()
    for _ in range(2):
        again = give(anna, answer("WP1", "N"), query="?dry_run=true", **{"Idempotency-Key": "a"})
        assert again.json()["result"] == "would_store"
    assert again["Idempotency-Replayed"] == "true"
    assert stored() == before


def test_a_repeated_request_answers_once(anna):
    first = give(anna, answer("WP1", "N"), **{"Idempotency-Key": "b"})
    give(anna, answer("WP1", "P"))
    again = give(anna, answer("WP1", "N"), **{"Idempotency-Key": "b"})
    assert again.content == first.content
    assert Answer.objects.get(replaced_at=None).letter == "P"


WRONG = [
    (answer("ZZ9", "N"), "question", "Questions are WP1"),
    (answer("GA1", "N"), "question", "language model"),
    (answer("WP1", "Y"), "evidence", "Link the evidence"),
    (answer("WP1", "Y", evidence="  "), "evidence", "Link the evidence"),
    (answer("WP1", "X"), "reason", "Write why"),
    (answer("WP1", "Q"), "letter", "Use one of Y, C, P, T, N, U, X."),
    (answer("WP1", 7), "letter", "Use one of"),
    (answer("WP1", None), "letter", "null"),
    (answer("WP1", ["Y"]), "letter", "Use one of"),
    ({"letter": "N"}, "question", "required"),
    ({"question": "WP1"}, "letter", "required"),
    (answer({"a": 1}, "N"), "question", "valid string"),
    (answer("W" * 13, "N"), "question", "12 characters"),
    (answer("WP1", "N", colour="red"), "colour", "no such field"),
    (answer("WP1", "Y", evidence="x" * 2001), "evidence", "2000 characters"),
    (answer("WP1", "Y", evidence="javascript:alert(1)"), "evidence", "https://"),
    (answer("WP1", "Y", evidence="https://a:b@example.org"), "evidence", "password"),
    (answer("WP1", "Y", evidence=LINK, evidence_until="2020-01-01"), "evidence_until", "ended on 2020-01-01"),
    (answer("WP1", "Y", evidence=LINK, evidence_until="soon"), "evidence_until", "YYYY-MM-DD"),
    (answer("WP1", "Y", evidence=LINK, evidence_until="1905-01-01"), "evidence_until", "between"),
    (answer("WP1", "N", reason=["x"]), "reason", "valid string"),
    (answer("WP2", "P"), "question", "comes twice"),
]


@pytest.mark.parametrize(
    ("wrong", "field", "fix"), WRONG, ids=[f"{each[1]}-{each[2][:12]}" for each in WRONG]
)
def test_a_wrong_answer_is_named_with_its_place_and_the_fix(anna, wrong, field, fix):
    before = stored()
    found = problem(give(anna, answer("NT1", "P"), answer("WP2", "N"), wrong), 400)
    (error,) = found["errors"]
    assert error["field"] == f"answers.2.{field}"
    assert fix in error["message"]
    assert stored() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "answers"),
        ({"answers": []}, "answers"),
        ({"answers": None}, "answers"),
        ({"answers": "WP1"}, "answers"),
        ({"answers": {"WP1": "N"}}, "answers"),
        ({"answers": ["N"]}, "answers.0"),
        ({"answers": [answer("WP1", "N")], "by": "me"}, "by"),
        ([answer("WP1", "N")], "body"),
    ],
)
def test_a_body_of_another_form_is_named(anna, body, field):
    assert field in fields_of(problem(anna.post(PATH, body), 400))


def test_ten_thousand_answers_are_one_error(anna):
    found = problem(give(anna, *[answer("WP1", "N")] * 10_000), 400)
    assert len(found["errors"]) == 1
    assert "120" in found["errors"][0]["message"]
    assert not Answer.objects.exists()


def test_characters_that_no_database_keeps_are_refused_by_place(anna):
    body = b'{"answers": [{"question": "WP1", "letter": "Y", "evidence": "a\\u0000"}]}'
    assert fields_of(problem(anna.post(PATH, body), 400)) == ["answers.0.evidence"]


def test_still_true_confirms_a_pitfall(anna):
    give(anna, answer("WP1", "P"), answer("WP2", "C"), answer("DQ1", "P"), answer("WP3", "N"))
    assert anna.post(f"{PATH}/confirm", {"pitfall": "P1"}).json()["confirmed"] == 2
    assert anna.post(f"{PATH}/confirm", {"questions": ["DQ1"]}).json()["confirmed"] == 1
    found = anna.post(f"{PATH}/confirm", {}).json()
    assert found["confirmed"] == 3
    assert found["scores"]["risk"] == Project.objects.get().risk


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"pitfall": "P9"}, "pitfall"),
        ({"questions": ["GA1"]}, "questions"),
        ({"questions": "WP1"}, "questions"),
        ({"questions": ["x"] * 121}, "questions"),
        ({"question": "WP1"}, "question"),
    ],
)
def test_what_cannot_be_confirmed_is_named(anna, body, field):
    assert fields_of(problem(anna.post(f"{PATH}/confirm", body), 400)) == [field]


def test_another_person_agrees_that_a_question_does_not_apply(anna, ci, portfolio):
    give(anna, answer("DQ4", "X", reason="No labels."))
    path = f"{PATH}/DQ4/agree"
    assert problem(anna.post(path), 409)["code"] == "second_person_needed"
    assert problem(ci.post(path), 409)["code"] == "second_person_needed"
    ben = SignedIn(factories.a_member(portfolio, "contributor", "Ben"))
    found = ben.post(path).json()
    assert (found["answer"]["letter"], found["answer"]["agreed_by"]["name"]) == ("X", "Ben")
    assert found["scores"]["risk"] == Project.objects.get().risk
    assert problem(ben.post(f"{PATH}/WP1/agree"), 409)["code"] == "not_answered"


def test_the_history_of_a_question_has_every_answer(anna):
    for letter in "CPN":
        give(anna, answer("WP1", letter))
    found = anna.get(f"{PATH}/WP1/history?limit=2").json()
    assert [row["letter"] for row in found["items"]] == ["N", "P"]
    assert found["items"][0]["replaced_at"] is None
    assert found["items"][0]["by"]["name"] == "Anna"
    rest = anna.get(f"{PATH}/WP1/history?cursor={found['next_cursor']}").json()
    assert [row["letter"] for row in rest["items"]] == ["C"]
    assert anna.get(f"{PATH}/WP2/history").json()["items"] == []
    problem(anna.get(f"{PATH}/ZZ9/history"), 404)
    problem(anna.get(f"{PATH}/wp1/history"), 404)


READS = ["answers", "answers/WP1/history", "scores", "scores/history"]
WRITES = [
    ("answers", {"answers": [answer("WP2", "N")]}),
    ("answers/confirm", {}),
    ("answers/DQ4/agree", None),
]


@pytest.mark.parametrize("tail", READS)
def test_who_may_read(anna, viewer, stranger, portfolio, tail):
    path = f"projects/COM-1/{tail}"
    assert anna.get(path).status_code == viewer.get(path).status_code == 200
    problem(stranger.get(path), 404)
    problem(with_key(factories.a_portfolio()).get(path), 404)
    writer = with_key(portfolio, scopes=["assessments:write"])
    assert problem(writer.get(path), 403)["code"] == "scope_missing"
    assert with_key(portfolio, scopes=["projects:read"], role="viewer").get(path).status_code == 200


@pytest.mark.parametrize(("tail", "body"), WRITES)
def test_who_may_write(anna, viewer, stranger, portfolio, tail, body):
    path = f"projects/COM-1/{tail}"
    give(anna, answer("DQ4", "X", reason="No labels."), answer("WP1", "P"))
    before = stored()
    assert problem(viewer.post(path, body), 403)["code"] == "not_allowed"
    problem(stranger.post(path, body), 404)
    problem(with_key(factories.a_portfolio()).post(path, body), 404)
    reader = with_key(portfolio, scopes=["projects:read", "projects:write", "moves:write"])
    assert problem(reader.post(path, body), 403)["code"] == "scope_missing"
    assert stored() == before
    if not tail.endswith("agree"):
        writer = with_key(portfolio, scopes=["assessments:write"], role="contributor")
        assert writer.post(path, body).status_code == 200
    on_team = SignedIn(factories.on_team(Project.objects.get(), "RV"))
    assert on_team.post(path, body).status_code == 200


def test_an_archived_project_is_not_answered_for(anna):
    projects.archive(Project.objects.get().pk, actor=factories.SYSTEM)
    assert problem(give(anna, answer("WP1", "N")), 409)["code"] == "archived"


def statements(call):
    with CaptureQueriesContext(connection) as captured:
        assert call().status_code == 200
    return [query["sql"] for query in captured if not query["sql"].startswith(FREE)]


def test_thirty_answers_cost_as_much_as_one(ci):
    asked = [each["question"] for each in ci.get(PATH).json()["items"]]
    one = statements(lambda: give(ci, answer("WP1", "C")))
    rest = statements(lambda: give(ci, *[answer(each, "C") for each in asked[1:]]))
    again = statements(lambda: give(ci, *[answer(each, "P") for each in asked]))
    assert len(one) == len(rest) == len(again) - 1, [sql[:120] for sql in again]
    assert len(again) <= 18, [sql[:120] for sql in again]


@pytest.mark.parametrize(
    "path", [PATH, "projects/COM-1/scores", f"{PATH}/WP1/history", "projects/COM-1/scores/history"]
)
def test_reading_costs_the_same_whatever_is_known(ci, portfolio, path):
    asked = [each["question"] for each in ci.get(PATH).json()["items"]]
    give(ci, answer("WP1", "N"))
    few = len(statements(lambda: ci.get(path)))
    give(ci, *[answer(each, "C") for each in asked])
    give(ci, *[answer(each, "P") for each in asked])
    assert len(statements(lambda: ci.get(path))) == few <= 8
