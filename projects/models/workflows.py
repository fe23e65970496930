"""Published workflow versions: immutable data that says which stages and gates exist."""

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from projects.rules import workflow as workflow_rules


class WorkflowVersion(models.Model):
    """One published version of a portfolio's workflow; an edit publishes the next one."""

    portfolio = models.ForeignKey("projects.Portfolio", on_delete=models.CASCADE, related_name="workflows")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    definition = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["portfolio", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "number"], name="workflow_numbers_are_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"

    @property
    def rules(self) -> workflow_rules.Workflow:
        """The workflow as the rules read it."""
        return parsed(self.pk)


class WorkflowDraft(models.Model):
    """The next version of a portfolio's workflow while it is written, tried and reviewed."""

    portfolio = models.OneToOneField(
        "projects.Portfolio", on_delete=models.CASCADE, related_name="workflow_draft"
    )
    based_on = models.ForeignKey(WorkflowVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(help_text="YAML, as its author wrote it.")
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(default=timezone.now)
    # Of the present text; writing it anew takes the review away.
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.TextField(blank=True)


@lru_cache(maxsize=256)
def parsed(version_id: int) -> workflow_rules.Workflow:
    """A version's rules; a published version never changes, so a process reads each one once."""
    definition: dict[str, Any] = WorkflowVersion.objects.values_list("definition", flat=True).get(
        pk=version_id
    )
    return _read(json.dumps(definition))


@lru_cache(maxsize=64)
def _read(definition: str) -> workflow_rules.Workflow:
    """Portfolios that use what ships with the product share one copy of it."""
    return workflow_rules.parse(json.loads(definition))
