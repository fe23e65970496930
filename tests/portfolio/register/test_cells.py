"""One cell of the register, edited in its place."""

import json
from datetime import date

import pytest

from projects.actions import projects
from projects.models import Event
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def editor(portfolio, client):
    person = a_member(portfolio, name="Edda Editor")
    client.force_login(person)
    return person


def test_the_owner_is_chosen_among_those_who_see_the_project(client, portfolio, editor):
    project = a_project(portfolio)
    a_person("Stranger")
    text = client.get(f"/projects/{project.key}/cells/owner/", headers=IN_PLACE).content.decode()
    assert text.lstrip().startswith('<td class="editing">')
    assert "Edda Editor" in text
    assert "Stranger" not in text


def test_saving_answers_with_the_row_and_the_focus(client, portfolio, editor):
    project = a_project(portfolio)
    answer = client.post(
        f"/projects/{project.key}/cells/owner/",
        {"version": project.version, "value": editor.pk},
        headers=IN_PLACE,
    )
    project.refresh_from_db()
    assert answer.status_code == 200
    assert project.owner == editor
    text = answer.content.decode()
    assert f'id="row-{project.key}"' in text
    assert "data-focus" in text
    assert "Edda Editor" in text
    assert Event.objects.filter(project=project, kind="project.edited", actor=editor).exists()


def test_the_gate_date_is_set_and_taken_away(client, portfolio, editor):
    project = a_project(portfolio)
    address = f"/projects/{project.key}/cells/gate/"
    client.post(address, {"version": project.version, "value": "2027-02-26"}, headers=IN_PLACE)
    project.refresh_from_db()
    assert project.gate_planned_on == date(2027, 2, 26)
    client.post(address, {"version": project.version, "value": ""}, headers=IN_PLACE)
    project.refresh_from_db()
    assert project.gate_planned_on is None


def test_a_wrong_date_stays_in_its_cell(client, portfolio, editor):
    project = a_project(portfolio)
    address = f"/projects/{project.key}/cells/gate/"
    answer = client.post(address, {"version": project.version, "value": "30 Feb"}, headers=IN_PLACE)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "closest td"
    assert "Enter a valid date" in answer.content.decode()


def test_a_stale_save_changes_nothing_and_says_what_changed(client, portfolio, editor):
    project = a_project(portfolio)
    other = a_member(portfolio, name="Tomás Lopes")
    projects.edit(project.pk, version=project.version, owner=other, actor=SYSTEM)
    answer = client.post(
        f"/projects/{project.key}/cells/owner/",
        {"version": project.version, "value": editor.pk},
        headers=IN_PLACE,
    )
    project.refresh_from_db()
    assert answer.status_code == 409
    assert project.owner == other
    assert "Tomás Lopes" in answer.content.decode()
    assert json.loads(answer["HX-Trigger"])["toast"]["text"].startswith("Not saved. ")


def test_without_script_the_form_is_a_page(client, portfolio, editor):
    project = a_project(portfolio)
    address = f"/projects/{project.key}/cells/gate/"
    assert "<html" in client.get(address).content.decode()
    answer = client.post(address, {"version": project.version, "value": "2027-01-31"})
    assert answer["Location"] == f"/projects/{project.key}/"
    stale = client.post(address, {"version": project.version, "value": "2027-03-01"})
    assert stale.status_code == 409
    assert "Not saved" in stale.content.decode()


def test_only_editors_edit_and_only_what_there_is(client, portfolio):
    project = a_project(portfolio)
    address = f"/projects/{project.key}/cells/owner/"
    client.force_login(a_member(portfolio, "viewer"))
    assert client.get(address, headers=IN_PLACE).status_code == 403
    assert client.post(address, {"version": 1, "value": ""}).status_code == 403
    client.force_login(a_person())
    assert client.get(address).status_code == 404
    assert client.get(f"/projects/{project.key}/row/").status_code == 404
    client.force_login(a_member(portfolio))
    assert client.get(f"/projects/{project.key}/cells/stage/").status_code == 404
    assert client.post(address, {"version": "x", "value": "999999"}, headers=IN_PLACE).status_code == 422
