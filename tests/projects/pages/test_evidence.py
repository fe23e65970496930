"""The tab of evidence: what it lists, bringing and replacing, and how files are sent back."""

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.actions import evidence, projects
from projects.models import Event, Evidence, EvidenceUse, EvidenceVersion
from projects.models.evidence import storage
from projects.queries import facts
from tests import factories
from tests.factories import SYSTEM, acting
from tests.projects.evidence_files import EXE, HTML, PDF, PNG, SVG, TEXT, a_file
from tests.projects.pages.conftest import part
from tests.projects.pages.reading import text


@pytest.fixture(autouse=True)
def folder(evidence_folder):
    """A storage of this test's own."""
    return evidence_folder


@pytest.fixture
def brought(world):
    """Evidence on the project, by the editor."""

    def bring(content=PDF, name="report.pdf", **fields):
        said = {"kind": "validation_report", "title": "Validation of March", **fields}
        if "url" not in said:
            said["file"] = a_file(content, name)
        return evidence.add(world.project.pk, actor=acting(world.editor), **said)

    return bring


def a_form(world, content=PDF, name="Q1 report.pdf", **fields):
    """What the dialog sends."""
    body = {"kind": "validation_report", "title": "Validation of March", "provenance": "primary", **fields}
    body.setdefault("dated_on", facts.today(world.project).isoformat())
    return body if content is None else body | {"file": SimpleUploadedFile(name, content)}


def test_a_file_is_brought_listed_and_read_back_byte_for_byte(as_, world):
    client = as_(world.editor)
    dialog = client.get(f"{world.url}evidence/add/?kind=validation_report&gate=G5", headers=part())
    assert 'value="validation_report" selected' in dialog.content.decode()
    assert 'value="G5" selected' in dialog.content.decode()
    done = client.post(f"{world.url}evidence/add/", a_form(world, gate="G5"), headers=part())
    assert done["HX-Redirect"] == f"{world.url}evidence/"
    page = client.get(f"{world.url}evidence/")
    assert "Evidence added" in text(page)
    words = text(page)
    assert "Validation report" in words and "Validation of March" in words and "Q1 report.pdf" in words
    assert hashlib.sha256(PDF).hexdigest()[:8] in words
    address = re.search(r'href="(/evidence/\d+/file/)"', page.content.decode())[1]
    sent = client.get(address)
    assert b"".join(sent.streaming_content) == PDF


def test_without_script_the_dialog_is_a_page_that_leads_back(as_, world):
    assert "<h1>Add evidence to" in as_(world.editor).get(f"{world.url}evidence/add/").content.decode()
    done = as_(world.editor).post(f"{world.url}evidence/add/", a_form(world))
    assert (done.status_code, done["Location"]) == (302, f"{world.url}evidence/")


def test_a_link_is_brought(as_, world):
    as_(world.editor).post(f"{world.url}evidence/add/", a_form(world, None, url="https://wiki.example.org/v"))
    assert EvidenceVersion.objects.get().url == "https://wiki.example.org/v"
    page = as_(world.viewer).get(f"{world.url}evidence/").content.decode()
    assert 'href="https://wiki.example.org/v" rel="noreferrer"' in page


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"content": None}, 422, "Choose a file or give an address."),
        ({"url": "https://example.org"}, 422, "Choose a file or give an address."),
        ({"title": " "}, 422, "Say in a few words what it is."),
        ({"kind": "dream"}, 422, "Select a valid choice"),
        ({"dated_on": "31 Nov"}, 422, "This is not a date."),
        ({"dated_on": "2099-01-01"}, 409, "is not a likely date"),
        ({"content": EXE}, 409, "This file is a program or a script."),
        ({"content": PNG}, 409, "This is not what its ending “.pdf” says."),
        ({"content": b""}, 409, "This file is empty."),
        ({"name": "report.exe"}, 409, "Files “.exe” are not taken."),
        ({"content": None, "url": "javascript:alert(1)"}, 409, "Give the whole address"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(as_, world, untouched, folder, fields, status, words):
    answer = untouched(
        as_(world.editor).post, f"{world.url}evidence/add/", a_form(world, **fields), headers=part()
    )
    assert answer.status_code == status
    assert words in text(answer)
    assert not Evidence.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("headers", "status"), [({}, 413), (part(), 422)])
def test_too_large_is_refused_while_it_arrives(as_, world, settings, untouched, headers, status):
    settings.EVIDENCE_MAX_MB = 1
    body = a_form(world, b"x" * (1024 * 1024 + 1), "a.txt")
    answer = untouched(as_(world.editor).post, f"{world.url}evidence/add/", body, headers=headers)
    assert answer.status_code == status
    assert "This file is larger than 1 MB." in text(answer)
    far = a_form(world, b"x" * (2 * 1024 * 1024), "a.txt")
    assert as_(world.editor).post(f"{world.url}evidence/add/", far, headers=headers).status_code == status


