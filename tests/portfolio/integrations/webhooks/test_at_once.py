"""Senders side by side, and how the database finds whose turn it is: what only PostgreSQL shows."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portfolio import outbox
from portfolio.integrations.models import WebhookDelivery
from portfolio.integrations.webhooks.actions import posts, webhooks
from portfolio.integrations.webhooks.queries import lanes
from projects import events
from projects.models import Event
from tests import factories
from tests.races import at_once

# A system that was away over a busy night, with a month of others behind it.
BEHIND, OVER = 6_000, 30_000


def a_hook(portfolio, url):
    actor = factories.acting(factories.a_member(portfolio, "manager"))
    return webhooks.add(portfolio.pk, url=url, actor=actor, kinds=["comment.posted"], untested=True)[0]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_senders_at_once_send_each_message_once_and_each_projects_in_order(receiver):
    portfolio = factories.a_portfolio()
    projects = [factories.a_project(portfolio) for _ in range(3)]
    hook = a_hook(portfolio, receiver.url)
    with transaction.atomic():
        for number in range(12):
            said = {"comment": number + 1, "mentions": []}
            events.record(projects[number % 3], "comment.posted", factories.SYSTEM, **said)
    outbox.pass_on()
    at_once(*[lambda: posts.send_due(hook.pk)] * 4)
    while posts.send_due(hook.pk):
        pass
    assert len(receiver.ids()) == len(set(receiver.ids())) == 12
    by_id = dict(zip(receiver.ids(), receiver.messages, strict=True))
    for project in projects:
        rows = hook.deliveries.filter(project=project).order_by("position")
        wanted = [f"msg_{hook.pk}_{row.event_id}" for row in rows]
        assert [each for each in by_id if each in wanted] == wanted


@pytest.mark.postgres
@pytest.mark.django_db
def test_whose_turn_it_is_is_found_by_indexes():
    portfolio = factories.a_portfolio()
    project = factories.a_project(portfolio)
    hook, other = (a_hook(portfolio, f"https://{name}.example.com/") for name in ("away", "here"))
    now = timezone.now()
    given = {"kind": "comment.posted", "portfolio": portfolio, "project": project, "door": "page"}
    made = Event.objects.bulk_create([Event(**given, position=10_000 + each) for each in range(OVER)])
    rows = [_row(other, event, now, state="sent") for event in made]
    rows += [_row(hook, event, now, state="waiting") for event in made[:BEHIND]]
    WebhookDelivery.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {WebhookDelivery._meta.db_table}")
    plan = lanes.due_rows(hook.pk, now)[: lanes.BATCH].explain()
    assert "webhook_deliveries_next" in plan, plan
    assert "Seq Scan on integrations_webhookdelivery" not in plan, plan
    claim = lanes.ready(now).filter(pk=WebhookDelivery.objects.filter(webhook=hook).first().pk).explain()
    assert "webhook_deliveries_in_order" in claim, claim
    assert "Seq Scan on integrations_webhookdelivery" not in claim, claim
    woken = lanes.waiting_hooks(now).explain()
    assert "Seq Scan on integrations_webhookdelivery" not in woken, woken
    assert lanes.due(hook.pk, now) == [hook.deliveries.order_by("position").first().pk]


def _row(hook, event, now, **fields):
    return WebhookDelivery(
        webhook=hook,
        event=event,
        project_id=event.project_id,
        kind=event.kind,
        position=event.position,
        created_at=now,
        not_before=now,
        **fields,
    )
