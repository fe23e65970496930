"""The log of a webhook: what was sent, how often it was tried, what came back, what waits for what."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.shortcuts import get_object_or_404

from portfolio.integrations.models import Webhook, WebhookAttempt, WebhookDelivery
from portfolio.integrations.webhooks.queries import lanes, messages
from portfolio.integrations.webhooks.rules import signatures
from portfolio.integrations.webhooks.rules import webhooks as rules

# For so long a message can be looked up and sent again; the events themselves are kept.
KEPT_DAYS = 30
KEPT = timedelta(days=KEPT_DAYS)
State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class Row:
    """One message with its last try and, when it is not its turn yet, the one it waits for."""

    delivery: WebhookDelivery
    attempt: WebhookAttempt | None
    before: WebhookDelivery | None

    @property
    def waits_for(self) -> str:
        """The order in words: later messages of a project wait for the one before."""
        if self.before is None:
            return ""
        whose = f"{self.delivery.project.key}’s" if self.delivery.project else "the portfolio’s"
        return f"Waits for {whose} delivery before it"

    @property
    def next_at(self) -> datetime:
        """When it is tried next, if it waits for no other."""
        return rules.tried_at(self.delivery.not_before, self.delivery.webhook.rests_until)


def of(hook: Webhook, *, state: str = "", kind: str = "") -> QuerySet[WebhookDelivery]:
    """The messages of a webhook, the newest first."""
    rows = WebhookDelivery.objects.filter(webhook=hook).select_related("project")
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by("-position", "-pk")


def rows(hook: Webhook, deliveries: Iterable[WebhookDelivery]) -> list[Row]:
    """A page of them with their last tries; three queries."""
    found = list(deliveries)
    for each in found:
        each.webhook = hook
    last: dict[int, WebhookAttempt] = {}
    tries = WebhookAttempt.objects.filter(delivery__in=[each.pk for each in found]).order_by("at", "pk")
    for attempt in tries.defer("answer"):
        last[attempt.delivery_id] = attempt
    heads = _heads(hook, {each.project_id for each in found if each.state == State.WAITING})
    return [Row(each, last.get(each.pk), _before(each, heads)) for each in found]


def with_turns(rows: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Those that wait with `waits_for`, the delivery that has to be over first."""
    ahead = WebhookDelivery.objects.filter(
        webhook=OuterRef("webhook"), state=State.WAITING, position__lt=OuterRef("position")
    ).order_by("position", "pk")
    of_project = Subquery(ahead.filter(project=OuterRef("project")).values("pk")[:1])
    of_none = Subquery(ahead.filter(project=None).values("pk")[:1])
    waits = Case(
        When(state=State.WAITING, project__isnull=False, then=of_project),
        When(state=State.WAITING, then=of_none),
    )
    return rows.annotate(waits_for=waits)


def one_or_404(hook: Webhook, delivery_id: int) -> WebhookDelivery:
    """One of them, with its event."""
    rows = WebhookDelivery.objects.select_related("event__portfolio", "event__project", "project")
    delivery = get_object_or_404(rows, webhook=hook, pk=delivery_id)
    delivery.webhook = hook
    return delivery


def one(delivery: WebhookDelivery) -> Row:
    """A message as a row."""
    waits = delivery.state == State.WAITING
    return Row(delivery, delivery.attempts.first(), lanes.before(delivery) if waits else None)


def body(delivery: WebhookDelivery) -> str:
    """What is or was sent, byte for byte."""
    return messages.body(delivery).decode()


def laid_out(delivery: WebhookDelivery) -> str:
    """The same as people read it, a line for each field."""
    return json.dumps(json.loads(body(delivery)), indent=2, ensure_ascii=False)


def message_id(delivery: WebhookDelivery) -> str:
    return signatures.message_id(delivery.webhook_id, delivery.event_id)


def kinds(hook: Webhook) -> list[str]:
    """The kinds of event in the log."""
    return sorted(
        WebhookDelivery.objects.filter(webhook=hook).order_by().values_list("kind", flat=True).distinct()
    )


def _heads(hook: Webhook, projects: set[int | None]) -> dict[int | None, WebhookDelivery]:
    """The first message that waits, for each of these projects."""
    if not projects:
        return {}
    waiting = WebhookDelivery.objects.filter(webhook=hook, state=State.WAITING).order_by("position", "pk")
    found: dict[int | None, WebhookDelivery] = {}
    some = waiting.filter(project__in=projects - {None})
    for each in [*waiting.filter(project=None)[:1], *lanes.first_of_each(some)]:
        found[each.project_id] = each
    return found


def _before(delivery: WebhookDelivery, heads: dict[int | None, WebhookDelivery]) -> WebhookDelivery | None:
    head = heads.get(delivery.project_id) if delivery.state == State.WAITING else None
    return head if head and head.position < delivery.position else None
