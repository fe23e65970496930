"""Invitations, profiles, and what happens when somebody leaves."""

import re

import pytest
from django.core import mail

from portfolio.accounts.actions import invitations, links
from portfolio.accounts.models import Invitation, User
from projects.models import Membership, Project, TeamRole
from tests.factories import (
    SYSTEM,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    an_administrator,
    on_team,
)

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet harbour at dawn"


@pytest.fixture
def admin_client(client):
    client.force_login(an_administrator("Ada"))
    return client


def test_an_invited_person_opens_an_account_and_has_the_role(client):
    portfolio = a_portfolio()
    _, token = invitations.invite(
        email="New@Example.org", portfolio_id=portfolio.pk, role="approver", actor=SYSTEM
    )
    assert client.get(f"/invitations/{token}/").status_code == 200
    answer = client.post(f"/invitations/{token}/", {"name": "Nia", "password": PASSWORD})
    assert answer.status_code == 302
    person = User.objects.get(email="new@example.org")
    assert Membership.objects.get(user=person).role == "approver"
    assert client.session["_auth_user_id"] == str(person.pk)
    client.logout()
    assert client.post(f"/invitations/{token}/", {"name": "X", "password": PASSWORD}).status_code == 410


def test_a_weak_password_is_refused_and_the_invitation_stays_open(client):
    _, token = invitations.invite(email="new@example.org", actor=SYSTEM)
    answer = client.post(f"/invitations/{token}/", {"name": "Nia", "password": "password"})
    assert answer.status_code == 422
    assert not User.objects.filter(email="new@example.org").exists()
    assert invitations.open_one(token)


def test_inviting_somebody_who_is_here_already_makes_them_a_member_at_once():
    portfolio, person = a_portfolio(), a_person()
    invitation, _ = invitations.invite(
        email=person.email, portfolio_id=portfolio.pk, role="viewer", actor=SYSTEM
    )
    assert invitation is None
    assert Membership.objects.filter(user=person, portfolio=portfolio, role="viewer").exists()


def test_there_is_no_way_to_an_account_without_an_invitation(client):
    assert client.post("/invitations/made-up/", {"name": "X", "password": PASSWORD}).status_code == 410


def test_an_invitation_is_mailed_and_its_link_shown_once(admin_client):
    answer = admin_client.post("/people/invite/", {"email": "new@example.org"})
    url = re.search(r"http\S+/invitations/[\w-]+/", answer.content.decode())[0]
    assert len(mail.outbox) == 1
    assert url in mail.outbox[0].body
    assert url.split("/")[-2] not in str(list(Invitation.objects.values()))


def test_the_forgotten_password_mail_holds_a_working_link(client):
    person = a_person("Maya", password=PASSWORD)
    unknown = client.post("/password/", {"email": "nobody@example.org"})
    known = client.post("/password/", {"email": person.email})
    assert unknown.status_code == known.status_code == 200
    assert len(mail.outbox) == 1
    path = re.search(r"/sign-in/link/[\w-]+/", mail.outbox[0].body)[0]
    assert client.post(path).status_code == 302
    answer = client.post("/profile/password/", {"new": "four quite unrelated words"})
    assert answer.status_code == 302
    assert User.objects.get(pk=person.pk).check_password("four quite unrelated words")


def test_a_new_password_asks_for_the_old_one(client):
    person = a_person("Maya", password=PASSWORD)
    client.force_login(person)
    assert client.post("/profile/password/", {"new": "four quite unrelated words"}).status_code == 422
    answer = client.post("/profile/password/", {"old": PASSWORD, "new": "four quite unrelated words"})
    assert answer.status_code == 302
    assert client.get("/profile/").status_code == 200


def test_a_profile_keeps_a_time_zone_and_refuses_one_that_does_not_exist(client):
    person = a_person("Maya")
    client.force_login(person)
    fields = {"name": "Maya R.", "email": person.email, "language": "en", "single_keys": "on"}
    assert client.post("/profile/", {**fields, "time_zone": "Asia/Tokyo"}).status_code == 302
    assert client.post("/profile/", {**fields, "time_zone": "Mars/Base"}).status_code == 422
    assert User.objects.get(pk=person.pk).time_zone == "Asia/Tokyo"


def test_a_new_name_is_found_in_the_register(client):
    portfolio = a_portfolio()
    person = a_member(portfolio, name="Maya")
    project = a_project(portfolio, owner=person)
    client.force_login(person)
    client.post(
        "/profile/",
        {"name": "Mariana", "email": person.email, "language": "en", "time_zone": "", "single_keys": ""},
    )
    assert "mariana" in Project.objects.get(pk=project.pk).search_text


def test_somebody_leaves_and_everything_they_own_goes_to_the_successor(admin_client):
    portfolio = a_portfolio()
    leaver, successor = a_member(portfolio, "manager", "Lea"), a_person("Sam")
    project = a_project(portfolio, owner=leaver)
    on_team(project, "PO", leaver)
    links.create(leaver)
    answer = admin_client.post(f"/people/{leaver.pk}/leave/", {"successor": successor.pk})
    assert answer.status_code == 302
    project.refresh_from_db()
    assert project.owner == successor
    assert "sam" in project.search_text
    assert list(TeamRole.objects.values_list("user", "role")) == [(successor.pk, "PO")]
    assert Membership.objects.get(portfolio=portfolio).user == successor
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert not leaver.sign_in_links.exists()


def test_the_last_administrator_cannot_leave(admin_client):
    ada = User.objects.get(name="Ada")
    assert admin_client.post(f"/people/{ada.pk}/leave/", {}).status_code == 422
    admin_client.post(f"/people/{ada.pk}/demote/")
    assert User.objects.get(pk=ada.pk).is_superuser


def test_only_administrators_of_the_installation_manage_people(client):
    portfolio = a_portfolio()
    client.force_login(a_member(portfolio, "administrator"))
    other = a_person()
    assert client.get("/people/").status_code == 403
    assert client.get(f"/people/{other.pk}/leave/").status_code == 403
    assert client.post(f"/people/{other.pk}/promote/").status_code == 403
    assert client.post("/people/test-mail/").status_code == 403


def test_the_people_page_asks_the_database_the_same_number_of_times_for_many(
    admin_client, django_assert_max_num_queries
):
    for _ in range(25):
        a_person()
    with django_assert_max_num_queries(9):
        assert admin_client.get("/people/").status_code == 200


def test_a_search_with_a_character_that_no_database_keeps_is_no_error(admin_client):
    assert admin_client.get("/people/", {"q": "A\0da"}).status_code == 200
