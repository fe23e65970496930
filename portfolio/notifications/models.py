"""What people are told: one row for each thing and person, and what goes out of the house about it."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    PARKED = "parked", "Did not go"
    # It tells of the past, or the person left or lost sight of the project before it was sent.
    WITHHELD = "withheld", "Withheld"


class Channel(models.TextChoices):
    MAIL = "mail", "Mail"
    CHAT = "chat", "Chat"


class Way(models.TextChoices):
    """How the mail about a message goes."""

    NOW = "now", "At once"
    DAILY = "daily", "In the daily digest"
    WEEKLY = "weekly", "In the weekly digest"
    OFF = "off", "No mail"


class Enclosure(models.Model):
    """Files that go with the mails of one thing that several people are told."""

    cause = models.CharField(max_length=60, unique=True, help_text="As of the deliveries.")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.cause


class EnclosedFile(models.Model):
    """One of them."""

    enclosure = models.ForeignKey(Enclosure, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ChatHook(models.Model):
    """An incoming webhook of a chat, to which a portfolio's news of some topics go."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="chat_hooks")
    name = models.CharField(max_length=80)
    style = models.CharField(
        max_length=10, choices=[("slack", "Slack"), ("teams", "Teams"), ("mattermost", "Mattermost")]
    )
    # Whoever knows the address may post there: pages show its host only.
    url = models.CharField(max_length=1000)
    topics = models.JSONField(default=list)
    only_critical = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # After too many failures in a row nothing is sent to it until somebody has looked.
    failures = models.PositiveSmallIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One mail or chat post: claimed for a while by whoever sends it, and ticked off."""

    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL)
    # One of the three: somebody with an account, an address outside, a chat.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    address = models.EmailField(blank=True)
    hook = models.ForeignKey(ChatHook, null=True, on_delete=models.CASCADE, related_name="deliveries")
    cause = models.CharField(max_length=80, help_text="What it tells of: it goes out once.")
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    # Kept for some weeks, in case it is sent again; then only the page has them.
    enclosure = models.ForeignKey(Enclosure, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    created_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(default=timezone.now, help_text="When it is tried next.")
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True, help_text="Of the claim in force.")
    lease_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "cause"],
                condition=Q(recipient__isnull=False),
                name="nothing_goes_to_a_person_twice",
            ),
            models.UniqueConstraint(
                fields=["address", "cause"],
                condition=~Q(address=""),
                name="nothing_goes_to_an_address_twice",
            ),
            models.UniqueConstraint(
                fields=["hook", "cause"],
                condition=Q(hook__isnull=False),
                name="nothing_goes_to_a_chat_twice",
            ),
            models.CheckConstraint(
                condition=Q(channel="mail", recipient__isnull=False, address="", hook=None)
                | (Q(channel="mail", recipient=None, hook=None) & ~Q(address=""))
                | Q(channel="chat", recipient=None, address="", hook__isnull=False),
                name="a_delivery_has_one_addressee",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="what_was_sent_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="deliveries_by_state"),
            models.Index(fields=["-created_at"], name="deliveries_by_time"),
        ]

    def __str__(self) -> str:
        return self.subject


class Message(models.Model):
    """One thing that one person is told, once, in their inbox; `delivery` is the mail that took it along."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    # The kind of the event that it tells of.
    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=16, help_text="What people choose by (rules/topics.py).")
    cause = models.CharField(max_length=60, help_text="What it tells of: nobody is told of it twice.")
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.CASCADE, related_name="+")
    flag = models.ForeignKey("projects.Flag", null=True, on_delete=models.SET_NULL, related_name="messages")
    is_critical = models.BooleanField(default=False)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    path = models.CharField(max_length=200, blank=True, help_text="The page to look at, without the host.")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    # False: this person wants no such thing in the inbox; it is kept because it went out as a mail.
    in_inbox = models.BooleanField(default=True)
    way = models.CharField(max_length=6, choices=Way.choices)
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.SET_NULL, related_name="messages")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "cause"], name="nobody_is_told_twice"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="way_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-created_at"],
                condition=Q(read_at=None, in_inbox=True),
                name="unread_messages",
            ),
            models.Index(fields=["recipient", "-created_at"], name="inbox_of_a_person"),
            # What the digests have to take along.
            models.Index(
                fields=["way", "recipient"],
                condition=Q(delivery=None, way__in=["daily", "weekly"]),
                name="messages_for_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Preference(models.Model):
    """What one person chose for one topic; no row: what the product ships (rules/topics.py)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences", db_index=False
    )
    topic = models.CharField(max_length=16)
    in_inbox = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, choices=Way.choices)

    class Meta:
        ordering = ["user", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="one_choice_a_topic"),
            models.CheckConstraint(condition=Q(mail__in=Way.values), name="chosen_way_is_known"),
        ]


class Rhythm(models.Model):
    """When one person wants to be written to, by their own clock; no row: what the product ships."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="rhythm"
    )
    digest_at = models.TimeField(default=time(7, 30))
    # Monday is 0.
    digest_weekday = models.PositiveSmallIntegerField(default=0)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    quiet_weekends = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest_weekday__lte=6), name="a_week_has_seven_days"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
        ]
