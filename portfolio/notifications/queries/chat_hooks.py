"""Chats, as the settings and the API show them: with the host of their address, never with the rest."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404

from portfolio import addresses
from portfolio.notifications.models import Channel, ChatHook, Delivery, State
from portfolio.notifications.rules.chat_topics import TOPICS
from projects.models import Portfolio

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One chat and how its posts fare."""

    hook: ChatHook
    host: str
    told: list[str]
    waiting: int
    parked: int
    last_sent_at: datetime | None

    @property
    def topics(self) -> str:
        """What it is told of, in words."""
        return ", ".join(self.told)


def of(portfolio: Portfolio) -> list[Row]:
    """The chats of a portfolio by name; one query."""
    rows = ChatHook.objects.filter(portfolio=portfolio).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=State.WAITING)),
        parked=Count("deliveries", filter=Q(deliveries__state=State.PARKED)),
        last_sent_at=Max("deliveries__sent_at"),
    )
    return [_row(hook) for hook in rows]


def one_or_404(portfolio: Portfolio, hook_id: int) -> ChatHook:
    """One of them."""
    hook = get_object_or_404(ChatHook, portfolio=portfolio, pk=hook_id)
    hook.portfolio = portfolio
    return hook


def latest(portfolio: Portfolio) -> list[Delivery]:
    """The newest posts of the portfolio's chats; one query."""
    hooks = ChatHook.objects.filter(portfolio=portfolio)
    rows = Delivery.objects.filter(channel=Channel.CHAT, hook__in=hooks).select_related("hook")
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])


def _row(hook: ChatHook) -> Row:
    told = [topic.label for topic in TOPICS.values() if topic.code in hook.topics]
    counts = (hook.waiting, hook.parked, hook.last_sent_at)  # type: ignore[attr-defined]
    return Row(hook, addresses.host(hook.url), told, *counts)
