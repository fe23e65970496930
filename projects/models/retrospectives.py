"""What was learned when a project was stopped, paused, rolled back, retired or brought to its users."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Retrospective(models.Model):
    """One look back at one decision; written once, corrected by writing another."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="retrospectives")
    # The decision that it looks back at; None: the project as a whole.
    move = models.ForeignKey(
        "projects.Move", null=True, on_delete=models.SET_NULL, related_name="retrospectives"
    )
    pitfall = models.CharField(max_length=12, blank=True, help_text="P1 to P5: which one decided.")
    happened = models.TextField("what happened")
    lesson = models.TextField("what we would do again, or never")
    team_effect = models.TextField("what it did to the team", blank=True)
    sunk_cost = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-pk"]
