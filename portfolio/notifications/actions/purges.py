"""What nobody looks up any more: read messages, and mails and posts that went long ago."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from portfolio.notifications.models import Delivery, Message, State

# Half a year of an inbox is enough to find what was said before the last planning.
KEEP_READ = timedelta(days=180)
# For as long somebody may ask whether a mail went; what it said is on its pages.
KEEP_SENT = timedelta(days=90)
# Rows in one statement: nobody waits long for the tables.
CHUNK = 1_000


def purge(now: datetime) -> int:
    """Delete a chunk of what is over; how many rows, 0 when nothing is left. Called until then.

    What is unread stays, and so does what waits or did not go. A mail with messages that are kept loses what
    it said, and stays to tell that they went.
    """
    return _messages(now) + _deliveries(now)


def _messages(now: datetime) -> int:
    done_with = Q(read_at__isnull=False) | Q(in_inbox=False)
    old = Message.objects.filter(done_with, created_at__lt=now - KEEP_READ)
    ids = old.order_by("pk").values_list("pk", flat=True)[:CHUNK]
    return Message.objects.filter(pk__in=list(ids)).delete()[0]


def _deliveries(now: datetime) -> int:
    ended = Q(state=State.SENT, sent_at__lt=now - KEEP_SENT)
    ended |= Q(state=State.WITHHELD, created_at__lt=now - KEEP_SENT)
    needed = Exists(Message.objects.filter(delivery=OuterRef("pk")))
    old = Delivery.objects.filter(ended).order_by("pk").values_list("pk", flat=True)
    gone = list(old.exclude(needed)[:CHUNK])
    emptied = list(old.filter(needed).exclude(text="", html="")[:CHUNK])
    Delivery.objects.filter(pk__in=emptied).update(text="", html="")
    Delivery.objects.filter(pk__in=gone).delete()
    return len(gone) + len(emptied)
