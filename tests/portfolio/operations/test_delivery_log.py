"""The log of mails and posts: what it shows, how it is filtered, and what can be done from there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import ChatHook, Delivery, State
from portfolio.notifications.queries import deliveries as queries
from portfolio.notifications.queries.deliveries import Filters
from tests import factories

pytestmark = pytest.mark.django_db
LOG = "/operations/deliveries/"


@pytest.fixture
def administrator(client):
    person = factories.an_administrator("Ada")
    client.force_login(person)
    return person


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Claims")


@pytest.fixture
def some(portfolio):
    """A mail that went, one that did not, one to somebody outside, and a post that waits."""
    project = factories.a_project(portfolio)
    hook = ChatHook.objects.create(
        portfolio=portfolio, name="Board room", style="teams", url="https://chat.example/secret"
    )
    nia, now = factories.a_person("Nia Novak"), timezone.now()
    return {
        "sent": a_delivery("sent", recipient=nia, state=State.SENT, sent_at=now),
        "parked": a_delivery(
            "parked", recipient=nia, project=project, state=State.PARKED, attempts=6, last_error="<550> full"
        ),
        "outside": a_delivery("outside", address="ruth@example.org", project=project),
        "post": a_delivery("post", channel="chat", hook=hook),
    }


def a_delivery(name, **fields):
    text = "Text.\n\nhttp://testserver/outside/very-secret-token/\n"
    return Delivery.objects.create(cause=name, subject=f"Subject <{name}>", text=text, **fields)


def names(**filters):
    rows = queries.page(Filters(**filters)).rows
    return {row.delivery.cause for row in rows}


def test_it_shows_what_went_to_whom_and_what_did_not(client, administrator, some):
    page = client.get(LOG).content.decode()
    for said in (
        "Subject &lt;sent&gt;",
        "Nia Novak (",
        "ruth@example.org",
        "Board room (Teams, chat.example)",
        "Did not go",
        '<b class="bad">1 did not go</b>',
    ):
        assert said in page
    assert "secret" not in page


def test_it_is_filtered_by_channel_state_portfolio_and_person(client, administrator, some, portfolio):
    assert names(channel="chat") == {"post"}
    assert names(state="waiting") == {"outside", "post"}
    assert names(portfolio=portfolio.slug) == {"parked", "outside", "post"}
    assert names(who="novak") == {"sent", "parked"}
    assert names(who="ruth@") == {"outside"}
    assert names(who="board") == {"post"}
    assert names(channel="mail", state="parked", who="nia") == {"parked"}
    part = client.get(
        f"{LOG}?state=parked&channel=nonsense", headers={"HX-Request": "true", "HX-Target": "list"}
    ).content.decode()
    assert "Subject &lt;parked&gt;" in part
    assert "Subject &lt;sent&gt;" not in part
    assert "<html" not in part


def test_it_is_read_in_pages_that_miss_and_repeat_nothing(client, administrator, some, portfolio):
    now = timezone.now()
    for number in range(120):
        # Several in the same moment, as a drain writes them.
        a_delivery(f"n{number}", address="a@example.org", created_at=now - timedelta(minutes=number // 7))
    seen, before = [], ""
    for _ in range(3):
        found = queries.page(Filters(), before)
        seen += [row.delivery.pk for row in found.rows]
        before = found.older
    assert before == ""
    assert len(seen) == len(set(seen)) == 124
    assert "before=" in client.get(LOG).content.decode()
    assert client.get(f"{LOG}?before=nonsense").status_code == 200


def test_the_page_costs_the_same_with_many(client, administrator, some):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LOG).status_code == 200
        return len(captured)

    first = cost()
    for number in range(40):
        a_delivery(f"n{number}", address="a@example.org")
    assert cost() == first


def test_one_is_opened_with_its_text_but_without_the_link_of_its_reader(client, administrator, some):
    page = client.get(f"{LOG}{some['parked'].pk}/").content.decode()
    for said in ("&lt;550&gt; full", "Text.", "/outside/…/", "Attempts"):
        assert said in page
    assert "very-secret-token" not in page
    assert client.get(f"{LOG}{10**17}/").status_code == 404


def test_what_waits_is_withheld_and_what_went_is_not(client, administrator, some):
    for name, state in (("outside", State.WITHHELD), ("parked", State.WITHHELD), ("sent", State.SENT)):
        row = some[name]
        client.post(f"{LOG}{row.pk}/withhold/")
        row.refresh_from_db()
        assert row.state == state
    assert "Ada" in some["outside"].last_error
    # One that is being sent at this moment is left alone.
    claimed = deliveries.claim(some["post"].pk, timezone.now())
    assert deliveries.call_off(claimed.pk, actor=factories.acting(administrator)) is False


def test_a_parked_one_is_sent_again_from_the_log(client, administrator, some, smtp):
    client.post(f"{LOG}{some['parked'].pk}/send-again/")
    Delivery.objects.filter(cause="outside").delete()
    person = some["parked"].recipient
    factories.on_team(some["parked"].project, "PO", person)
    assert deliveries.send_due() == 1
    some["parked"].refresh_from_db()
    assert some["parked"].state == State.SENT


def test_a_day_is_counted_by_channel_and_state(some):
    Delivery.objects.filter(cause="sent").update(created_at=timezone.now() - timedelta(hours=25))
    mails, posts = queries.lately(timezone.now())
    assert (mails.sent, mails.waiting, mails.parked, mails.withheld) == (0, 1, 1, 0)
    assert (posts.sent, posts.waiting) == (0, 1)


@pytest.mark.postgres
def test_the_log_is_read_from_an_index(portfolio):
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            address="a@example.org",
            cause=f"n{number}",
            subject="x",
            text="x",
            state=State.WAITING if number % 500 == 0 else State.WITHHELD,
            created_at=now - timedelta(minutes=number),
        )
        for number in range(20_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_delivery")
    for rows in (queries.chosen(Filters())[:51], queries.chosen(Filters(state="waiting"))[:51]):
        plan = rows.explain()
        assert "Seq Scan on notifications_delivery" not in plan
        assert "deliveries_by_" in plan
