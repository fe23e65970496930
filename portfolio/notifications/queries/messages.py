"""Messages, as their readers and the worker's page see them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from portfolio.notifications.models import Delivery, Message, State
from projects.actors import Actor
from projects.models import Project

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mails:
    """How many mails wait or did not go, and the newest with trouble: tried again later, or parked."""

    waiting: int
    parked: int
    troubled: list[Delivery]


def unread(actor: Actor) -> QuerySet[Message]:
    """What this person was told and has not read, newest first; nothing of projects hidden since."""
    seen = Q(project=None) | Q(project__in=Project.objects.visible_to(actor))
    return Message.objects.filter(seen, recipient_id=actor.user_id, read_at=None).select_related("project")


def mails() -> Mails:
    """The state of sending; two queries."""
    states = [State.WAITING, State.PARKED]
    open_mails = Delivery.objects.filter(state__in=states)
    counts = dict(open_mails.order_by().values_list("state").annotate(Count("pk")))
    troubled = open_mails.exclude(last_error="").select_related("recipient").order_by("-tried_at", "-pk")
    return Mails(counts.get(State.WAITING, 0), counts.get(State.PARKED, 0), list(troubled[:SHOWN]))
