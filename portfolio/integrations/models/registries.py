"""Model registries: MLflow servers, the projects bound to their models and experiments, and versions seen."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Registry(models.Model):
    """An MLflow tracking server that a portfolio reads from."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="registries")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=1000)
    # Who asks there: a bearer token, or a user name with a password; sealed (portfolio/seals.py).
    username = models.CharField(max_length=150, blank=True)
    credential = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it last answered.")
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    # Times in a row that it did not answer: it is asked less often then.
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "registries"

    def __str__(self) -> str:
        return self.name


class RegistryLink(models.Model):
    """A project's tie to one registered model or experiment, and what an alias there does here."""

    class Kind(models.TextChoices):
        MODEL = "model", "Registered model"
        EXPERIMENT = "experiment", "Experiment"

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="registry_links")
    registry = models.ForeignKey(Registry, on_delete=models.CASCADE, related_name="links", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.MODEL)
    name = models.CharField(max_length=500)
    # alias -> {"to": stage code, "does": "propose" or "move"}
    aliases = models.JSONField(default=dict, blank=True)
    # [{"theirs": metric there, "ours": metric here, "environment": …, "segment": …}]; empty: all, offline.
    metrics = models.JSONField(default=list, blank=True)
    # The alias whose version is the project's own model version, which signatures are about; empty: none.
    version_from = models.CharField(max_length=255, blank=True)
    # Whether the project's stage is written there as a tag of the model, and what was written last.
    tells_stage = models.BooleanField(default=False)
    told_stage = models.CharField(max_length=40, blank=True)
    # Rules of aliases that could not be carried out: [{"alias", "version", "to", "message", "obstacles", …}].
    refusals = models.JSONField(default=list, blank=True)
    # Who made it: moves by rule are made by this person's choice, as the product.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # Read next when this has come: by the clock, or at once after a message of the registry.
    due_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["project", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "registry", "kind", "name"], name="one_link_to_a_model"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["model", "experiment"]), name="registry_link_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["registry", "kind", "name"], name="links_by_name_there"),
            models.Index(fields=["due_at"], name="links_due"),
        ]

    def __str__(self) -> str:
        return self.name


class ModelVersion(models.Model):
    """A version of a registered model, or a run of an experiment, as it was last read."""

    link = models.ForeignKey(RegistryLink, on_delete=models.CASCADE, related_name="versions", db_index=False)
    # The number of a version, the id of a run.
    version = models.CharField(max_length=64)
    run = models.CharField(max_length=64, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=dict, blank=True)
    # metric there -> {"value": number, "at": moment}
    metrics = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=30, blank=True)
    made_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["link", "version"], name="a_version_is_kept_once")]