def test_a_form_of_another_site_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.editor)
    assert client.post(f"{world.url}evidence/add/", a_form(world)).status_code == 403
    assert not Evidence.objects.exists()


def test_the_same_again_is_said_to_be_there(as_, world, brought):
    brought()
    as_(world.editor).post(f"{world.url}evidence/add/", a_form(world))
    assert "The same is here already" in text(as_(world.editor).get(f"{world.url}evidence/"))
    assert EvidenceVersion.objects.count() == 1


def test_it_is_replaced_and_all_versions_can_be_read(as_, world, brought):
    first = brought()
    item = f"{world.url}evidence/{first.evidence_id}/"
    assert "Signatures on it fall away" in text(as_(world.editor).get(f"{item}replace/"))
    as_(world.editor).post(f"{item}replace/", a_form(world, TEXT, "v2.txt"))
    sheet = as_(world.viewer).get(item)
    assert "Version 2 of" in text(sheet) and "Version 1 of" in text(sheet)
    sent = [as_(world.viewer).get(f"/evidence/{each.pk}/file/") for each in first.evidence.versions.all()]
    assert [b"".join(each.streaming_content) for each in sent] == [TEXT, PDF]


def test_removed_it_can_be_brought_back_from_the_toast_and_from_the_list(as_, world, brought):
    item = brought().evidence
    client = as_(world.editor)
    done = client.post(f"{world.url}evidence/{item.pk}/remove/", headers=part())
    assert done["HX-Redirect"] == f"{world.url}evidence/"
    page = client.get(f"{world.url}evidence/")
    assert f'action="{world.url}evidence/{item.pk}/restore/"' in page.content.decode()
    assert "Removed: Validation of March" in text(page) and "No evidence yet" in text(page)
    assert "Bring back" in text(client.get(f"{world.url}evidence/"))
    client.post(f"{world.url}evidence/{item.pk}/restore/")
    item.refresh_from_db()
    assert item.removed_at is None


def test_it_is_attached_and_detached(as_, world, brought):
    item = brought().evidence
    dialog = as_(world.editor).get(f"{world.url}evidence/{item.pk}/attach/").content.decode()
    assert 'value="answer:WP1"' in dialog and 'value="criterion:G0:problem"' in dialog
    as_(world.editor).post(f"{world.url}evidence/{item.pk}/attach/", {"place": "answer:WP1"})
    as_(world.editor).post(f"{world.url}evidence/{item.pk}/attach/", {"place": "criterion:G0:problem"})
    assert ">WP1</span>" in as_(world.viewer).get(f"{world.url}evidence/").content.decode()
    wrong = as_(world.editor).post(f"{world.url}evidence/{item.pk}/attach/", {"place": "answer:XX9"})
    assert wrong.status_code == 422
    body = {"place": "answer", "ref": "WP1"}
    as_(world.editor).post(f"{world.url}evidence/{item.pk}/detach/", body)
    assert list(EvidenceUse.objects.values_list("ref", flat=True)) == ["G0:problem"]


def headers_of(client, version, query=""):
    answer = client.get(f"/evidence/{version.pk}/file/{query}")
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    return answer


SAFE = [
    (PDF, "a.pdf", "application/pdf", "application/pdf"),
    (PNG, "a.png", "image/png", "image/png"),
    (TEXT, "a.txt", "text/plain", "text/plain; charset=utf-8"),
    (TEXT, "a.csv", "text/csv", "text/plain; charset=utf-8"),
    (HTML, "a.html", "application/octet-stream", ""),
    (SVG, "a.svg", "application/octet-stream", ""),
    (HTML, "a.txt", "text/plain", "text/plain; charset=utf-8"),
    (b"PK\x03\x04", "a.zip", "application/zip", ""),
]


@pytest.mark.parametrize(("content", "name", "sent_as", "shown_as"), SAFE)
def test_a_browser_runs_nothing_of_it(as_, world, brought, content, name, sent_as, shown_as):
    version = brought(content, name)
    for query in ("", "?inline"):
        answer = headers_of(as_(world.viewer), version, query)
        assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer["X-Content-Type-Options"] == "nosniff"
        is_shown = query and shown_as
        assert answer["Content-Type"] == (shown_as if is_shown else sent_as)
        manner = "inline" if is_shown else "attachment"
        assert answer["Content-Disposition"] == f'{manner}; filename="{name}"'


def test_a_name_in_any_script_reaches_the_downloader_and_no_header_is_split(as_, world, brought):
    version = brought(name='Prüf"ung\r\nSet-Cookie: x=1 \u202efdp.pdf')
    said = headers_of(as_(world.viewer), version)["Content-Disposition"]
    assert "\n" not in said and "\r" not in said
    assert said == "attachment; filename*=utf-8''Pr%C3%BCf_ungSet-Cookie_%20x%3D1%20fdp.pdf"


