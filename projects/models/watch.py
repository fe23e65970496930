"""What the product watches of a project: what its flags read, and when they are to be looked at next."""

from django.db import models
from django.utils import timezone


class Watch(models.Model):
    """Columns of a project that flags read. None and empty: nobody has said, and no flag is raised of it.

    Signals and metric pairs are the small form of what a fuller register of metrics may take over.
    """

    stated_on = models.DateField(
        "date that the sponsor states", null=True, blank=True, help_text="When the sponsor expects it live."
    )
    stated_value = models.DecimalField(
        "value that the sponsor states",
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="A year, in the currency of the portfolio.",
    )
    # The last time that its objective or business metric was changed from the proof of concept on.
    pivoted_on = models.DateField(null=True, blank=True, editable=False)
    pivot_stage = models.CharField(max_length=12, blank=True, editable=False, help_text="The standard code.")
    leakage_reviewed_on = models.DateField("leakage reviewed", null=True, blank=True)
    audited_on = models.DateField("pipeline audited", null=True, blank=True)
    # name -> {"every_days": days between two sightings or None, "seen_on": day or None}
    signals = models.JSONField(default=dict, blank=True)
    # name -> {"offline": metric, "online": metric, "higher_is_better": bool, "gap": text or None,
    # "baseline": text or None, "ceiling": text or None}; the metrics are names of `measurements`.
    metric_pairs = models.JSONField(default=dict, blank=True)

    # The sweep looks at a project when this has come: an action sets it to now, the sweep to the next day
    # on which time alone changes what its rules find.
    flags_due_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
