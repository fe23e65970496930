"""The package as a pipeline uses it: what is done, what is raised, what is sent again and what is not."""

import httpx
import plimsoll
import pytest
from plimsoll import command, transport

from projects.models import Blocker, EvidenceVersion, Move, Observation, Proposal, StatusUpdate
from tests import factories
from tests.client.conftest import Product

pytestmark = pytest.mark.django_db
UPDATE = {"health": "on_track", "text": "The nightly evaluation is through."}


@pytest.fixture
def no_pauses(monkeypatch):
    """Waits that were asked for, without waiting."""
    waited = []
    monkeypatch.setattr(transport.time, "sleep", waited.append)
    return waited


def test_a_pipeline_says_and_does_all_that_it_can(client, project, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("AUC 0.91")
    assert [row["key"] for row in client.projects(portfolio="fraud")] == [project.key]
    assert client.project(project.key.lower())["name"] == "Card fraud"
    assert client.gate(project.key)["gates"]
    assert client.metric(project.key, "recall", 0.81, low=0.79, high=0.83)["stored"] == 1
    client.update(project.key, **UPDATE)
    assert client.signal(project.key, "nightly_predictions")["seen_on"]
    assert client.evidence(project.key, kind="ci_run", title="Run", url="https://ci.example.org/1")["id"]
    item = client.evidence(project.key, kind="validation_report", title="Report", file=report)
    assert EvidenceVersion.objects.get(evidence_id=item["id"]).size == len("AUC 0.91")
    raised = client.blocker(project.key, title="No data", category="data_access", severity="high")
    assert Blocker.objects.get().pk == raised["id"]
    proposed = client.propose(project.key, "todo", {"text": "Look"}, cause="run-1")
    assert [row["id"] for row in client.proposals(project.key)] == [proposed["id"]]
    assert client.advance(project.key, "framing", dry_run=True)["result"] == "would_move"
    assert client.advance(project.key, "framing")["result"] == "moved"
    assert client.advance(project.key, "framing")["result"] == "no_change"
    kinds = [event["kind"] for event in client.events(project=project.key)]
    assert {"update.posted", "stage.advanced", "proposal.made", "observations.posted"} <= set(kinds)


def test_a_list_is_read_to_its_end(client, portfolio, recorder):
    factories.a_crowd(portfolio, 61)
    assert len({row["key"] for row in client.projects()}) == 61
    assert len(recorder.requests) == 2


def test_many_observations_go_in_parts(client, project, recorder, monkeypatch):
    monkeypatch.setattr(plimsoll.client, "MOST_AT_ONCE", 2)
    day = "2026-11-0{}T00:00:00Z"
    rows = [
        {"metric": "recall", "environment": "online", "value": 0.8, "at": day.format(n)} for n in range(1, 6)
    ]
    assert client.observe(project.key, iter(rows)) == {"stored": 5, "same": 0, "changed": 0}
    assert client.observe(project.key, rows)["same"] == 5
    assert len(recorder.requests) == 6 and Observation.objects.count() == 5


def test_a_refusal_brings_every_obstacle_with_its_remedy(client, portfolio):
    factories.strict_gates(portfolio)
    project = factories.a_project(portfolio)
    with pytest.raises(plimsoll.Refused) as caught:
        client.advance(project.key, "framing")
    refusal = caught.value
    assert (refusal.code, refusal.status, refusal.exit_code) == ("gate_closed", 409, 3)
    assert refusal.obstacles and all(each.message and each.remedy for each in refusal.obstacles)
    assert not Move.objects.exists()


def test_each_failure_is_what_one_does_about_it(client, project, portfolio, recorder):
    with pytest.raises(plimsoll.WrongUse) as caught:
        client.update(project.key, health="splendid", text="")
    assert dict(caught.value.fields).keys() == {"health", "text"}
    with pytest.raises(plimsoll.NotAllowed):
        client.project("XYZ-9")
    narrow = factories.a_key(portfolio, scopes=["projects:read"])[1]
    with plimsoll.Client("http://testserver", narrow, http=recorder) as reader:
        assert list(reader.projects())
        with pytest.raises(plimsoll.NotAllowed) as caught:
            reader.update(project.key, **UPDATE)
    assert caught.value.code == "scope_missing" and caught.value.exit_code == 4
    stranger = plimsoll.Client("http://testserver", "plm_wrong", http=recorder)
    with pytest.raises(plimsoll.NotAllowed):
        list(stranger.projects())


def test_what_is_sent_again_is_done_once(secret, project, no_pauses):
    lost = Product(
        httpx.ReadTimeout("slow"), httpx.Response(503), httpx.Response(429, headers={"Retry-After": "7"})
    )
    with plimsoll.Client("http://testserver", secret, http=lost) as client:
        client.update(project.key, **UPDATE)
    keys = {request.headers["Idempotency-Key"] for request in lost.requests}
    assert len(lost.requests) == 4 and len(keys) == 1
    assert StatusUpdate.objects.count() == 1
    # Half a second, one second, then as long as the server asks for; a fifth more or less each time.
    assert [round(wait / 0.8) >= low for wait, low in zip(no_pauses, (0, 1, 7), strict=True)] == [True] * 3


def test_an_answer_that_was_lost_is_the_same_when_it_is_asked_for_again(secret, project, no_pauses):
    class Lost(Product):
        def handle_request(self, request):
            answer = super().handle_request(request)
            if len(self.requests) == 1:
                answer.read()
                raise httpx.ReadError("The line went dead after the server was done.")
            return answer

    with plimsoll.Client("http://testserver", secret, http=Lost()) as client:
        assert client.update(project.key, **UPDATE)["text"] == UPDATE["text"]
    assert StatusUpdate.objects.count() == 1 and len(no_pauses) == 1


def test_it_gives_up_in_time_and_says_who_did_not_answer(secret, no_pauses):
    dead = Product(*[httpx.ConnectError("refused")] * 9)
    client = plimsoll.Client("http://testserver", secret, http=dead, tries=3)
    with pytest.raises(plimsoll.Failed, match="http://testserver does not answer: refused"):
        client.gate("FRD-1")
    assert len(dead.requests) == 3 and len(no_pauses) == 2


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (
            httpx.Response(301, headers={"Location": "https://other.example.org/"}),
            plimsoll.WrongUse,
            "sends on",
        ),
        (httpx.Response(200, text="<html>"), plimsoll.Failed, "not JSON"),
        (httpx.Response(500, text="Oops"), plimsoll.Failed, "answers 500"),
    ],
)
def test_what_is_not_plimsoll_is_told_as_such(secret, answer, kind, says):
    client = plimsoll.Client("http://testserver", secret, http=Product(answer), tries=1)
    with pytest.raises(kind, match=says):
        client.project("FRD-1")


def test_it_says_which_setting_is_missing_and_shows_no_key(monkeypatch, secret):
    for name in ("PLIMSOLL_URL", "PLIMSOLL_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(plimsoll.WrongUse, match="PLIMSOLL_URL is not set"):
        plimsoll.Client()
    with pytest.raises(plimsoll.WrongUse, match="https://"):
        plimsoll.Client("plimsoll.example.org", secret)
    assert secret not in repr(plimsoll.Client("https://plimsoll.example.org", secret))


def test_a_proposal_is_not_a_change(client, project):
    client.propose(project.key, "move", {"to": "framing"}, reason="Build 7", cause="build-7")
    client.propose(project.key, "move", {"to": "framing"}, reason="Build 7", cause="build-7")
    assert Proposal.objects.count() == 1 and not Move.objects.exists()


def test_the_command_ends_with_1_where_nobody_answers(monkeypatch, no_pauses, capsys):
    monkeypatch.setenv("PLIMSOLL_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PLIMSOLL_KEY", "plm_of_nobody")
    assert command.main(["gate", "FRD-1"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "http://127.0.0.1:9 does not answer" in said.err and "plm_" not in said.err
    assert len(no_pauses) == transport.TRIES - 1
