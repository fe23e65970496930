"""A separate worker process, killed while it speaks: nothing is lost, and nothing overtakes."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portfolio.integrations.models import WebhookDelivery
from portfolio.integrations.webhooks.actions import webhooks
from portfolio.wake import wake
from projects import events
from tests import factories
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
# A folder of messages hands out a few a second: what is nudged faster only waits longer.
SLOWLY = 2.0
SECRET = "whsec_" + "c2VjcmV0" * 5


def test_a_sender_that_is_killed_loses_nothing_and_changes_no_order(receiver, celery_worker_process):
    portfolio = factories.a_portfolio()
    projects = [factories.a_project(portfolio), factories.a_project(portfolio)]
    receiver.secret = SECRET
    actor = factories.acting(factories.a_member(portfolio, "manager"))
    given = {"kinds": ["comment.posted"], "secret": SECRET, "untested": True}
    hook = webhooks.add(portfolio.pk, url=receiver.url, actor=actor, **given)[0]
    with transaction.atomic():
        for number in range(8):
            said = {"comment": number + 1, "mentions": []}
            events.record(projects[number % 2], "comment.posted", factories.SYSTEM, **said)
    receiver.holds.clear()
    first = celery_worker_process(PLIMSOLL_ALLOW_PRIVATE_HOOKS="1")
    wait_until(lambda: receiver.messages, nudge=drain, pause=SLOWLY, said=first.log.read_text)
    first.kill()
    receiver.holds.set()
    held = WebhookDelivery.objects.exclude(lease_until=None)
    assert [(row.state, row.attempts_made) for row in held] == [("waiting", 1)]
    # The claim of the dead worker runs out.
    held.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = celery_worker_process(PLIMSOLL_ALLOW_PRIVATE_HOOKS="1")
    sent = hook.deliveries.filter(state="sent")
    wait_until(lambda: sent.count() == 8, nudge=tick, pause=SLOWLY, said=second.log.read_text)
    ids = receiver.ids()
    # The one that was in flight came twice, under one id; every other once.
    assert len(ids) == 9 and len(set(ids)) == 8 and ids.count(ids[0]) == 2
    came = {headers["webhook-id"]: json.loads(body)["data"] for _, headers, body in receiver.messages[1:]}
    for project in projects:
        mine = [said["payload"]["comment"] for said in came.values() if said["project"] == project.key]
        assert mine == sorted(mine) and len(mine) == 4


def drain():
    wake("portfolio.tasks.drain_outbox")


def tick():
    wake("portfolio.tasks.tick")
