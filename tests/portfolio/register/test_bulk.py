"""One change for many ticked projects, each with its own answer."""

from datetime import date

import pytest
from django.contrib.messages import get_messages

from projects.actions import projects
from projects.models import Event, Project
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, on_team

pytestmark = pytest.mark.django_db
ADDRESS = "/projects/bulk/"
OVERLAY = {"HX-Request": "true", "HX-Target": "overlay"}


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def portfolio():
    return a_portfolio()


@pytest.fixture
def three(portfolio):
    return [a_project(portfolio, f"Project {number}") for number in range(3)]


def keys(found):
    return [project.key for project in found]


def test_the_dialog_asks_before_anything_changes(client, portfolio, three):
    client.force_login(a_member(portfolio, "manager"))
    answer = client.post(ADDRESS, {"do": "archive", "project": keys(three)}, headers=OVERLAY)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<dialog" in text
    assert "Archive: 3 projects" in text
    assert not Project.objects.exclude(archived_at=None).exists()


def test_the_owner_of_many_is_changed_one_action_each(client, portfolio, three):
    me = a_member(portfolio, name="Olga")
    client.force_login(me)
    given = {
        "do": "owner",
        "sure": "yes",
        "project": keys(three),
        "value": me.pk,
        "back": "stage=idea&page=2",
    }
    answer = client.post(ADDRESS, given)
    assert answer["Location"] == "/projects/?stage=idea&page=2"
    assert told(answer) == ["3 projects changed."]
    assert set(Project.objects.values_list("owner", flat=True)) == {me.pk}
    assert Event.objects.filter(kind="project.edited", actor=me).count() == 3


def test_nobody_loses_many_owners_by_pressing_enter(client, portfolio, three):
    client.force_login(a_member(portfolio))
    given = {"do": "owner", "sure": "yes", "project": keys(three), "value": ""}
    assert client.post(ADDRESS, given, headers=OVERLAY).status_code == 422


def test_a_date_is_set_for_many(client, portfolio, three):
    client.force_login(a_member(portfolio))
    given = {"do": "gate", "sure": "yes", "project": keys(three), "value": "2027-02-26"}
    answer = client.post(ADDRESS, given, headers=OVERLAY)
    assert answer["HX-Redirect"] == "/projects/"
    assert set(Project.objects.values_list("gate_planned_on", flat=True)) == {date(2027, 2, 26)}
    wrong = client.post(ADDRESS, {**given, "value": "soon"}, headers=OVERLAY)
    assert wrong.status_code == 422
    assert "Enter a valid date" in wrong.content.decode()


def test_a_refusal_of_one_is_told_and_does_not_stop_the_others(client, portfolio, three):
    """A contributor archives nothing, but as sponsor of two projects may put those away."""
    person = a_member(portfolio, "contributor")
    for project in three[:2]:
        on_team(project, "SP", person)
    client.force_login(person)
    given = {"do": "archive", "sure": "yes", "project": keys(three)}
    text = client.post(ADDRESS, given, headers=OVERLAY).content.decode()
    assert "2 archived, 1 refused" in text
    assert three[2].key in text
    assert "You may not archive or delete this project." in text
    assert Project.objects.exclude(archived_at=None).count() == 2


def test_archived_projects_come_back(client, portfolio, three):
    for project in three:
        projects.archive(project.pk, actor=SYSTEM)
    client.force_login(a_member(portfolio, "manager"))
    page = client.get("/projects/?archived=only").content.decode()
    assert 'value="unarchive"' in page
    client.post(ADDRESS, {"do": "unarchive", "sure": "yes", "project": keys(three)})
    assert not Project.objects.exclude(archived_at=None).exists()


def test_projects_of_others_are_not_touched_and_not_named(client, portfolio, three):
    hidden = a_project(a_portfolio(), "Hidden")
    client.force_login(a_member(portfolio, "manager"))
    given = {"do": "archive", "sure": "yes", "project": [hidden.key, three[0].key]}
    answer = client.post(ADDRESS, given)
    assert told(answer) == ["1 project archived."]
    hidden.refresh_from_db()
    assert hidden.archived_at is None
    assert (
        told(client.post(ADDRESS, {**given, "project": [hidden.key]}))[-1]
        == "Tick at least one project first."
    )


def test_a_new_owner_belongs_to_every_portfolio_concerned(client, portfolio, three):
    other = a_portfolio()
    manager = a_member(portfolio, "manager", "In both")
    from projects.actions import members

    members.set_role(other.pk, user_id=manager.pk, role="manager", actor=SYSTEM)
    a_member(portfolio, name="In one")
    client.force_login(manager)
    given = {"do": "owner", "project": [three[0].key, a_project(other).key]}
    text = client.post(ADDRESS, given, headers=OVERLAY).content.decode()
    assert "In both" in text
    assert "In one" not in text


@pytest.mark.parametrize(
    "given", [{}, {"do": "explode"}, {"do": "owner"}, {"do": "archive", "project": ["X-1"]}]
)
def test_nothing_ticked_or_nothing_known_changes_nothing(client, given):
    client.force_login(a_person())
    answer = client.post(ADDRESS, {"sure": "yes", "back": "//evil.example", **given})
    assert answer["Location"] == "/projects/"
    assert client.get(ADDRESS).status_code == 405
