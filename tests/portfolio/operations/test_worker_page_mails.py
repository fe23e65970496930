"""The worker's page: how many mails wait, which did not go and why, and a way to send them again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.notifications.models import Delivery, State
from tests.factories import a_member, a_person, a_portfolio, an_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = an_administrator()
    client.force_login(person)
    return person


def a_mail(number, **fields):
    person = a_person("Nia <b>Novak</b>")
    return Delivery.objects.create(recipient=person, cause=f"event:{number}", text="Stuck.", **fields)


def parked(number, **fields):
    fields = {"state": State.PARKED, "attempts": 6, "tried_at": timezone.now(), **fields}
    return a_mail(number, last_error="(550, b'<nobody> here')", **fields)


def shown(client):
    return client.get("/operations/").content.decode()


def test_without_trouble_it_says_how_many_wait(client, administrator):
    a_mail(1, subject="[P-1] Waits")
    page = shown(client)
    assert '<dt>Mails and posts waiting</dt><dd class="v">1</dd>' in page
    assert "none is stuck" in page
    assert "Mails and posts that did not go" not in page
    assert "[P-1] Waits" not in page


def test_a_parked_mail_is_shown_with_its_error_and_can_be_sent_again(client, administrator):
    mail = parked(1, subject="[P-1] <i>Contract</i>: now with the business sponsor")
    page = shown(client)
    assert ">1 did not go</a>" in page
    assert "[P-1] &lt;i&gt;Contract&lt;/i&gt;: now with the business sponsor" in page
    assert "To Nia &lt;b&gt;Novak&lt;/b&gt;: (550, b&#x27;&lt;nobody&gt; here&#x27;)" in page
    answer = client.post(f"/operations/deliveries/{mail.pk}/send-again/", follow=True).content.decode()
    assert "1 is tried again now." in answer
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.WAITING, 0)
    assert mail.not_before <= timezone.now()


def test_all_of_them_can_be_sent_again_at_once(client, administrator):
    for number in range(3):
        parked(number, subject="x")
    answer = client.post("/operations/deliveries/send-again/", follow=True).content.decode()
    assert "3 are tried again now." in answer
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.WAITING}


def test_a_mail_that_is_tried_again_by_itself_has_no_button(client, administrator):
    mail = a_mail(1, subject="x", attempts=1, tried_at=timezone.now(), last_error="Connection refused")
    page = shown(client)
    assert "Connection refused" in page
    assert f"/operations/deliveries/{mail.pk}/send-again/" not in page
    assert "Send all again" not in page


@pytest.mark.parametrize(
    "path", ["/operations/deliveries/send-again/", "/operations/deliveries/{}/send-again/"]
)
def test_nobody_else_may(client, path):
    mail = parked(1, subject="x")
    client.force_login(a_member(a_portfolio(), "administrator"))
    assert client.post(path.format(mail.pk)).status_code == 403
    client.logout()
    assert client.post(path.format(mail.pk)).status_code == 302
    mail.refresh_from_db()
    assert mail.state == State.PARKED


def test_what_is_not_there_is_not_sent(client, administrator):
    answer = client.post(f"/operations/deliveries/{10**17}/send-again/", follow=True)
    assert answer.status_code == 200
    assert "0 are tried again now." in answer.content.decode()


def test_the_page_costs_the_same_with_many(client, administrator):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            shown(client)
        return len(captured)

    parked(0, subject="x")
    first = cost()
    for number in range(1, 20):
        parked(number, subject="x")
    assert cost() == first
