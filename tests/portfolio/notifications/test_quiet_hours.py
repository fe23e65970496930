"""A mail that was due earlier, and whose worker comes only in its reader's quiet hours, waits for their end."""

from datetime import UTC, datetime, time

import pytest
import time_machine

from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Delivery, Rhythm, State
from tests import factories

pytestmark = pytest.mark.django_db
EVENING = datetime(2027, 3, 2, 22, tzinfo=UTC)


def a_mail(person, cause):
    return Delivery.objects.create(
        recipient=person,
        cause=cause,
        subject="News",
        text="News.\n",
        not_before=datetime(2027, 3, 2, tzinfo=UTC),
    )


def test_a_worker_that_was_away_wakes_nobody(smtp):
    person = factories.a_person()
    Rhythm.objects.create(user=person, quiet_from=time(21), quiet_to=time(7))
    mail, asked = a_mail(person, "event:1"), a_mail(person, "digest:asked:2027")
    with time_machine.travel(EVENING, tick=False):
        while deliveries.send_due():
            pass
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.WAITING, 0)
    assert mail.not_before == datetime(2027, 3, 3, 7, tzinfo=UTC)
    # What somebody has just asked for is not kept back.
    asked.refresh_from_db()
    assert asked.state == State.SENT
    with time_machine.travel(mail.not_before, tick=False):
        deliveries.send_due()
    assert len(smtp.mails) == 2
