"""Evidence by REST: brought once however often a pipeline sends it, read back byte for byte."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, RequestFactory, encode_multipart
from django.test.utils import CaptureQueriesContext

from portfolio.wsgi import application
from projects.actions import evidence, projects
from projects.models import Event, Evidence, EvidenceVersion
from projects.models.evidence import storage
from tests import factories
from tests.factories import SYSTEM
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem
from tests.projects.evidence_files import EXE, HTML, PDF, TEXT, a_file

LINK = {"kind": "ci_run", "title": "Nightly evaluation", "url": "https://ci.example.org/runs/4182"}
NAMED = {"kind": "validation_report", "title": "Validation of March"}


@pytest.fixture(autouse=True)
def folder(evidence_folder):
    """A storage of this test's own."""
    return evidence_folder


@pytest.fixture
def path(project):
    return f"projects/{project.key}/evidence"


@pytest.fixture
def item(project):
    """A file, brought by a person."""
    return evidence.add(project.pk, file=a_file(), actor=SYSTEM, **NAMED).evidence


def sends(caller, path, content=PDF, name="report.pdf", boundary=BOUNDARY, **fields):
    """A form with a file, as curl -F sends it."""
    headers = fields.pop("headers", {})
    said = fields if content is None else {**fields, "file": SimpleUploadedFile(name, content)}
    body = encode_multipart(boundary, said)
    kind = MULTIPART_CONTENT.replace(BOUNDARY, boundary)
    return caller.post(path, body, **{"Content-Type": kind, **headers})


def test_a_file_is_brought_once_and_read_back_byte_for_byte(ci, path, project, folder):
    first = sends(ci, path, **NAMED, gate="G5", attach=["answer:WP1", "answer:WP2"], dated_on="2026-03-01")
    assert first.status_code == 201, first.content
    shown = first.json()
    version = shown.pop("version")
    assert first["Location"] == f"/api/v1/evidence/{shown['id']}"
    assert shown["attached"] == ["answer:WP1", "answer:WP2"]
    assert {name: shown[name] for name in ("kind", "title", "gate")} == {**NAMED, "gate": "G5"}
    assert version["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (version["dated_on"], version["by_machine"], version["size"]) == ("2026-03-01", True, len(PDF))
    again = sends(ci, path, **NAMED)
    assert (again.status_code, again.json()["id"]) == (200, shown["id"])
    assert "Location" not in again
    sent = ci.get(version["file"])
    assert b"".join(sent.streaming_content) == PDF
    assert sent["Content-Type"] == "application/pdf"
    assert sent["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert sent["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert EvidenceVersion.objects.count() == 1
    assert len([each for each in folder.rglob("*") if each.is_file()]) == 1


def test_a_link_is_brought_once(ci, path):
    assert [ci.post(path, LINK).status_code for _ in range(3)] == [201, 200, 200]
    (shown,) = ci.get(path).json()["items"]
    assert (shown["version"]["url"], shown["version"]["file"]) == (LINK["url"], None)
    assert shown["version"]["added_by"]["name"] == "CI robot"


def test_it_is_listed_by_kind_in_parts(ci, path, project):
    made = [ci.post(path, {**LINK, "title": f"Run {number}"}).json() for number in range(3)]
    ci.post(path, {**LINK, "kind": "runbook"})
    first = ci.get(f"{path}?kind=ci_run&limit=2").json()
    second = ci.get(f"{path}?kind=ci_run&limit=2&cursor={first['next_cursor']}").json()
    assert first["items"] + second["items"] == made
    assert second["next_cursor"] is None
    assert ci.get(f"{path}?kind=nothing").json()["items"] == []


def test_it_is_replaced_removed_and_brought_back(ci, item):
    one = f"evidence/{item.pk}"
    newer = sends(ci, f"{one}/versions", TEXT, "v2.txt", text="Figures corrected")
    assert (newer.status_code, newer.json()["version"]["number"]) == (201, 2)
    assert sends(ci, f"{one}/versions", TEXT, "v2.txt").status_code == 200
    assert ci.post(f"{one}/versions", {"url": "https://example.org/3"}).json()["version"]["number"] == 3
    listed = ci.get(f"{one}/versions").json()["items"]
    assert [each["number"] for each in listed] == [3, 2, 1]
    sent = [ci.get(each["file"]) for each in listed if each["file"]]
    assert [b"".join(each.streaming_content) for each in sent] == [TEXT, PDF]
    problem(ci.get(f"{one}/versions/3/file"), 404)
    problem(ci.get(f"{one}/versions/9/file"), 404)
    assert ci.delete(one).status_code == 204
    assert ci.get(one).json()["removed_at"]
    assert ci.get(f"projects/{item.project.key}/evidence").json()["items"] == []
    assert problem(ci.post(f"{one}/versions", {"url": "https://example.org/4"}), 409)["code"] == "removed"
    assert ci.post(f"{one}/restore").json()["removed_at"] is None


def test_it_is_attached_and_detached(ci, item):
    place = {"place": "criterion:G0:problem"}
    assert ci.post(f"evidence/{item.pk}/attach", place).json()["attached"] == ["criterion:G0:problem"]
    assert ci.post(f"evidence/{item.pk}/attach", place).status_code == 200
    found = problem(ci.post(f"evidence/{item.pk}/attach", {"place": "answer:XX9"}), 409)
    assert [each["field"] for each in found["obstacles"]] == ["attach"]
    assert ci.post(f"evidence/{item.pk}/detach", place).json()["attached"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ["kind", "title", "url"]),
        ({**LINK, "kind": "dream"}, ["kind"]),
        ({**LINK, "title": "a\0b"}, ["title"]),
        ({**LINK, "dated_on": "1905-01-01"}, ["dated_on"]),
        ({**LINK, "file": "x"}, ["file"]),
        ({**LINK, "attach": "answer:WP1"}, ["attach"]),
        ({**LINK, "typo": 1}, ["typo"]),
    ],
)
def test_a_wrong_field_is_400(ci, path, body, field):
    assert fields_of(problem(ci.post(path, body), 400)) == field
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (EXE, "a.pdf", "program"),
        (PDF, "a.exe", "type_not_taken"),
        (HTML, "a.png", "type_mismatch"),
    ],
)
def test_a_file_that_is_not_taken_is_409_with_the_fix(ci, path, content, name, code):
    found = problem(sends(ci, path, content, name, **NAMED), 409)
    assert [(each["field"], each["code"]) for each in found["obstacles"]] == [("file", code)]
    assert not Evidence.objects.exists()


