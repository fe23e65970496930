"""The log of what went out of the house: mails and posts, whatever became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from portfolio import addresses
from portfolio.notifications.models import Channel, Delivery, State
from portfolio.notifications.queries.outside import without_links

PAGE = 50
LATELY = timedelta(hours=24)
LONGEST_SEARCH = 100
RELATED = ("recipient", "hook__portfolio", "project__portfolio")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the log shows; empty texts show all."""

    channel: str = ""
    state: str = ""
    portfolio: str = ""
    who: str = ""

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        names = ("channel", "state", "portfolio", "who")
        return urlencode({name: value for name in names if (value := getattr(self, name))})


@dataclass(frozen=True, slots=True)
class Row:
    """One mail or post, and to whom it went."""

    delivery: Delivery
    to: str
    where: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, newest first, and the cursor of those before them."""

    rows: list[Row]
    older: str


@dataclass(frozen=True, slots=True)
class Lately:
    """How many of a channel were written within a day, by what became of them."""

    label: str
    sent: int
    waiting: int
    parked: int
    withheld: int


def parse(given: Mapping[str, str]) -> Filters:
    """The filters of an address; what is not known is left out."""
    said = {name: given.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in FIELDS}
    filters = Filters(**said)
    if filters.channel not in Channel.values:
        filters = replace(filters, channel="")
    if filters.state not in State.values:
        filters = replace(filters, state="")
    return filters


FIELDS = ("channel", "state", "portfolio", "who")


def page(filters: Filters, before: str = "") -> Page:
    """One page of the log; one query, which walks an index from the newest on."""
    rows = chosen(filters)
    if place := _place(before):
        at, number = place
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=number))
    found = list(rows[: PAGE + 1])
    older = _cursor(found[PAGE - 1]) if len(found) > PAGE else ""
    return Page([row(each) for each in found[:PAGE]], older)


def chosen(filters: Filters) -> QuerySet[Delivery]:
    """What these filters leave, newest first."""
    rows = Delivery.objects.select_related(*RELATED).defer("html")
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if slug := filters.portfolio:
        rows = rows.filter(Q(project__portfolio__slug=slug) | Q(hook__portfolio__slug=slug))
    if who := filters.who:
        person = Q(recipient__name__icontains=who) | Q(recipient__email__icontains=who)
        rows = rows.filter(person | Q(address__icontains=who) | Q(hook__name__icontains=who))
    return rows.order_by("-created_at", "-pk")


def one(delivery_id: int) -> Row | None:
    """One of them."""
    found = Delivery.objects.select_related(*RELATED).filter(pk=delivery_id).first()
    return row(found) if found else None


def lately(now: datetime) -> list[Lately]:
    """What was written within a day, by channel; one query."""
    rows = Delivery.objects.filter(created_at__gte=now - LATELY).order_by()
    found = {
        (channel, state): n
        for channel, state, n in rows.values_list("channel", "state").annotate(Count("pk"))
    }
    return [
        Lately(
            label, *(found.get((channel, state), 0) for state in ("sent", "waiting", "parked", "withheld"))
        )
        for channel, label in (("mail", "Mails"), ("chat", "Chat posts"))
    ]


def row(delivery: Delivery) -> Row:
    """To whom it went: name and address, or a chat with its host."""
    if hook := delivery.hook:
        to = f"{hook.name} ({hook.get_style_display()}, {addresses.host(hook.url)})"
        return Row(delivery, to, hook.portfolio.name)
    person = delivery.recipient
    to = f"{person} ({person.email})" if person else delivery.address
    return Row(delivery, to, delivery.project.portfolio.name if delivery.project else "")


def text_of(delivery: Delivery) -> str:
    """What was sent, without the links that are the right of their reader alone."""
    return without_links(delivery.text)


def _cursor(delivery: Delivery) -> str:
    return f"{delivery.created_at.isoformat()}~{delivery.pk}"


def _place(cursor: str) -> tuple[datetime, int] | None:
    """A place in the log; what is not a cursor of ours begins at the newest."""
    at, _, number = cursor.partition("~")
    try:
        moment, place = datetime.fromisoformat(at), int(number[:18])
    except ValueError:
        return None
    return (moment, place) if moment.tzinfo else None
