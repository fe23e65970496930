"""Whose turn it is: of each webhook and project the first message that waits; the others wait for it."""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from portfolio.integrations.models import Webhook, WebhookDelivery

# Above the tries of a day: a worker that dies in each of so many will die in the next.
MOST_ATTEMPTS = 40
BATCH = 50
WAITING = WebhookDelivery.State.WAITING


def free(now: datetime) -> Q:
    """What waits and is in nobody's hands."""
    return Q(state=WAITING) & (Q(lease_until=None) | Q(lease_until__lt=now))


def _awake(now: datetime) -> QuerySet[Webhook]:
    """The webhooks that may be spoken to."""
    return Webhook.objects.filter(Q(rests_until=None) | Q(rests_until__lte=now), disabled_at=None)


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    """What may be tried now if it is first."""
    # No join: a claim's UPDATE has to look at the row itself once more when another worker was faster.
    is_awake = Exists(_awake(now).filter(pk=OuterRef("webhook")))
    return WebhookDelivery.objects.filter(
        free(now), is_awake, not_before__lte=now, attempts_made__lt=MOST_ATTEMPTS
    )


def ready(now: datetime) -> QuerySet[WebhookDelivery]:
    """What may be tried now: due, free, and behind nothing else."""
    earlier = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"), position__lt=OuterRef("position"), state=WAITING
    )
    # Two questions, because each can use the index of the order; one with OR could not.
    same_project = earlier.filter(project=OuterRef("project"))
    without_project = earlier.filter(project=None)
    return _due(now).filter(~Exists(same_project)).filter(Q(project__isnull=False) | ~Exists(without_project))


def due(webhook_id: int, now: datetime) -> list[int]:
    """The next messages of a webhook, unless somebody speaks to it already."""
    return list(due_rows(webhook_id, now).values_list("pk", flat=True)[:BATCH])


def due_rows(webhook_id: int, now: datetime) -> QuerySet[WebhookDelivery]:
    """The same as rows, all of them."""
    waiting = WebhookDelivery.objects.filter(webhook=webhook_id, state=WAITING).order_by()
    # One pass over what waits: to ask of each row whether it is first takes ten times as long.
    heads = waiting.values("project").annotate(first=Min("position")).values("first")
    spoken_to = waiting.filter(lease_until__gte=now)
    rows = _due(now).filter(~Exists(spoken_to), webhook=webhook_id, position__in=heads)
    return rows.order_by("position", "pk")


def to_wake(now: datetime) -> list[int]:
    """The webhooks for which something may be due: whether it is first is asked when they are woken."""
    return sorted(waiting_hooks(now).values_list("pk", flat=True))


def waiting_hooks(now: datetime) -> QuerySet[Webhook]:
    """The same as rows: there are few webhooks, and each is asked whether anything waits."""
    waits = WebhookDelivery.objects.filter(free(now), webhook=OuterRef("pk"), not_before__lte=now)
    return _awake(now).filter(Exists(waits)).order_by()


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
