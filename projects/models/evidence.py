"""Evidence: files, links and statements that answers, criteria and signatures rest on."""

from django.conf import settings
from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.rules import evidence_files


class Form(models.TextChoices):
    """What a version of evidence is."""

    FILE = "file", "File"
    LINK = "link", "Link"
    STATEMENT = "statement", "Statement"


class Provenance(models.TextChoices):
    """Who the content comes from (source article 001: much of what is written is made by machines)."""

    PRIMARY = "primary", "First hand"
    SECONDARY = "secondary", "Second hand"
    AI_MADE = "ai_made", "Made by AI"


class Place(models.TextChoices):
    """Where evidence can be attached."""

    ANSWER = "answer", "Answer"
    CRITERION = "criterion", "Criterion"
    SIGNOFF = "signoff", "Sign-off"


def storage() -> Storage:
    """Where files are kept: a folder or an S3 bucket, by setting."""
    return storages["evidence"]


class Evidence(models.Model):
    """One item of evidence on a project; what it says is in its versions."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="evidence")
    # A kind of presets/evidence_kinds.yaml, or the name of a statement that a gate asks for.
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    gate = models.CharField(max_length=12, blank=True, help_text="The gate that it was brought for.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["kind", "pk"]
        indexes = [
            models.Index(
                fields=["project", "kind"], condition=Q(removed_at=None), name="evidence_of_a_project"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceVersion(models.Model):
    """What an item of evidence said from one day on; never edited, a newer version replaces it."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    form = models.CharField(max_length=9, choices=Form.choices)
    # Of a file its bytes, of a link its address, of a statement its text and whether it holds.
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=storage, blank=True, max_length=200)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    url = models.URLField(max_length=2000, blank=True)
    text = models.TextField(blank=True, help_text="The statement, or what to know about the file or link.")
    holds = models.BooleanField(null=True, blank=True, help_text="Of a statement: whether it is true.")
    provenance = models.CharField(max_length=9, choices=Provenance.choices, default=Provenance.PRIMARY)
    dated_on = models.DateField(help_text="The day that it tells of; freshness counts from here.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    by_machine = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["evidence", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_versions_are_counted"),
            models.UniqueConstraint(
                fields=["evidence"], condition=Q(replaced_at=None), name="evidence_has_one_present_version"
            ),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="evidence_form_is_known"),
            models.CheckConstraint(
                condition=~Q(form="statement") | Q(holds__isnull=False), name="a_statement_says_yes_or_no"
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="evidence_by_content")]

    # Whether it was made by the action that returned it; what is there already is not made again.
    is_new = False

    @property
    def words(self) -> str:
        """Which version it is."""
        return f"Version {self.number}"

    @property
    def may_be_shown(self) -> bool:
        """Whether a browser may show the file in a window of its own."""
        return bool(evidence_files.shown_as(self.file_name))


class EvidenceUse(models.Model):
    """One place that rests on an item of evidence: an answer, a criterion of a gate, a sign-off."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="uses")
    place = models.CharField(max_length=9, choices=Place.choices)
    # The question, "GATE:criterion" as in G5:rollback, or the id of the sign-off.
    ref = models.CharField(max_length=60)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["place", "ref", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "place", "ref"], name="evidence_is_attached_once"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="evidence_place_is_known"),
        ]
        indexes = [models.Index(fields=["place", "ref"], name="evidence_by_place")]
