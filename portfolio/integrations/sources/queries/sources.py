"""Systems that post to a portfolio, and their messages."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.sources import turned_away
from projects.models import Membership, Portfolio

State = SourceMessage.State


class Row(NamedTuple):
    """A source as the list shows it."""

    source: Source
    role: str
    waiting: int
    refused: int  # of all that are kept; failed ones, too
    turned_away: int  # in a week


def by_token(token: str) -> Source | None:
    """The source of an address, unless it is paused."""
    rows = Source.objects.select_related("portfolio", "user")
    return rows.filter(token=token, disabled_at=None).first()


def of(portfolio: Portfolio) -> list[Row]:
    """Every source with how its messages fare; three queries and one look into the cache each."""
    sources = list(portfolio.sources.select_related("registry", "user"))
    roles = dict(
        Membership.objects.filter(
            portfolio=portfolio, user__in=[each.user_id for each in sources]
        ).values_list("user_id", "role")
    )
    counted = SourceMessage.objects.filter(source__in=sources).values_list("source").order_by("source")
    numbers = {
        pk: (waiting, refused)
        for pk, waiting, refused in counted.annotate(
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            refused=Count("pk", filter=Q(state__in=[State.REFUSED, State.FAILED])),
        )
    }
    now = timezone.now()
    return [
        Row(
            each, roles.get(each.user_id, ""), *numbers.get(each.pk, (0, 0)), turned_away.number(each.pk, now)
        )
        for each in sources
    ]


def one_or_404(portfolio: Portfolio, source_id: int) -> Source:
    """A source of this portfolio."""
    rows = Source.objects.select_related("registry", "user", "portfolio")
    return get_object_or_404(rows, portfolio=portfolio, pk=source_id)


def messages(
    portfolio: Portfolio, *, source: int | None = None, state: str = "", project: str = ""
) -> QuerySet[SourceMessage]:
    """The log of a portfolio, the latest first."""
    found = SourceMessage.objects.filter(source__portfolio=portfolio).select_related("source", "project")
    if source:
        found = found.filter(source=source)
    if state:
        found = found.filter(state=state)
    if project:
        found = found.filter(project__key=project)
    return found.order_by("-received_at", "-pk")


def due(now: datetime, most: int) -> list[int]:
    """The next messages that a worker could carry out, of each project only the first that came."""
    waiting = SourceMessage.objects.filter(state=State.WAITING, source__disabled_at=None)
    before = waiting.filter(project=OuterRef("project"), pk__lt=OuterRef("pk"))
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ready = waiting.filter(free, not_before__lte=now).exclude(Exists(before))
    return list(ready.order_by("pk").values_list("pk", flat=True)[:most])


def before(message: SourceMessage) -> SourceMessage | None:
    """The message of the same project that a waiting one waits for."""
    if message.state != State.WAITING or message.project_id is None:
        return None
    waiting = SourceMessage.objects.filter(state=State.WAITING, source__disabled_at=None)
    return waiting.filter(project=message.project_id, pk__lt=message.pk).order_by("pk").first()
