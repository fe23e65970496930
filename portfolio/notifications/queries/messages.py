"""Messages, as their readers and the worker's page see them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from portfolio.notifications.models import Delivery, Message, State
from projects.actors import Actor
from projects.queries import flag_lists, reach

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mails:
    """How many mails wait or did not go, and the newest with trouble: tried again later, or parked."""

    waiting: int
    parked: int
    troubled: list[Delivery]


def among(actor: Actor) -> QuerySet[Message]:
    """What this person was told, read or not; nothing of projects and portfolios hidden since."""
    of_nothing = Q(project=None, flag=None)
    of_stages = Q(project=None, flag__in=flag_lists.among(actor).filter(project=None).values("pk"))
    of_projects = Q(project__in=reach.of(actor).values("pk"))
    return Message.objects.filter(of_nothing | of_stages | of_projects, recipient_id=actor.user_id)


def unread(actor: Actor) -> QuerySet[Message]:
    """What this person has not read of what they want in the inbox, newest first."""
    return among(actor).filter(read_at=None, in_inbox=True).select_related("project")


def mails() -> Mails:
    """The state of sending; two queries."""
    states = [State.WAITING, State.PARKED]
    open_mails = Delivery.objects.filter(state__in=states)
    counts = dict(open_mails.order_by().values_list("state").annotate(Count("pk")))
    troubled = open_mails.exclude(last_error="").order_by("-tried_at", "-pk")
    shown = list(troubled.select_related("recipient", "hook")[:SHOWN])
    return Mails(counts.get(State.WAITING, 0), counts.get(State.PARKED, 0), shown)
