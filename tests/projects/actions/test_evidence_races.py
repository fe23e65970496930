"""Two who bring evidence at once. On a real PostgreSQL."""

import pytest

from projects.actions import evidence
from projects.models import Event, Evidence, EvidenceUse, EvidenceVersion
from tests.factories import a_member, a_portfolio, a_project, acting
from tests.projects.evidence_files import PDF, TEXT, a_file
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def folder(evidence_folder):
    """A storage of this test's own."""
    return evidence_folder


@pytest.fixture
def project():
    return a_project(a_portfolio())


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_upload_by_four_at_once_is_one_item_and_one_file(project, folder):
    people = [acting(a_member(project.portfolio)) for _ in range(4)]
    said = {"kind": "model_card", "title": "Card", "attach": [("answer", "WP1")]}
    results = at_once(
        *[lambda who=who: evidence.add(project.pk, file=a_file(), actor=who, **said) for who in people]
    )
    assert {result.pk for result in results} == {EvidenceVersion.objects.get().pk}
    assert sum(result.is_new for result in results) == 1
    assert EvidenceUse.objects.count() == 1
    assert Event.objects.filter(kind="evidence.added").count() == 1
    (path,) = files(folder)
    assert path.read_bytes() == PDF
    assert EvidenceVersion.objects.get().file.name.endswith(path.name)


def test_two_newer_versions_at_once_follow_each_other(project, folder):
    actor = acting(a_member(project.portfolio))
    first = evidence.add(project.pk, kind="model_card", title="Card", file=a_file(), actor=actor)
    results = at_once(
        lambda: evidence.replace(first.evidence_id, file=a_file(TEXT, "a.txt"), actor=actor),
        lambda: evidence.replace(first.evidence_id, url="https://example.org/card", actor=actor),
    )
    assert sorted(result.number for result in results) == [2, 3]
    assert EvidenceVersion.objects.filter(replaced_at=None).count() == 1


def test_removed_and_replaced_at_once_it_is_never_half_of_both(project, folder):
    actor = acting(a_member(project.portfolio))
    first = evidence.add(project.pk, kind="model_card", title="Card", file=a_file(), actor=actor)
    at_once(
        lambda: evidence.remove(first.evidence_id, actor=actor),
        lambda: evidence.replace(first.evidence_id, file=a_file(TEXT, "a.txt"), actor=actor),
    )
    kept = {str(version.file) for version in EvidenceVersion.objects.all()}
    assert {f"{project.pk}/{path.name}" for path in files(folder)} == kept
    assert Evidence.objects.get().removed_at is not None
