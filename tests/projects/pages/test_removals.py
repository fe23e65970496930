"""Put away and brought back."""

import pytest

from projects.models import Event, Project


def test_archive_and_back(world, as_):
    client = as_(world.manager)
    page = client.post(f"{world.url}archive/", follow=True).content.decode()
    assert f'action="{world.url}unarchive/"' in page
    assert "Archived" in page
    client.post(f"{world.url}unarchive/")
    world.project.refresh_from_db()
    assert world.project.archived_at is None
    kinds = Event.objects.filter(project=world.project, kind__endswith="archived").values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["project.archived", "project.unarchived"]


def test_delete_asks_first_and_can_be_undone(world, as_):
    client = as_(world.manager)
    assert "disappears for everybody" in client.get(f"{world.url}delete/").content.decode()
    response = client.post(f"{world.url}delete/")
    assert response.url == "/projects/"
    assert as_(world.viewer).get(world.url).status_code == 404
    gone = as_(world.manager).get(world.url)
    assert gone.status_code == 410
    assert "Restore" in gone.content.decode()
    restored = as_(world.manager).post(f"{world.url}restore/", follow=True)
    assert "restored" in restored.content.decode()
    assert as_(world.viewer).get(world.url).status_code == 200
    assert as_(world.manager).post(f"{world.url}restore/").status_code == 302


def test_the_toast_after_deleting_takes_it_back(world, as_):
    client = as_(world.manager)
    client.post(f"{world.url}delete/")
    messages = client.get("/profile/").content.decode()
    assert f'action="{world.url}restore/"' in messages


@pytest.mark.parametrize("what", ["archive", "unarchive", "delete", "restore"])
def test_who_may_not_puts_nothing_away(world, as_, untouched, what):
    for person, status in ((world.viewer, 403), (world.editor, 403), (world.stranger, 404)):
        assert untouched(as_(person).post, f"{world.url}{what}/").status_code == status


def test_a_deleted_project_is_restored_only_by_those_who_may(world, as_):
    as_(world.manager).post(f"{world.url}delete/")
    for person in (world.viewer, world.editor, world.stranger):
        assert as_(person).post(f"{world.url}restore/").status_code == 404
    assert Project.objects.get(pk=world.project.pk).deleted_at


@pytest.mark.parametrize("what", ["archive", "unarchive", "restore"])
def test_reading_an_address_changes_nothing(world, as_, untouched, what):
    assert untouched(lambda: as_(world.manager).get(f"{world.url}{what}/")).status_code == 405
