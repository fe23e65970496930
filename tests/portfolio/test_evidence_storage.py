"""Where files of evidence are kept: a folder, or a bucket on a real server that speaks S3."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from portfolio import environment
from projects.actions import evidence
from projects.models import EvidenceVersion
from projects.models.evidence import storage
from tests.factories import a_member, a_portfolio, a_project, acting
from tests.projects.evidence_files import PDF, TEXT, a_file

NAME = "PLIMSOLL_EVIDENCE_URL"


def read(monkeypatch, url):
    monkeypatch.setenv(NAME, url)
    return environment.evidence(NAME, Path("/data"))


@pytest.mark.once
def test_without_a_setting_it_is_a_folder_that_nobody_else_may_read(monkeypatch):
    found = read(monkeypatch, "")
    assert found["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    assert found["OPTIONS"] == {"location": Path("/data/evidence"), **modes}


@pytest.mark.once
@pytest.mark.parametrize(
    ("url", "endpoint", "region"),
    [
        ("s3://k:s@s3.example.org/evidence", "https://s3.example.org", "us-east-1"),
        ("s3://k:s@127.0.0.1:9000/evidence?tls=0&region=eu-west-1", "http://127.0.0.1:9000", "eu-west-1"),
        ("s3://k:s@[::1]:9000/evidence/?tls=1", "https://[::1]:9000", "us-east-1"),
    ],
)
def test_a_bucket_by_setting(monkeypatch, url, endpoint, region):
    options = read(monkeypatch, url)["OPTIONS"]
    assert (options["endpoint_url"], options["region_name"]) == (endpoint, region)
    assert (options["bucket_name"], options["access_key"], options["secret_key"]) == ("evidence", "k", "s")


@pytest.mark.once
@pytest.mark.parametrize(
    "url",
    [
        "https://k:s@s3.example.org/evidence",
        "s3://s3.example.org/evidence",
        "s3://k@s3.example.org/evidence",
        "s3://k:s@/evidence",
        "s3://k:s@s3.example.org",
        "s3://k:s@s3.example.org/",
        "s3://k:s@s3.example.org/a/b",
        "s3://k:s@s3.example.org:port/evidence",
        "s3://k:s@s3.example.org/evidence?tls=yes",
        "s3://k:s@s3.example.org/evidence?tls=",
        "s3://k:s@s3.example.org/evidence?region=",
        "s3://k:s@s3.example.org/evidence?regoin=eu-west-1",
        "s3://k:s@s3.example.org/evidence#part",
        "s3://k:s@[::1/evidence",
    ],
)
def test_a_bad_value_stops_the_start_with_its_shape_and_without_its_secret(monkeypatch, url):
    with pytest.raises(ImproperlyConfigured, match=rf"{NAME} must look like s3://") as refusal:
        read(monkeypatch, url)
    assert "k:s" not in str(refusal.value)


@pytest.fixture
def project(db):
    return a_project(a_portfolio())


def brought(project, **fields):
    said = {"kind": "model_card", "title": "Card", **fields}
    said.setdefault("file", a_file())
    return evidence.add(project.pk, actor=acting(a_member(project.portfolio)), **said)


def keys(bucket):
    return sorted(each.key for each in bucket.objects.all())


@pytest.mark.once
def test_a_file_goes_into_the_bucket_once_and_comes_back_byte_for_byte(bucket, client, project):
    large = TEXT * 200_000  # more than one read, and more than stays in memory
    version = brought(project, file=a_file(large, "figures.csv"))
    again = brought(project, file=a_file(large, "other name.csv"))
    other = brought(project, title="The same bytes elsewhere", file=a_file(large, "figures.csv"))
    assert (again.pk, other.pk == version.pk) == (version.pk, False)
    assert keys(bucket) == [version.file.name] == [other.file.name]
    assert version.file.name.startswith(f"{project.pk}/{version.sha256}")
    client.force_login(version.added_by)
    sent = client.get(f"/evidence/{version.pk}/file/")
    assert sent.status_code == 200
    assert b"".join(sent.streaming_content) == large
    assert sent["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert sent["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.once
def test_what_is_refused_leaves_nothing_in_the_bucket(bucket, project):
    from projects.actions import projects
    from projects.errors import Refused
    from tests.factories import SYSTEM

    projects.archive(project.pk, actor=SYSTEM)
    with pytest.raises(Refused):
        brought(project)
    assert keys(bucket) == []


@pytest.mark.once
def test_a_file_that_the_bucket_has_lost_is_said_to_be_lost_and_kept_again(bucket, client, project):
    version = brought(project)
    storage().delete(version.file.name)
    client.force_login(version.added_by)
    assert client.get(f"/evidence/{version.pk}/file/").status_code == 410
    healed = brought(project, title="Again")
    assert keys(bucket) == [healed.file.name]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_backup_goes_from_a_bucket_into_a_folder(bucket, tmp_path, request, monkeypatch):
    version = brought(a_project(a_portfolio()))
    call_command("backup", str(tmp_path / "all.plimsoll"))
    folder = request.getfixturevalue("evidence_folder")
    settings = request.getfixturevalue("settings")
    monkeypatch.setenv(NAME, "")
    told = environment.evidence(NAME, tmp_path)
    settings.STORAGES = {**settings.STORAGES, "evidence": {**told, "OPTIONS": {"location": folder}}}
    call_command("restore", str(tmp_path / "all.plimsoll"), "--replace")
    restored = EvidenceVersion.objects.get(pk=version.pk)
    assert (folder / restored.file.name).read_bytes() == PDF
