"""What people are told: one row for each thing and person, and how far its mail has come."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class MailState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    PARKED = "parked", "Did not go"
    # It tells of the past, or the person left or lost sight of the project before it was sent.
    WITHHELD = "withheld", "Withheld"


class Enclosure(models.Model):
    """Files that go with the mails of one thing that several people are told."""

    cause = models.CharField(max_length=60, unique=True, help_text="As of the messages.")
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


class Message(models.Model):
    """One thing that one person is told, once; its mail is claimed for a while by whoever sends it."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    # The kind of the event that it tells of.
    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=60, help_text="What it tells of: nobody is told of it twice.")
    project = models.ForeignKey("projects.Project", null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    path = models.CharField(max_length=200, blank=True, help_text="The page to look at, without the host.")
    # Kept for some weeks, in case the mail is sent again; then only the page has them.
    enclosure = models.ForeignKey(Enclosure, null=True, on_delete=models.SET_NULL, related_name="messages")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    mail_state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.WAITING)
    not_before = models.DateTimeField(default=timezone.now, help_text="When its mail is tried next.")
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True, help_text="Of the claim in force.")
    lease_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "cause"], name="nobody_is_told_twice"),
            models.CheckConstraint(condition=Q(mail_state__in=MailState.values), name="mail_state_is_known"),
            models.CheckConstraint(
                condition=~Q(mail_state="sent") | Q(sent_at__isnull=False), name="a_sent_mail_has_its_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-created_at"], condition=Q(read_at=None), name="unread_messages"
            ),
            models.Index(fields=["mail_state", "not_before"], name="mails_by_state"),
        ]

    def __str__(self) -> str:
        return self.subject
