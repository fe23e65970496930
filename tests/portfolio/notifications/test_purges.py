"""What is over is deleted at night; what somebody still has to read or to send is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.notifications.actions import digests, purges
from portfolio.notifications.models import Delivery, Message, State, Way
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun
from portfolio.tasks import run as run_job
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def person(db):
    return factories.a_person()


def a_message(person, now, age, **fields):
    fields = {
        "kind": "update.posted",
        "topic": "follows",
        "way": Way.OFF,
        "subject": "x",
        "text": "x",
        **fields,
    }
    cause = f"event:{Message.objects.count()}"
    return Message.objects.create(recipient=person, cause=cause, created_at=now - age, **fields)


def a_mail(person, now, age, state=State.SENT, **fields):
    cause = f"event:{Delivery.objects.count()}"
    fields = {"sent_at": now - age if state == State.SENT else None, "created_at": now - age, **fields}
    return Delivery.objects.create(
        recipient=person, cause=cause, subject="x", text="x", html="x", state=state, **fields
    )


def purge(now):
    done = 0
    while found := purges.purge(now):
        done += found
    return done


def test_read_messages_go_after_half_a_year_and_unread_ones_stay(person, now):
    a_message(person, now, 181 * DAY, read_at=now - 170 * DAY)
    a_message(person, now, 181 * DAY, in_inbox=False)
    kept = [
        a_message(person, now, 400 * DAY),
        a_message(person, now, 179 * DAY, read_at=now - 170 * DAY),
        a_message(person, now, 179 * DAY, in_inbox=False),
    ]
    assert purge(now) == 2
    assert set(Message.objects.all()) == set(kept)


def test_what_went_goes_after_a_quarter_and_what_did_not_stays(person, now):
    a_mail(person, now, 91 * DAY)
    a_mail(person, now, 91 * DAY, State.WITHHELD)
    kept = [
        a_mail(person, now, 89 * DAY),
        a_mail(person, now, 400 * DAY, State.PARKED),
        a_mail(person, now, 400 * DAY, State.WAITING),
    ]
    assert purge(now) == 2
    assert set(Delivery.objects.all()) == set(kept)


def test_a_mail_whose_messages_are_kept_loses_only_its_words_so_that_no_digest_takes_them_again(person, now):
    mail = a_mail(person, now, 91 * DAY)
    message = a_message(person, now, 92 * DAY, way=Way.DAILY, delivery=mail)
    assert purge(now) == 1
    mail.refresh_from_db()
    message.refresh_from_db()
    assert (mail.text, mail.html, message.delivery) == ("", "", mail)
    assert digests.compose_due(now).mails == 0


def test_the_nightly_job_does_it_in_steps(person, now, monkeypatch):
    monkeypatch.setattr(purges, "CHUNK", 2)
    for _ in range(5):
        a_message(person, now, 200 * DAY, read_at=now)
    run_job(runs.ask("purge", actor=factories.SYSTEM, now=now).pk)
    assert JobRun.objects.get().rows == 5
    assert Message.objects.count() == 0


def test_the_job_of_digests_goes_through_everybody(now, monkeypatch):
    monkeypatch.setattr(digests, "CHUNK", 2)
    project = factories.a_project()
    for role in ("PO", "SP", "ML", "DS", "EN"):
        a_message(factories.on_team(project, role), now, 9 * DAY, project=project, way=Way.DAILY)
    run_job(runs.ask("digests", actor=factories.SYSTEM, now=now).pk)
    run = JobRun.objects.get()
    assert (run.state, run.rows) == ("done", 5)
    assert Delivery.objects.count() == 5