def test_a_lost_file_is_said_to_be_lost(as_, world, brought):
    version = brought()
    storage().delete(version.file.name)
    answer = as_(world.viewer).get(f"/evidence/{version.pk}/file/")
    assert answer.status_code == 410
    assert "The file is lost" in text(answer) and version.sha256 in text(answer)


def test_a_link_has_no_file(as_, world, brought):
    version = brought(url="https://example.org/")
    assert as_(world.viewer).get(f"/evidence/{version.pk}/file/").status_code == 404


def test_who_may_not_see_the_project_finds_nothing(as_, world, brought):
    version = brought()
    item = f"{world.url}evidence/{version.evidence_id}/"
    client = as_(world.stranger)
    for address in (f"{world.url}evidence/", item, f"/evidence/{version.pk}/file/", f"{item}replace/"):
        assert client.get(address).status_code == 404, address
    for verb in ("remove", "restore", "attach", "detach", "replace"):
        assert client.post(f"{item}{verb}/", a_form(world)).status_code == 404, verb
    assert client.post(f"{world.url}evidence/add/", a_form(world)).status_code == 404


def test_nobody_downloads_without_signing_in(client, world, brought):
    version = brought()
    answer = client.get(f"/evidence/{version.pk}/file/")
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


def test_a_viewer_reads_and_changes_nothing(as_, world, brought, untouched):
    item = brought().evidence
    client = as_(world.viewer)
    page = text(client.get(f"{world.url}evidence/"))
    assert "Validation of March" in page and "Add evidence" not in page
    for verb in ("remove", "restore", "attach", "detach", "replace"):
        answer = untouched(
            client.post,
            f"{world.url}evidence/{item.pk}/{verb}/",
            a_form(world) | {"place": "answer:WP1", "ref": "WP1"},
        )
        assert answer.status_code == 403, verb
    assert untouched(client.post, f"{world.url}evidence/add/", a_form(world)).status_code == 403
    item.refresh_from_db()
    assert item.removed_at is None


def test_evidence_of_another_project_is_not_here(as_, world, brought):
    other = evidence.add(
        factories.a_project(world.portfolio).pk,
        kind="other",
        title="X",
        url="https://example.org",
        actor=SYSTEM,
    )
    client = as_(world.editor)
    assert client.get(f"{world.url}evidence/{other.evidence_id}/").status_code == 404
    assert client.post(f"{world.url}evidence/{other.evidence_id}/remove/").status_code == 404


def test_an_archived_project_shows_its_evidence_and_takes_none(as_, world, brought):
    version = brought()
    projects.archive(world.project.pk, actor=SYSTEM)
    page = text(as_(world.editor).get(f"{world.url}evidence/"))
    assert "Validation of March" in page and "Add evidence" not in page
    events = Event.objects.count()
    done = as_(world.editor).post(f"{world.url}evidence/{version.evidence_id}/remove/")
    assert done.status_code == 302 and Event.objects.count() == events
    assert as_(world.editor).post(f"{world.url}evidence/add/", a_form(world, title="B")).status_code == 409


def test_the_list_asks_as_often_for_one_item_as_for_twenty(as_, world, brought):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert as_(world.viewer).get(f"{world.url}evidence/").status_code == 200
        return len(caught)

    brought(attach=[("answer", "WP1")])
    queries()
    one = queries()
    for number in range(19):
        brought(title=f"Validation {number}", attach=[("answer", "WP1"), ("answer", "WP2")])
    assert queries() == one


def test_a_statement_is_made_in_a_dialog_and_shown_as_such(as_, world):
    workflow = facts.workflow(world.project)
    asked = [each for gate in workflow.gates for each in gate.criteria if each.kind == "statement"]
    address = f"{world.url}evidence/state/{asked[0].name}/"
    client = as_(world.editor)
    assert asked[0].text in text(client.get(address, headers=part()))
    unsaid = client.post(address, {"text": "Looked at it"}, headers=part())
    assert unsaid.status_code == 422 and "Say yes or no." in text(unsaid)
    done = client.post(address, {"holds": "no", "text": "Not yet"}, headers=part())
    assert done["HX-Redirect"] == f"{world.url}evidence/"
    page = text(client.get(f"{world.url}evidence/"))
    assert "Statement made" in page and "No, it does not · Edgar Editor" in page
    assert (EvidenceVersion.objects.get().holds, EvidenceVersion.objects.get().text) == (False, "Not yet")
    assert client.get(f"{world.url}evidence/state/nobody-asks/").status_code == 404
    assert as_(world.viewer).post(address, {"holds": "yes"}).status_code == 403
    assert as_(world.stranger).post(address, {"holds": "yes"}).status_code == 404
    assert EvidenceVersion.objects.count() == 1