def test_a_form_without_a_file_or_with_an_address_is_400(ci, path):
    assert fields_of(problem(sends(ci, path, None, **NAMED), 400)) == ["file"]
    assert fields_of(problem(sends(ci, path, url="https://example.org", **NAMED), 400)) == ["url"]


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 2 * 1024 * 1024])
def test_too_large_is_413_by_its_bytes_and_by_its_length(ci, path, project, settings, folder, size):
    settings.EVIDENCE_MAX_MB = 1
    found = problem(sends(ci, path, b"x" * size, "a.txt", **NAMED), 413)
    assert (found["code"], "1 MB" in found["detail"]) == ("file_too_large", True)
    person = callers.SignedIn(factories.a_member(project.portfolio))
    assert problem(sends(person, path, b"x" * size, "a.txt", **NAMED), 413)["code"] == "file_too_large"
    assert not Evidence.objects.exists()
    assert not folder.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "status"), [(1000, 201), (1024 * 1024 + 1, 413)])
def test_a_form_without_a_length_is_counted_while_it_arrives(portfolio, path, settings, size, status):
    """As pipelines send what they make at that moment (Transfer-Encoding: chunked)."""
    settings.EVIDENCE_MAX_MB = 1
    body = encode_multipart(BOUNDARY, {**NAMED, "file": SimpleUploadedFile("a.txt", b"x" * size)})
    sent = RequestFactory().generic("POST", f"/api/v1/{path}", b"").environ
    sent.pop("CONTENT_LENGTH", None)
    sent |= {
        "CONTENT_TYPE": MULTIPART_CONTENT,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    sent["HTTP_AUTHORIZATION"] = f"Bearer {factories.a_key(portfolio)[1]}"
    said = []
    answer = application(sent, lambda line, _headers, _error=None: said.append(line))
    b"".join(answer)
    answer.close()
    assert said[0].startswith(str(status)), said
    assert Evidence.objects.count() == (status == 201)


def test_a_form_is_taken_only_where_a_file_is(ci, project):
    found = problem(sends(ci, f"projects/{project.key}/comments", text="Well."), 415)
    assert found["code"] == "json_needed"
    problem(ci.post(f"projects/{project.key}/evidence", b"a=1", **{"Content-Type": "text/plain"}), 415)


def test_a_torn_form_is_400(ci, path):
    problem(ci.post(path, b"--x\r\nnothing", **{"Content-Type": "multipart/form-data"}), 400)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    assert problem(ci.post(path, body, **{"Content-Type": "multipart/form-data; boundary=x"}), 400)["errors"]


def test_with_a_key_of_its_own_the_same_form_gets_the_same_answer(ci, path):
    headers = {"Idempotency-Key": "run-4182"}
    first = sends(ci, path, boundary="one", headers=headers, **NAMED)
    second = sends(ci, path, boundary="two", headers=headers, **NAMED)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    other = sends(ci, path, PDF + b"\n", boundary="two", headers=headers, **NAMED)
    assert problem(other, 422)["code"] == "idempotency_key_reused"
    assert EvidenceVersion.objects.count() == 1


def test_a_session_sends_a_file_only_with_the_csrf_token(project, path):
    person = factories.a_member(project.portfolio)
    caller = callers.SignedIn(person, checks_csrf=True)
    assert "CSRF" in problem(sends(caller, path, **NAMED), 403)["detail"]
    caller.client.cookies["csrftoken"] = "a" * 32
    made = sends(caller, path, headers={"X-CSRFToken": "a" * 32}, **NAMED)
    assert made.status_code == 201, made.content
    assert made.json()["version"]["by_machine"] is False


def test_a_lost_file_is_410(ci, item):
    storage().delete(item.versions.get().file.name)
    assert problem(ci.get(f"evidence/{item.pk}/versions/1/file"), 410)["code"] == "file_lost"


def doors(item):
    """Every operation on an item and on the list, with a body that would do."""
    one, of_project = f"evidence/{item.pk}", f"projects/{item.project.key}/evidence"
    reads = [("GET", of_project), ("GET", one), ("GET", f"{one}/versions"), ("GET", f"{one}/versions/1/file")]
    writes = [
        ("POST", of_project, LINK),
        ("POST", f"{one}/versions", {"url": "https://example.org/2"}),
        ("DELETE", one, None),
        ("POST", f"{one}/restore", None),
        ("POST", f"{one}/attach", {"place": "answer:WP1"}),
        ("POST", f"{one}/detach", {"place": "answer:WP1"}),
    ]
    return [(method, address, None) for method, address in reads], writes


def state():
    return list(Evidence.objects.values()), list(EvidenceVersion.objects.values()), Event.objects.count()


def test_who_may_not_know_of_it_gets_404_and_nobody_401(item, stranger):
    elsewhere = callers.with_key(factories.a_portfolio())
    reads, writes = doors(item)
    before = state()
    for method, address, body in [*reads, *writes]:
        problem(callers.Caller()(method, address, body), 401)
        for caller in (stranger, elsewhere):
            problem(caller(method, address, body), 404)
    assert state() == before


def test_a_viewer_and_a_key_without_the_scope_read_and_write_403(item, viewer, portfolio):
    reads, writes = doors(item)
    reader = callers.with_key(portfolio, scopes=["projects:read"])
    before = state()
    for caller, code in ((viewer, "not_allowed"), (reader, "scope_missing")):
        for method, address, body in reads:
            answer = caller(method, address, body)
            assert (answer.status_code, bool(answer.getvalue())) == (200, True), address
        for method, address, body in writes:
            assert problem(caller(method, address, body), 403)["code"] == code, address
        assert problem(sends(caller, writes[0][1], **NAMED), 403)["code"] == code
    assert state() == before
    writer = callers.with_key(portfolio, scopes=["evidence:write"])
    for method, address, body in reads:
        assert problem(writer(method, address, body), 403)["code"] == "scope_missing", address


def test_a_key_with_the_scope_alone_may_bring(portfolio, path, project):
    assert sends(callers.with_key(portfolio, scopes=["evidence:write"]), path, **NAMED).status_code == 201


def test_an_archived_project_takes_nothing(ci, item):
    projects.archive(item.project_id, actor=SYSTEM)
    before = state()
    for method, address, body in doors(item)[1]:
        assert problem(ci(method, address, body), 409)["code"] == "archived", address
    assert state() == before


def test_a_list_asks_as_often_for_one_as_for_twenty(ci, path):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert ci.get(path).status_code == 200
        return len(caught)

    ci.post(path, {**LINK, "attach": ["answer:WP1"]})
    one = queries()
    for number in range(19):
        ci.post(path, {**LINK, "title": f"Run {number}", "attach": ["answer:WP1", "answer:WP2"]})
    assert queries() == one
