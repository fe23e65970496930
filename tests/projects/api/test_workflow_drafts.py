"""The draft of a workflow by REST: kept, tried on projects, never published; and who may do which."""

import pytest

from projects.actions import workflow_drafts as drafts
from projects.models import KeptRequest, WorkflowDraft, WorkflowVersion
from projects.rules import presets, yaml_texts
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, fields_of, problem, with_key

DRAFT, SIMULATE = "portfolios/commerce/workflow/draft", "portfolios/commerce/workflow/simulate"
MATCHES = "If-Match"


@pytest.fixture
def manager(portfolio):
    return SignedIn(factories.a_member(portfolio, "manager", "Wanda"))


def document(**changes):
    found = presets.document("standard")
    found["gates"][0] |= changes
    return found


def put(caller, body, etag=""):
    return caller("PUT", DRAFT, body, **({MATCHES: etag} if etag else {}))


def test_a_draft_is_kept_read_and_discarded(manager):
    assert problem(manager.get(DRAFT), 404)
    answer = put(manager, {"document": document(label="First look")})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["version"], said["based_on"], said["review"], said["problems"]) == (1, 1, None, [])
    assert said["edited_by"]["name"] == "Wanda"
    (change,) = said["changes"]
    assert (change["what"], change["after"]) == ("Name", "First look")
    assert manager.get(DRAFT).json() == said
    assert manager.get(DRAFT)["ETag"] == answer["ETag"] == '"1"'
    assert manager.delete(DRAFT, **{MATCHES: '"1"'}).status_code == 204
    assert problem(manager.get(DRAFT), 404)
    assert problem(manager.delete(DRAFT, **{MATCHES: "*"}), 404)


def test_a_text_is_kept_as_it_is_also_where_it_cannot_be_read(manager):
    written = "# our own\nstages: [\n"
    said = put(manager, {"text": written}).json()
    assert WorkflowDraft.objects.get().text == said["text"] == written
    assert said["problems"][0]["path"].startswith("line")
    found = problem(manager.post(SIMULATE), 400)
    assert fields_of(found)[0].startswith("draft")


def test_nobody_overwrites_what_they_have_not_read(manager):
    put(manager, {"text": "one"})
    assert problem(put(manager, {"text": "two"}), 428)["code"] == "if_match_needed"
    assert problem(put(manager, {"text": "two"}, '"7"'), 412)["code"] == "stale"
    assert put(manager, {"text": "two"}, '"1"').json()["version"] == 2
    assert put(manager, {"text": "three"}, "*").json()["version"] == 3
    assert problem(manager.delete(DRAFT), 428)
    assert problem(manager.delete(DRAFT, **{MATCHES: '"1"'}), 412)
    assert WorkflowDraft.objects.get().text == "three"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": None},
        {"document": []},
        {"text": "x", "document": {}},
        {"texts": "x"},
        {"text": "x" * 200_001},
        {"text": "a\0b"},
        [],
        b"{",
        b'{"document": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}",
    ],
)
def test_what_is_no_draft_is_refused(manager, body):
    assert problem(put(manager, body), 400)
    assert not WorkflowDraft.objects.exists()


def test_a_workflow_is_tried_without_keeping_anything(manager, project):
    answer = manager.post(SIMULATE, {"document": document(enforcement="block")})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["total"], said["tried"], said["signatures_fallen"]) == (1, 1, 0)
    assert said["counts"] == {"closed": 1, "more": 0, "placeless": 0, "opened": 0, "fewer": 0, "same": 0}
    (gate,) = said["gates"]
    assert (gate["gate"], gate["refused"]) == ("G0", {"today": 0, "then": 1})
    (row,) = said["projects"]
    assert (row["project"], row["outcome"], row["gate_then"], row["added"]) == (
        project.key,
        "closed",
        "G0",
        [],
    )
    more = {"kind": "evidence", "name": "model_card"}
    criteria = [*document()["gates"][0]["criteria"], more]
    text = yaml_texts.text(document(criteria=criteria))
    (row,) = manager.post(SIMULATE, {"text": text}).json()["projects"]
    assert row["added"][0]["field"] == "evidence.model_card"
    assert row["added"][0]["remedy"]
    assert not WorkflowDraft.objects.exists()


def test_the_draft_is_tried_where_nothing_is_sent(manager, project):
    assert problem(manager.post(SIMULATE), 400)
    put(manager, {"document": document(enforcement="block")})
    assert manager.post(SIMULATE).json()["counts"]["closed"] == 1
    assert manager.post(SIMULATE, {}).json()["counts"]["closed"] == 1
    assert WorkflowDraft.objects.get().version == 1


def test_every_mistake_of_a_workflow_is_named_by_its_place(manager):
    found = problem(manager.post(SIMULATE, {"document": document(enforcement="locked")}), 400)
    assert fields_of(found) == ["document.gates.0.enforcement"]
    found = problem(manager.post(SIMULATE, {"text": "stages: ["}), 400)
    assert fields_of(found)[0].startswith("text.line")
    deep = b'{"document": {"name": ' + b"[" * 900 + b"]" * 900 + b"}}"
    assert problem(manager.post(SIMULATE, deep), 400)


CALLS = [
    ("GET", DRAFT, None),
    ("PUT", DRAFT, {"text": "x"}),
    ("DELETE", DRAFT, None),
    ("POST", SIMULATE, {"text": "x"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_who_may_not(portfolio, stranger, viewer, method, path, body):
    writer = factories.acting(factories.a_member(portfolio, "manager"))
    drafts.save(portfolio.pk, text="kept", version=0, actor=writer)

    def knock(caller):
        return caller(method, path, body, **{MATCHES: "*"})

    assert problem(knock(Caller()), 401)
    assert problem(knock(stranger), 404)
    contributor = SignedIn(factories.a_member(portfolio, "contributor"))
    for caller in (viewer, contributor):
        assert problem(knock(caller), 403)["code"] == "not_allowed"
    reader = with_key(portfolio, scopes=["portfolios:read", "projects:read"])
    assert problem(knock(reader), 403)["code"] == "scope_missing"
    elsewhere = with_key(factories.a_portfolio())
    assert problem(knock(elsewhere), 404)
    assert WorkflowDraft.objects.get().text == "kept"


def test_a_key_may_draft_and_nobody_publishes_here(portfolio, project, ci):
    assert put(ci, {"document": document(enforcement="block")}).status_code == 200
    again = {"Idempotency-Key": "once"}
    first = ci.post(SIMULATE, **again).json()
    assert ci.post(SIMULATE, **again).json() == first
    assert KeptRequest.objects.count() == 1
    for method in ("POST", "PATCH"):
        assert problem(ci(method, DRAFT, {}), 405)
    assert WorkflowVersion.objects.filter(portfolio=portfolio).count() == 1
