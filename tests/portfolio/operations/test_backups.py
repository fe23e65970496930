"""A restored copy is equal, on either database, and a bad file changes nothing."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from portfolio.notifications.models import Message
from portfolio.operations import backups
from portfolio.register.actions import samples
from projects.actions import evidence
from projects.models import Project
from projects.models.evidence import storage
from tests.factories import SYSTEM, a_person, a_project
from tests.projects.evidence_files import PDF, TEXT, a_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files(settings, tmp_path, evidence_folder):
    settings.MEDIA_ROOT = tmp_path / "files"
    folder = settings.MEDIA_ROOT / "imports"
    folder.mkdir(parents=True)
    (folder / "report ü.bin").write_bytes(bytes(range(256)) * 100)
    return settings.MEDIA_ROOT


def everything():
    """Every row of every table, and every file."""
    rows = {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.label_lower not in backups.LEFT_OUT
    }
    stored = {
        str(file.relative_to(settings.MEDIA_ROOT)): file.read_bytes()
        for file in Path(settings.MEDIA_ROOT).rglob("*")
        if file.is_file()
    }
    return rows, stored


def test_a_restored_copy_is_equal(tmp_path, files):
    samples.load()
    person, project = a_person(), Project.objects.order_by("pk")[0]
    Message.objects.create(
        recipient=person, project=project, kind="x", way="now", cause="event:1", subject="s", text="t"
    )
    before = everything()
    assert len(before[0]["projects.Project"]) == 24
    assert len(before[0]["notifications.Message"]) == 1
    call_command("backup", str(tmp_path / "all.plimsoll"))
    Project.objects.update(name="Spoilt")
    a_project(name="Added later")
    (files / "imports" / "report ü.bin").unlink()
    call_command("restore", str(tmp_path / "all.plimsoll"), "--replace")
    assert everything() == before


def bytes_of(version):
    with storage().open(version.file.name) as file:
        return file.read()


def test_files_of_evidence_come_back(tmp_path, evidence_folder):
    project = a_project()
    said = {"kind": "model_card", "title": "Card", "actor": SYSTEM}
    version = evidence.add(project.pk, file=a_file(), **said)
    other = evidence.add(project.pk, file=a_file(), **{**said, "title": "The same bytes again"})
    newer = evidence.replace(version.evidence_id, file=a_file(TEXT, "card.txt"), actor=SYSTEM)
    call_command("backup", str(tmp_path / "all.plimsoll"))
    with zipfile.ZipFile(tmp_path / "all.plimsoll") as archive:
        assert len([name for name in archive.namelist() if name.startswith("evidence/")]) == 2
    storage().delete(version.file.name)
    (evidence_folder / newer.file.name).write_bytes(b"spoilt")
    call_command("restore", str(tmp_path / "all.plimsoll"), "--replace")
    assert [bytes_of(each) for each in (version, other, newer)] == [PDF, PDF, TEXT]
    assert (evidence_folder / newer.file.name).stat().st_mode & 0o777 == 0o600
    assert everything()[0]["projects.EvidenceVersion"][0]["file"] == version.file.name


def test_a_lost_file_is_named_and_does_not_stop_the_backup(tmp_path, capsys):
    version = evidence.add(a_project().pk, kind="other", title="X", file=a_file(), actor=SYSTEM)
    storage().delete(version.file.name)
    call_command("backup", str(tmp_path / "all.plimsoll"))
    assert version.file.name in capsys.readouterr().err
    call_command("restore", str(tmp_path / "all.plimsoll"), "--replace")


def test_ids_go_on_after_a_restore(tmp_path):
    project = a_project()
    call_command("backup", str(tmp_path / "all.plimsoll"))
    call_command("restore", str(tmp_path / "all.plimsoll"), "--replace")
    assert a_project(project.portfolio, "Next").key == f"{project.portfolio.key_prefix}-2"


def test_a_used_installation_is_not_overwritten_by_mistake(tmp_path):
    project = a_project()
    call_command("backup", str(tmp_path / "all.plimsoll"))
    Project.objects.update(name="Kept")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "all.plimsoll"))
    project.refresh_from_db()
    assert project.name == "Kept"


@pytest.mark.parametrize(
    "damage", ["not a zip", "no rows", "fewer rows", "a file outside", "evidence outside"]
)
def test_a_damaged_file_changes_nothing(tmp_path, damage):
    a_project()
    good, bad = tmp_path / "all.plimsoll", tmp_path / "bad.plimsoll"
    call_command("backup", str(good))
    before = everything()
    if damage == "not a zip":
        bad.write_text("name,stage\n")
    else:
        _copy(good, bad, damage)
    with pytest.raises(CommandError):
        call_command("restore", str(bad), "--replace")
    assert everything()[0] == before[0]
    assert not (tmp_path / "outside.txt").exists() and not (tmp_path.parent / "outside.txt").exists()


@pytest.mark.postgres
def test_a_backup_goes_from_this_database_into_a_fresh_sqlite(tmp_path):
    samples.load()
    call_command("backup", str(tmp_path / "all.plimsoll"))
    environment = {
        "PLIMSOLL_DATA": str(tmp_path / "elsewhere"),
        "PLIMSOLL_SECRET_KEY": "for this test only",
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
    }
    (tmp_path / "elsewhere").mkdir()
    for words in (["restore", str(tmp_path / "all.plimsoll")], ["backup", str(tmp_path / "again.plimsoll")]):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            env=environment,
            cwd=settings.BASE_DIR,
            timeout=120,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert _rows(tmp_path / "again.plimsoll") == _rows(tmp_path / "all.plimsoll")


def _rows(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith(backups.ROWS)}


def _copy(good, bad, damage):
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("projects.project.jsonl"):
                if damage == "no rows":
                    continue
                if damage == "fewer rows":
                    content = b""
            target.writestr(name, content)
        if damage == "a file outside":
            target.writestr("files/../../outside.txt", "x")
        if damage == "evidence outside":
            target.writestr("evidence/../../outside.txt", "x")
