"""What one is sent: chosen by topic, by one's own clock, for what comes from now on."""

from datetime import time

import pytest

from portfolio.notifications.actions import messages
from portfolio.notifications.actions import preferences as actions
from portfolio.notifications.models import Delivery, Message, Preference, Rhythm
from portfolio.notifications.queries import preferences
from portfolio.notifications.rules.topics import TOPICS
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL = "/profile/messages/"
TIMES = {
    "form": "times",
    "digest_at": "06:15",
    "digest_weekday": "3",
    "quiet_from": "20:00",
    "quiet_to": "07:00",
}


@pytest.fixture
def reader(client):
    person = factories.a_person("Olu Owner", time_zone="Asia/Kolkata")
    client.force_login(person)
    return person


def as_shipped(**changes):
    said = {"form": "topics"}
    for topic in TOPICS.values():
        said |= {f"inbox_{topic.code}": "on", f"mail_{topic.code}": topic.mail}
    said |= changes
    return {name: value for name, value in said.items() if value}


def tell(person, number=1):
    project = factories.a_project()
    factories.on_team(project, "PO", person)
    messages.write(
        [
            Message(
                recipient=person,
                kind="update.posted",
                cause=f"event:{number}",
                project=project,
                subject="News",
                text="x",
            )
        ]
    )
    return Message.objects.get(cause=f"event:{number}")


def test_the_page_shows_every_topic_with_what_is_shipped(client, reader):
    said = client.get(URL).content.decode()
    for topic in TOPICS.values():
        assert topic.label in said
        assert topic.explanation in said
    assert "As shipped: daily digest." in said
    assert "Asia/Kolkata" in said


def test_what_was_left_alone_is_not_kept(client, reader):
    assert client.post(URL, as_shipped()).status_code == 302
    assert not Preference.objects.exists()


def test_a_choice_holds_for_what_is_told_from_now_on(client, reader):
    waiting = tell(reader)
    client.post(URL, as_shipped(mail_follows="now", inbox_follows=""))
    waiting.refresh_from_db()
    # What waits for a digest goes with it: nothing is sent for a change of mind.
    assert (waiting.way, waiting.in_inbox) == ("daily", True)
    assert not Delivery.objects.exists()
    message = tell(reader, 2)
    assert (message.way, message.in_inbox) == ("now", False)
    assert message.delivery is not None
    # Back to what is shipped is a choice as well.
    client.post(URL, as_shipped())
    assert Preference.objects.get().mail == "daily"


@pytest.mark.parametrize("way", ["off", "weekly"])
def test_what_waits_for_a_digest_follows_to_another_one_or_to_none(client, reader, way):
    waiting = tell(reader)
    client.post(URL, as_shipped(mail_follows=way))
    waiting.refresh_from_db()
    assert waiting.way == way


def test_mails_of_some_topics_are_ended_together(reader):
    Preference.objects.create(user=reader, topic="follows", mail="weekly", in_inbox=False)
    actions.send({"follows": "off", "flags": "off", "nonsense": "off"}, actor=factories.acting(reader))
    found = preferences.of([reader.pk]).rows
    assert found == {(reader.pk, "follows"): (False, "off"), (reader.pk, "flags"): (True, "off")}


def test_times_are_kept(client, reader):
    assert client.post(URL, TIMES | {"quiet_weekends": "on"}).status_code == 302
    rhythm = Rhythm.objects.get(user=reader)
    assert (rhythm.digest_at, rhythm.digest_weekday) == (time(6, 15), 3)
    assert (rhythm.quiet_from, rhythm.quiet_to, rhythm.quiet_weekends) == (time(20), time(7), True)
    said = client.get(URL).content.decode()
    assert 'value="06:15"' in said
    client.post(URL, TIMES | {"quiet_from": "", "quiet_to": ""})
    rhythm.refresh_from_db()
    assert (rhythm.quiet_from, rhythm.quiet_to, rhythm.quiet_weekends) == (None, None, False)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"quiet_to": ""}, "Quiet hours need a beginning and an end"),
        ({"quiet_from": ""}, "Quiet hours need a beginning and an end"),
        ({"quiet_to": "20:00"}, "Quiet hours end when they begin"),
        ({"digest_weekday": "6", "quiet_weekends": "on"}, "Weekends are quiet"),
        ({"digest_at": "25:00"}, "Enter a valid time"),
        ({"digest_weekday": "8"}, "Select a valid choice"),
    ],
)
def test_times_that_cannot_be_kept_are_named(client, reader, changes, says):
    answer = client.post(URL, TIMES | changes)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Rhythm.objects.exists()


def test_a_way_that_does_not_exist_is_refused(client, reader):
    assert client.post(URL, as_shipped(mail_follows="pigeon")).status_code == 422
    assert not Preference.objects.exists()


def test_a_digest_can_be_asked_for(client, reader):
    said = client.post(f"{URL}digest/", follow=True).content.decode()
    assert "Nothing waits for a digest" in said
    tell(reader)
    said = client.post(f"{URL}digest/", follow=True).content.decode()
    assert "Your digest is on its way" in said
    assert Delivery.objects.get().recipient == reader
