"""Signing in: by password, by one-time link, and not at all."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from portfolio.accounts.actions import links
from portfolio.accounts.models import SignInLink, User
from tests.factories import a_person

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet harbour at dawn"


@pytest.fixture
def maya():
    return a_person("Maya", password=PASSWORD)


def test_the_right_password_signs_in_whatever_the_letter_case_of_the_address(client, maya):
    answer = client.post("/sign-in/", {"email": maya.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(maya.pk)
    assert maya.password.startswith("argon2")


def test_a_wrong_password_says_so_without_telling_which_half_was_wrong(client, maya):
    wrong = client.post("/sign-in/", {"email": maya.email, "password": "not this one"})
    nobody = client.post("/sign-in/", {"email": "nobody@example.org", "password": "not this one"})
    assert wrong.status_code == nobody.status_code == 422
    assert "No account has this e-mail and password" in wrong.content.decode()
    assert "No account has this e-mail and password" in nobody.content.decode()


def test_guessing_is_stopped_after_ten_failures(client, maya):
    cache.clear()
    for _ in range(10):
        client.post("/sign-in/", {"email": maya.email, "password": "guess"})
    answer = client.post("/sign-in/", {"email": maya.email, "password": PASSWORD})
    assert answer.status_code == 429
    cache.clear()


def test_sign_in_does_not_lead_to_another_site(client, maya):
    answer = client.post(
        "/sign-in/", {"email": maya.email, "password": PASSWORD, "next": "https://example.com/"}
    )
    assert answer["Location"] == "/projects/"


def test_a_link_works_once_and_opening_it_does_not_use_it_up(client, maya):
    token = links.create(maya)
    assert client.get(f"/sign-in/link/{token}/").status_code == 200
    assert client.post(f"/sign-in/link/{token}/").status_code == 302
    client.post("/sign-out/")
    assert client.post(f"/sign-in/link/{token}/").status_code == 410
    assert token not in str(SignInLink.objects.values())


def test_a_link_expires(client, maya, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    token = links.create(maya)
    time_machine.shift(links.VALID_FOR + timedelta(seconds=1))
    assert client.post(f"/sign-in/link/{token}/").status_code == 410


def test_a_new_link_ends_the_one_before(client, maya):
    old, new = links.create(maya), links.create(maya)
    assert client.post(f"/sign-in/link/{old}/").status_code == 410
    assert client.post(f"/sign-in/link/{new}/").status_code == 302


def test_the_first_administrator_gets_links_until_a_password_is_set():
    assert "/sign-in/link/" in links.first_administrator_link("http://127.0.0.1:8000")
    assert "/sign-in/link/" in links.first_administrator_link("http://127.0.0.1:8000")
    person = User.objects.get(is_superuser=True)
    person.set_password(PASSWORD)
    person.save()
    assert links.first_administrator_link("http://127.0.0.1:8000") is None


def test_somebody_who_left_cannot_come_in(client, maya):
    token = links.create(maya)
    User.objects.update(is_active=False)
    assert client.post(f"/sign-in/link/{token}/").status_code == 410
    assert client.post("/sign-in/", {"email": maya.email, "password": PASSWORD}).status_code == 422


def test_a_stranger_is_sent_to_the_sign_in_page(client):
    answer = client.get("/projects/?stage=pilot")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/projects/")
