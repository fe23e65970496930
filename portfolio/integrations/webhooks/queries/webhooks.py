"""Webhooks, as the settings and the API show them: how their messages fare, never their secrets."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import TruncHour
from django.shortcuts import get_object_or_404
from django.utils import timezone

from portfolio.integrations.models import Webhook, WebhookAttempt, WebhookDelivery
from portfolio.integrations.webhooks.rules import webhooks as rules
from projects.models import Portfolio

HOURS = 24
HOUR = timedelta(hours=1)
State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class Row:
    """One webhook and how its messages fare; `last` is the newest message that was tried, with its try."""

    hook: Webhook
    waiting: int
    parked: int
    hourly: list[int]
    last: WebhookDelivery | None
    attempt: WebhookAttempt | None

    @property
    def sends(self) -> str:
        """What it sends, in words."""
        return rules.sends(self.hook.kinds)

    @property
    def address(self) -> str:
        """Its address without what may be a password in it, as a row shows it."""
        return shown(self.hook.url).partition("://")[2]

    @property
    def is_on(self) -> bool:
        return self.hook.disabled_at is None

    @property
    def is_failing(self) -> bool:
        return bool(self.attempt and self.attempt.error)

    @property
    def next_at(self) -> datetime | None:
        """When the newest message is tried again; a moment that has come is told as now."""
        if self.last is None or self.last.state != State.WAITING:
            return None
        return max(rules.tried_at(self.last.not_before, self.hook.rests_until), timezone.now())


def shown(url: str) -> str:
    """An address without its parameters, which are often a password."""
    return url.partition("?")[0] + ("?…" if "?" in url else "")


def of(portfolio: Portfolio, now: datetime | None = None) -> list[Row]:
    """The webhooks of a portfolio by name; four queries, one when there are none."""
    hooks = list(Webhook.objects.filter(portfolio=portfolio).annotate(last_id=_last_tried()))
    if not hooks:
        return []
    now = now or timezone.now()
    ids = [hook.pk for hook in hooks]
    counts = _counts(ids)
    hourly = _hourly(ids, now)
    attempts = _attempts([hook.last_id for hook in hooks if hook.last_id])
    return [_row(hook, counts, hourly, attempts, now) for hook in hooks]


def one_or_404(portfolio: Portfolio, webhook_id: int) -> Webhook:
    """One of them."""
    hook = get_object_or_404(Webhook, portfolio=portfolio, pk=webhook_id)
    hook.portfolio = portfolio
    return hook


def _row(
    hook: Webhook,
    counts: dict[int, dict[str, int]],
    hourly: dict[int, dict[datetime, int]],
    attempts: dict[int, WebhookAttempt],
    now: datetime,
) -> Row:
    attempt = attempts.get(hook.last_id)  # type: ignore[attr-defined]
    first = _hour(now) - (HOURS - 1) * HOUR
    seen = hourly[hook.pk]
    bins = [seen.get(first + hour * HOUR, 0) for hour in range(HOURS)]
    held = counts[hook.pk]
    last = attempt.delivery if attempt else None
    return Row(hook, held.get(State.WAITING, 0), held.get(State.PARKED, 0), bins, last, attempt)


def _last_tried() -> Subquery:
    tried = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), attempts_made__gt=0)
    return Subquery(tried.order_by("-position", "-pk").values("pk")[:1])


def _counts(ids: Collection[int]) -> dict[int, dict[str, int]]:
    rows = WebhookDelivery.objects.filter(webhook__in=ids).filter(~Q(state=State.SENT)).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for hook, state, number in rows.values_list("webhook", "state").annotate(Count("pk")):
        found[hook][state] = number
    return found


def _hourly(ids: Collection[int], now: datetime) -> dict[int, dict[datetime, int]]:
    """How many messages of each hour of the last day were taken."""
    since = _hour(now) - (HOURS - 1) * HOUR
    rows = WebhookDelivery.objects.filter(webhook__in=ids, created_at__gte=since, state=State.SENT).order_by()
    by_hour = (
        rows.annotate(hour=TruncHour("created_at", tzinfo=UTC))
        .values_list("webhook", "hour")
        .annotate(Count("pk"))
    )
    found: dict[int, dict[datetime, int]] = defaultdict(dict)
    for hook, hour, number in by_hour:
        found[hook][hour] = number
    return found


def _attempts(ids: Collection[int]) -> dict[int, WebhookAttempt]:
    """The last try of each of these messages."""
    rows = WebhookAttempt.objects.filter(delivery__in=ids).select_related("delivery").defer("answer")
    found: dict[int, WebhookAttempt] = {}
    for attempt in rows.order_by("-at", "-pk"):
        found.setdefault(attempt.delivery_id, attempt)
    return found


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
