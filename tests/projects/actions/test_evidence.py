"""Evidence: who may bring it, what is refused, what is kept, and what the history says."""

import hashlib
import os
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile

from projects.actions import evidence, projects
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Event, Evidence, EvidenceUse, EvidenceVersion
from projects.models.evidence import storage
from projects.queries import facts
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.projects.evidence_files import EXE, PDF, PNG, SCRIPT, TEXT, a_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(evidence_folder):
    """A storage of this test's own."""
    return evidence_folder


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def editor(project):
    return acting(a_member(project.portfolio, "contributor", "Edgar Editor"))


def brought(project, actor=SYSTEM, **fields):
    """A validation report, unless fields say otherwise."""
    said = {"kind": "validation_report", "title": "Validation of March", **fields}
    if "url" not in said and "file" not in said:
        said["file"] = a_file()
    return evidence.add(project.pk, actor=actor, **said)


def events(project):
    """Kinds of what was written of evidence, oldest first."""
    rows = Event.objects.filter(project=project).filter(kind__regex=r"^(evidence|statement)\.")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def files(folder):
    """Every file in the storage."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def held(version):
    """The bytes of a version, out of the storage."""
    with storage().open(version.file.name) as file:
        return file.read()


def state(folder):
    return (
        list(Evidence.objects.values()),
        list(EvidenceVersion.objects.values()),
        list(EvidenceUse.objects.values()),
        Event.objects.count(),
        files(folder),
    )


def refused(folder, attempt, *args, **fields):
    """Fields and codes of a refusal; nothing was stored."""
    before = state(folder)
    with pytest.raises(Refused) as caught:
        attempt(*args, **fields)
    assert state(folder) == before
    return [(each.field, each.code) for each in caught.value.obstacles] or caught.value.code


def test_a_file_is_kept_with_its_hash_under_a_name_that_is_not_the_users(project, editor, folder):
    version = brought(
        project, editor, file=a_file(PDF, "../../etc/Q1 report.pdf"), gate="G5", text=" Signed "
    )
    found = EvidenceVersion.objects.select_related("evidence").get(pk=version.pk)
    assert version.is_new
    assert (found.sha256, found.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert (found.file_name, found.content_type) == ("Q1 report.pdf", "application/pdf")
    assert (found.number, found.form, found.by_machine) == (1, "file", False)
    assert (found.text, found.provenance) == ("Signed", "primary")
    assert found.dated_on == facts.today(project)
    assert (found.evidence.gate, found.evidence.created_by_id) == ("G5", editor.user_id)
    (path,) = files(folder)
    assert path.parent.name == str(project.pk)
    assert path.name.startswith(found.sha256)
    assert path.read_bytes() == PDF
    assert found.file.name == f"{project.pk}/{path.name}"
    assert path.stat().st_mode & 0o777 == 0o600
    payload = Event.objects.get(project=project, kind="evidence.added").payload
    assert payload["sha256"] == found.sha256
    assert (payload["evidence"], payload["title"]) == (found.evidence_id, "Validation of March")


def test_a_link_is_kept_with_the_hash_of_its_address(project, editor, folder):
    version = brought(project, editor, url=" https://wiki.example.org/v ", dated_on=date(2026, 3, 1))
    assert version.sha256 == hashlib.sha256(b"https://wiki.example.org/v").hexdigest()
    assert (version.form, version.url, version.file.name) == ("link", "https://wiki.example.org/v", "")
    assert version.dated_on == date(2026, 3, 1)
    assert files(folder) == []


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"kind": "dream"}, [("kind", "kind_unknown")]),
        ({"title": " \n "}, [("title", "title_missing")]),
        ({"title": "x" * 201}, [("title", "too_long")]),
        ({"title": "a\0b"}, [("title", "unusable_character")]),
        ({"text": "x" * 2001}, [("text", "too_long")]),
        ({"gate": "G99"}, [("gate", "gate_unknown")]),
        ({"provenance": "heard"}, [("provenance", "provenance_unknown")]),
        ({"dated_on": date(1999, 12, 31)}, [("dated_on", "unlikely_date")]),
        ({"dated_on": date(2999, 1, 1)}, [("dated_on", "unlikely_date")]),
        ({"file": None}, [("file", "one_content")]),
        ({"url": "https://example.org", "file": a_file()}, [("url", "one_content")]),
        ({"url": "javascript:alert(1)"}, [("url", "link_unusable")]),
        ({"url": "https://user:secret@example.org/x"}, [("url", "link_unusable")]),
        ({"url": "https://example.org/" + "x" * 2000}, [("url", "too_long")]),
        ({"file": a_file(b"")}, [("file", "empty")]),
        ({"file": a_file(EXE, "report.pdf")}, [("file", "program")]),
        ({"file": a_file(SCRIPT, "notes.txt")}, [("file", "program")]),
        ({"file": a_file(PNG, "report.pdf")}, [("file", "type_mismatch")]),
        ({"file": a_file(PDF, "report.exe")}, [("file", "type_not_taken")]),
        ({"attach": [("answer", "XX9")]}, [("attach", "place_unknown")]),
        ({"attach": [("criterion", "G5:dream")]}, [("attach", "place_unknown")]),
        ({"attach": [("criterion", "G5:")]}, [("attach", "place_unknown")]),
        ({"attach": [("signoff", "1")]}, [("attach", "place_unknown")]),
        ({"attach": [("signoff", "9" * 30)]}, [("attach", "place_unknown")]),
        ({"attach": [("wall", "1")]}, [("attach", "place_unknown")]),
        (
            {"kind": "?", "title": "", "gate": "?"},
            [("kind", "kind_unknown"), ("title", "title_missing"), ("gate", "gate_unknown")],
        ),
    ],
)
def test_what_is_not_kept_is_refused_with_field_and_fix(project, folder, fields, reasons):
    assert refused(folder, brought, project, **fields) == reasons


def test_a_day_to_come_is_none_of_evidence(project, folder):
    tomorrow = facts.today(project) + timedelta(days=1)
    assert refused(folder, brought, project, dated_on=tomorrow) == [("dated_on", "unlikely_date")]


def test_too_large_is_refused_at_the_limit_and_not_read_further(project, folder, settings):
    settings.EVIDENCE_MAX_MB = 1

    class Endless(ContentFile):
        read_chunks = 0

        def chunks(self, chunk_size=None):
            while True:
                type(self).read_chunks += 1
                yield b"x" * 65536

    assert refused(folder, brought, project, file=Endless(b"x", name="a.txt")) == [("file", "too_large")]
    assert Endless.read_chunks == 17
    assert brought(project, file=a_file(b"x" * 1024 * 1024, "a.txt")).size == 1024 * 1024


def test_the_same_again_is_no_change(project, editor, folder):
    first = brought(project, editor)
    before = state(folder)
    again = brought(
        project, editor, title="  Validation  of March ", text="Another word", file=a_file(PDF, "b.pdf")
    )
    assert (again.pk, again.is_new) == (first.pk, False)
    assert state(folder) == before


def test_the_same_again_elsewhere_is_another_item_and_the_bytes_are_kept_once(project, editor, folder):
    first = brought(project, editor)
    others = [
        brought(project, editor, title="Validation of April"),
        brought(project, editor, kind="model_card"),
    ]
    assert len({first.pk, *(other.pk for other in others)}) == 3
    assert {other.file.name for other in others} == {first.file.name}
    assert len(files(folder)) == 1
    elsewhere = brought(a_project())
    assert elsewhere.file.name != first.file.name
    assert len(files(folder)) == 2


def test_bytes_that_the_storage_has_lost_are_kept_again(project, editor, folder):
    first = brought(project, editor)
    files(folder)[0].unlink()
    healed = brought(project, editor, kind="model_card")
    assert healed.file.name != first.file.name
    assert held(healed) == PDF


def test_a_newer_version_replaces_the_old_one_which_stays(project, editor, folder):
    first = brought(project, editor)
    second = evidence.replace(first.evidence_id, file=a_file(TEXT, "report.txt"), actor=editor)
    first.refresh_from_db()
    assert (second.number, second.is_new, second.replaced_at) == (2, True, None)
    assert first.replaced_at is not None
    assert held(first) == PDF
    third = evidence.replace(first.evidence_id, url="https://example.org/v3", actor=editor)
    assert (third.number, third.form) == (3, "link")
    assert events(project) == ["evidence.added", "evidence.replaced", "evidence.replaced"]


def test_replaced_by_the_same_is_no_change_unless_it_tells_of_another_day(project, editor, folder):
    first = brought(project, editor, url="https://grafana.example.org/d/1", dated_on=date(2026, 1, 5))
    before = state(folder)
    same = {"url": "https://grafana.example.org/d/1", "actor": editor}
    again = evidence.replace(first.evidence_id, dated_on=date(2026, 1, 5), **same)
    assert (again.pk, again.is_new) == (first.pk, False)
    assert state(folder) == before
    seen = evidence.replace(first.evidence_id, dated_on=date(2026, 2, 5), **same)
    assert (seen.number, seen.sha256) == (2, first.sha256)


def test_removed_is_kept_aside_and_comes_back(project, editor, folder):
    version = brought(project, editor)
    item = evidence.remove(version.evidence_id, actor=editor)
    assert (item.removed_by_id, item.removed_at is None) == (editor.user_id, False)
    assert len(files(folder)) == 1
    before = state(folder)
    evidence.remove(version.evidence_id, actor=editor)
    assert state(folder) == before
    assert evidence.restore(version.evidence_id, actor=editor).removed_at is None
    evidence.restore(version.evidence_id, actor=editor)
    assert events(project) == ["evidence.added", "evidence.removed", "evidence.restored"]


def test_what_is_removed_is_not_changed(project, editor, folder):
    version = brought(project, editor)
    evidence.remove(version.evidence_id, actor=editor)
    replaced = refused(
        folder, evidence.replace, version.evidence_id, file=a_file(TEXT, "a.txt"), actor=editor
    )
    attached = refused(folder, evidence.attach, version.evidence_id, place="answer", ref="WP1", actor=editor)
    assert (replaced, attached) == ("removed", "removed")


def test_what_has_been_brought_again_meanwhile_does_not_come_back_a_second_time(project, editor, folder):
    version = brought(project, editor)
    evidence.remove(version.evidence_id, actor=editor)
    assert brought(project, editor).evidence_id != version.evidence_id
    assert refused(folder, evidence.restore, version.evidence_id, actor=editor) == "there_again"


def test_it_is_attached_once_to_what_the_project_has(project, editor):
    version = brought(project, editor, attach=[("answer", "WP1")])
    evidence.attach(version.evidence_id, place="answer", ref="WP1", actor=editor)
    evidence.attach(version.evidence_id, place="criterion", ref="G0:problem", actor=editor)
    uses = EvidenceUse.objects.values_list("place", "ref", "added_by")
    assert list(uses) == [("answer", "WP1", editor.user_id), ("criterion", "G0:problem", editor.user_id)]
    evidence.detach(version.evidence_id, place="answer", ref="WP1", actor=editor)
    evidence.detach(version.evidence_id, place="answer", ref="WP1", actor=editor)
    kinds = ["evidence.added", "evidence.attached", "evidence.attached", "evidence.detached"]
    assert events(project) == kinds


def test_brought_again_for_another_place_it_is_attached_there_too(project, editor):
    first = brought(project, editor, attach=[("answer", "WP1")])
    again = brought(project, editor, attach=[("answer", "WP1"), ("answer", "WP2")])
    assert again.pk == first.pk
    assert list(EvidenceUse.objects.values_list("ref", flat=True)) == ["WP1", "WP2"]


def attempts(version):
    """Every change of evidence, as a call that takes an actor."""
    item = version.evidence
    place = {"place": "answer", "ref": "WP1"}
    return {
        "add": lambda actor: brought(item.project, actor, title="Another"),
        "replace": lambda actor: evidence.replace(item.pk, url="https://example.org/2", actor=actor),
        "remove": lambda actor: evidence.remove(item.pk, actor=actor),
        "restore": lambda actor: evidence.restore(item.pk, actor=actor),
        "attach": lambda actor: evidence.attach(item.pk, actor=actor, **place),
        "detach": lambda actor: evidence.detach(item.pk, actor=actor, **place),
        "state": lambda actor: evidence.state_(item.project_id, name="x", holds=True, actor=actor),
    }


VERBS = ["add", "replace", "remove", "restore", "attach", "detach", "state"]


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not_edit_changes_nothing(project, folder, verb):
    version = brought(project)
    viewer = acting(a_member(project.portfolio, "viewer"))
    robot = Actor(a_member(project.portfolio), "api", scopes=frozenset(["projects:write"]))
    before = state(folder)
    for actor in (viewer, acting(a_person()), robot):
        with pytest.raises(NotAllowed):
            attempts(version)[verb](actor)
    assert state(folder) == before


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_changes_on_an_archived_project(project, folder, editor, verb):
    version = brought(project)
    projects.archive(project.pk, actor=SYSTEM)
    assert refused(folder, attempts(version)[verb], editor) == "archived"


def test_a_file_whose_row_is_refused_under_the_lock_does_not_stay(project, folder, editor):
    """Whether a project is archived is asked under its lock, when the file has been stored already."""
    projects.archive(project.pk, actor=SYSTEM)
    assert refused(folder, brought, project, editor) == "archived"
    assert files(folder) == []


def test_somebody_on_the_team_may_bring_evidence(project):
    validator = on_team(project, "RV")
    assert brought(project, acting(validator)).added_by_id == validator.pk


def test_a_machine_leaves_its_mark(project):
    assert brought(project, SYSTEM).by_machine


def test_files_of_uploads_are_kept_with_closed_doors(project, editor, folder):
    brought(project, editor)
    assert os.stat(folder / str(project.pk)).st_mode & 0o777 == 0o700
