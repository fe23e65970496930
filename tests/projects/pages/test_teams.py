"""Who does what: named, released, and which gates wait for whom."""

import pytest

from projects.models import Event, TeamRole
from tests import factories


def test_every_role_has_its_row_and_empty_ones_say_who_waits(world, as_):
    page = as_(world.viewer).get(f"{world.url}team/").content.decode()
    assert "Sina Sponsor" in page
    assert "needed now" in page
    assert "Needed for Intake, Problem, Data" in page
    assert 'id="team.PO"' in page


def test_naming_and_releasing_leave_events(world, as_):
    client = as_(world.manager)
    post = {"role": "PO", "person": world.editor.pk}
    assert client.post(f"{world.url}team/assign/", post).status_code == 302
    assert TeamRole.objects.filter(project=world.project, user=world.editor, role="PO").exists()
    assert client.post(f"{world.url}team/release/", post).status_code == 302
    assert not TeamRole.objects.filter(project=world.project, role="PO").exists()
    assert Event.objects.filter(kind="team.changed", project=world.project).count() == 3
    again = client.post(f"{world.url}team/release/", post, follow=True)
    assert "Nothing changed" in again.content.decode()


@pytest.mark.parametrize(
    ("post", "says"),
    [
        ({"role": "PO", "person": ""}, "Choose a person."),
        ({"role": "PO", "person": "9" * 30}, "Choose a person from the list."),
        ({"role": "XX", "person": "1"}, "There is no such role."),
    ],
)
def test_a_wrong_choice_is_named(world, as_, untouched, post, says):
    response = untouched(lambda: as_(world.manager).post(f"{world.url}team/assign/", post))
    assert response.status_code == 422
    assert says in response.content.decode()


def test_a_stranger_cannot_be_named(world, as_, untouched):
    post = {"role": "PO", "person": world.stranger.pk}
    assert untouched(lambda: as_(world.manager).post(f"{world.url}team/assign/", post)).status_code == 422


@pytest.mark.parametrize("what", ["assign", "release"])
def test_who_may_not_changes_no_team(world, as_, untouched, what):
    post = {"role": "SP", "person": world.sponsor.pk}
    for person, status in ((world.viewer, 403), (world.editor, 403), (world.stranger, 404)):
        assert untouched(as_(person).post, f"{world.url}team/{what}/", post).status_code == status


def test_two_people_may_share_a_role(world, as_):
    factories.on_team(world.project, "SP", world.editor)
    page = as_(world.manager).get(f"{world.url}team/").content.decode()
    assert page.count('value="SP"') == 3  # two to release, one to name
