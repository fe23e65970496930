"""Whose turn it is: of each webhook and project the first message that waits; the others wait for it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from portfolio.integrations.models import Webhook, WebhookDelivery

# Above the tries of a day: a worker that dies in each of so many will die in the next.
MOST_ATTEMPTS = 40
BATCH = 50
WAITING = WebhookDelivery.State.WAITING


def free(now: datetime) -> Q:
    """What waits and is in nobody's hands."""
    return Q(state=WAITING) & (Q(lease_until=None) | Q(lease_until__lt=now))


def ready(now: datetime) -> QuerySet[WebhookDelivery]:
    """What may be tried now: due, free, and behind nothing else."""
    # No join: a claim's UPDATE has to look at the row itself once more when another worker was faster.
    is_on = Exists(Webhook.objects.filter(pk=OuterRef("webhook"), disabled_at=None))
    due_now = WebhookDelivery.objects.filter(
        free(now), is_on, not_before__lte=now, attempts_made__lt=MOST_ATTEMPTS
    )
    earlier = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"), position__lt=OuterRef("position"), state=WAITING
    )
    # Two questions, because each can use the index of the order; one with OR could not.
    same_project = earlier.filter(project=OuterRef("project"))
    without_project = earlier.filter(project=None)
    return due_now.filter(~Exists(same_project)).filter(Q(project__isnull=False) | ~Exists(without_project))


def due(webhook_id: int, now: datetime) -> list[int]:
    """The next messages of a webhook, unless somebody speaks to it already."""
    return list(due_rows(webhook_id, now).values_list("pk", flat=True)[:BATCH])


def due_rows(webhook_id: int, now: datetime) -> QuerySet[WebhookDelivery]:
    """The same as rows, all of them."""
    spoken_to = WebhookDelivery.objects.filter(webhook=webhook_id, state=WAITING, lease_until__gte=now)
    return ready(now).filter(~Exists(spoken_to), webhook=webhook_id).order_by("position", "pk")


def to_wake(now: datetime) -> list[int]:
    """The webhooks for which something is due."""
    return sorted(waiting_hooks(now).values_list("pk", flat=True))


def waiting_hooks(now: datetime) -> QuerySet[Webhook]:
    """The same as rows: there are few webhooks, and each is asked whether anything waits."""
    waits = WebhookDelivery.objects.filter(free(now), webhook=OuterRef("pk"), not_before__lte=now)
    return Webhook.objects.filter(Exists(waits), disabled_at=None).order_by()


def before(delivery: WebhookDelivery) -> WebhookDelivery | None:
    """The message for which this one waits."""
    rows = WebhookDelivery.objects.filter(
        webhook=delivery.webhook_id,
        project=delivery.project_id,
        state=WAITING,
        position__lt=delivery.position,
    )
    return rows.select_related("project").order_by("position", "pk").first()


def behind(delivery: WebhookDelivery) -> int | None:
    """The message that waited for one that is over, by its id."""
    rows = WebhookDelivery.objects.filter(webhook=delivery.webhook_id, project=delivery.project_id)
    return rows.filter(state=WAITING).order_by("position", "pk").values_list("pk", flat=True).first()


def first_of_each(rows: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Of these waiting messages the first of each project."""
    earlier = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"),
        project=OuterRef("project"),
        state=WAITING,
        position__lt=OuterRef("position"),
    )
    return rows.filter(~Exists(earlier))
