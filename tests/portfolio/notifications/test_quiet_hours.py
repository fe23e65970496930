"""A mail whose worker comes only in its reader's quiet hours waits for their end."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from portfolio.notifications.actions import deliveries
from portfolio.notifications.models import Delivery, Rhythm, State
from tests import factories

pytestmark = pytest.mark.django_db
EVENING = datetime(2027, 3, 2, 22, tzinfo=UTC)


def test_a_worker_that_was_away_wakes_nobody(smtp):
    person = factories.a_person()
    Rhythm.objects.create(user=person, quiet_from=time(21), quiet_to=time(7))
    said = {"cause": "event:1", "subject": "News", "text": "News.\n"}
    mail = Delivery.objects.create(recipient=person, not_before=EVENING - timedelta(hours=3), **said)
    with time_machine.travel(EVENING, tick=False):
        while deliveries.send_due():
            pass
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, smtp.mails) == (State.WAITING, 0, [])
    assert mail.not_before == datetime(2027, 3, 3, 7, tzinfo=UTC)
    with time_machine.travel(mail.not_before, tick=False):
        deliveries.send_due()
    assert len(smtp.mails) == 1
