"""Settings, Workflow: a draft is written with a live preview, tried, reviewed and published."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import workflow_drafts as drafts
from projects.actions import workflows
from projects.models import Event, Portfolio, Project, WorkflowDraft, WorkflowVersion
from projects.rules import presets, yaml_texts
from tests.factories import SYSTEM, a_crowd, a_member, a_person, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
URL = "/portfolios/claims/workflow/"
DRAFT = f"{URL}draft/"


@pytest.fixture
def portfolio():
    return a_portfolio("Claims", slug="claims")


@pytest.fixture
def writer(portfolio):
    return a_member(portfolio, "manager", "Wanda Writer")


@pytest.fixture
def page(client, writer):
    client.force_login(writer)
    return client


def document(at="G0", /, **changes):
    found = presets.document("standard")
    gate = next(each for each in found["gates"] if each["code"] == at)
    gate |= changes
    return found


def text(at="G0", /, **changes):
    return yaml_texts.text(document(at, **changes))


def save(client, written, version=0, do="save", **more):
    return client.post(DRAFT, {"definition": written, "version": version, do: "1", **more})


def content(answer):
    return " ".join(answer.content.decode().split())


def test_before_the_first_draft_the_page_begins_from_what_is_published(page, portfolio):
    answer = page.get(DRAFT)
    assert answer.status_code == 200
    found = content(answer)
    assert "nothing saved yet" in found
    assert "Nothing changes against version 1" in found
    assert "Discard" not in found
    assert page.get(f"{DRAFT}?preset=lean").context["flow"].label == presets.workflow("lean").label
    assert not WorkflowDraft.objects.exists()


def test_a_draft_is_saved_and_shown_with_what_it_changes(page, portfolio, writer):
    assert save(page, text(enforcement="block", criteria=[{"kind": "planned_date"}])).status_code == 302
    found = content(page.get(DRAFT))
    assert "Gate G0 “" in found
    assert "Closed until met" in found
    assert "by Wanda Writer" in found
    assert "You wrote this draft last" in found
    assert "An administrator of the portfolio publishes it." in found
    assert "Open the draft" in content(page.get(URL))
    assert WorkflowVersion.objects.filter(portfolio=portfolio).count() == 1


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ("stages: [", "line 1"),
        ("a: &a [*a]", "the file"),
        ("\tx: 1", "line 1"),
        ("name: x\nstages: []", "line 1"),
        ("!!python/object:os x", "line 1"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_problems(page, written, place):
    assert save(page, written, do="try").headers["Location"] == DRAFT
    assert WorkflowDraft.objects.get().text == written
    found = content(page.get(DRAFT))
    assert f"<code>{place}" in found
    assert "to put right" in found
    assert page.get(f"{DRAFT}trial/").status_code == 302


def test_the_preview_names_the_line_and_keeps_nothing(page):
    wrong = text(enforcement="locked")
    answer = page.post(f"{DRAFT}preview/", {"definition": wrong}, headers={"HX-Request": "true"})
    lines = wrong.splitlines()
    line = next(n for n, each in enumerate(lines, 1) if "enforcement: locked" in each)
    assert f"<code>line {line}, gates[0].enforcement</code>" in content(answer)
    good = page.post(f"{DRAFT}preview/", {"definition": text(label="First look")})
    assert "1 change against version 1" in content(good)
    assert 'id="changes" class="card" hx-swap-oob="true"' in content(good)
    assert "<html" not in content(good)
    assert not WorkflowDraft.objects.exists()


def test_a_file_takes_the_place_of_the_text_and_comes_out_as_it_was(page):
    written = "# our own\n" + text(label="First look")
    assert save(page, "nonsense", file=SimpleUploadedFile("ours.yaml", written.encode())).status_code == 302
    answer = page.get(f"{URL}draft.yaml")
    assert answer.content.decode() == written
    assert answer["Content-Disposition"] == 'attachment; filename="claims-workflow-draft.yaml"'


@pytest.mark.parametrize("data", [b"\xff\xfe\x00x", b"a: \x00", b"x" * 200_001])
def test_a_file_that_is_no_text_is_refused(page, data):
    answer = save(page, "", file=SimpleUploadedFile("x.yaml", data))
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert not WorkflowDraft.objects.exists()


def test_who_edited_an_older_draft_is_told_and_loses_nothing(page, portfolio):
    save(page, text(label="First"))
    answer = save(page, text(label="Second look"), version=0)
    assert answer.status_code == 409
    assert "was changed by somebody else since you opened it" in content(answer)
    assert "Second look" in answer.content.decode()
    assert "First" in WorkflowDraft.objects.get().text


def test_a_trial_says_what_would_close_and_links_to_the_gates(page, portfolio):
    project = a_project(portfolio, "Claims <triage>")
    assert save(page, text(enforcement="block"), do="try").headers["Location"] == f"{DRAFT}trial/"
    found = content(page.get(f"{DRAFT}trial/"))
    assert "1 of 1 would be refused at G0, 0 today." in found
    assert f'href="/projects/{project.key}/gate/"' in found
    assert "Claims &lt;triage&gt;" in found
    assert "Newly closed" in found
    assert "No project is of this kind." in content(page.get(f"{DRAFT}trial/?kind=opened"))
    assert project.key in content(page.get(f"{DRAFT}trial/?kind=closed&page=99"))
    assert page.get(f"{DRAFT}trial/?kind=nonsense").status_code == 200
    assert Project.objects.get(pk=project.pk).workflow.number == 1


def test_somebody_else_reviews_it(page, client, portfolio, writer):
    save(page, text(label="First look"))
    own = page.post(f"{DRAFT}review/", {"version": 1, "verdict": "fine"})
    assert own.status_code == 409
    assert "Ask somebody else to review it" in content(own)
    client.force_login(a_member(portfolio, "manager", "Rita Reviewer"))
    silent = client.post(f"{DRAFT}review/", {"version": 1, "verdict": "wrong", "wrong": " "})
    assert (silent.status_code, "Say what is wrong" in content(silent)) == (409, True)
    said = {"version": 1, "verdict": "wrong", "wrong": "G3 needs <the> lawyers."}
    assert client.post(f"{DRAFT}review/", said).status_code == 302
    assert "says that something is wrong: G3 needs &lt;the&gt; lawyers." in content(client.get(DRAFT))
    # The word “wrong” in the box does not count when the button says that it is fine.
    client.post(f"{DRAFT}review/", {**said, "verdict": "fine"})
    assert "it is fine" in content(client.get(DRAFT))


def test_an_administrator_publishes_what_was_seen(page, client, portfolio, writer):
    save(page, text(label="First look"))
    assert page.post(f"{DRAFT}publish/", {"version": 1, "note": ""}).status_code == 403
    client.force_login(a_member(portfolio, "administrator", "Ada"))
    assert "Nobody else has reviewed it." in content(client.get(DRAFT))
    assert client.post(f"{DRAFT}publish/", {"version": 7, "note": ""}).status_code == 409
    assert client.post(f"{DRAFT}publish/", {"version": "x"}).status_code == 422
    answer = client.post(f"{DRAFT}publish/", {"version": 1, "note": "As the audit asked"})
    assert answer.headers["Location"] == URL
    version = Portfolio.objects.get(pk=portfolio.pk).workflow
    assert (version.number, version.note, version.rules.gates[0].label) == (
        2,
        "As the audit asked",
        "First look",
    )
    assert Event.objects.get(kind="workflow.published", payload__number=2).payload["written_by"] == writer.pk
    assert client.get(f"{URL}draft.yaml").status_code == client.get(f"{DRAFT}trial/").status_code == 404
    assert client.post(f"{DRAFT}publish/", {"version": 1}).status_code == 409


def test_a_draft_that_another_version_overtook_says_so(page, portfolio):
    save(page, text(label="First look"))
    workflows.publish_preset(portfolio, "lean", actor=SYSTEM)
    assert "was published after this draft was saved" in content(page.get(DRAFT))


def test_a_draft_is_discarded_after_a_question(page):
    save(page, text(label="First look"))
    asked = page.get(f"{DRAFT}discard/", headers={"HX-Request": "true", "HX-Target": "overlay"})
    assert "Discard the draft" in content(asked)
    assert WorkflowDraft.objects.exists()
    assert page.post(f"{DRAFT}discard/", {"version": 1}).headers["Location"] == URL
    assert not WorkflowDraft.objects.exists()
    assert "There is no draft" in content(page.get(f"{DRAFT}discard/"))


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver", None])
def test_nobody_else_sees_or_changes_a_draft(client, portfolio, writer, role):
    drafts.save(portfolio.pk, text=text(label="First look"), version=0, actor=acting(writer))
    client.force_login(a_member(portfolio, role) if role else a_person())
    expected = 403 if role else 404
    for address in (DRAFT, f"{URL}draft.yaml", f"{DRAFT}trial/", f"{DRAFT}discard/"):
        assert client.get(address).status_code == expected, address
    for name in ("", "preview/", "review/", "publish/", "discard/"):
        sent = {"definition": "x", "version": 1, "verdict": "fine"}
        assert client.post(f"{DRAFT}{name}", sent).status_code == expected, name
    if role:
        assert "draft" not in content(client.get(URL))
    draft = WorkflowDraft.objects.get()
    assert (draft.version, draft.reviewed_by) == (1, None)
    assert WorkflowVersion.objects.filter(portfolio=portfolio).count() == 1


def test_every_gate_is_shown_in_words(page):
    found = content(page.get(f"{URL}?gate=GX"))
    assert "Gate GX, Stop" in found
    assert "Retirement" in found
    criteria = len(presets.workflow("standard").gates[0].criteria)
    assert f"{criteria} criteria, 0 here" in found or f"{criteria} criterion, 0 here" in found
    assert yaml.safe_load(page.get(f"{URL}1.yaml").content)["gates"]


def test_the_queries_of_the_pages_do_not_depend_on_projects(page, portfolio):
    save(page, text(enforcement="block"))

    def asked(address):
        with CaptureQueriesContext(connection) as captured:
            assert page.get(address).status_code == 200
        return len(captured)

    a_crowd(portfolio, 2)  # What is asked of a single one is one statement instead of several.
    asked(DRAFT)
    few = [asked(DRAFT), asked(f"{DRAFT}trial/")]
    a_crowd(portfolio, 20)
    assert [asked(DRAFT), asked(f"{DRAFT}trial/")] == few
