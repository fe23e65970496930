"""What gates and tiers ask of a project beside its plan; later registers may take these columns over."""

from django.db import models


class GateInputs(models.Model):
    """Columns of a project that gates read. None and empty: nobody has said, which never passes."""

    # What a project does to people and money; the governance tier follows from these (rules/tiers.py).
    decides_about_people = models.BooleanField(null=True, blank=True)
    human_review = models.BooleanField("a person reviews each decision", null=True, blank=True)
    acts_automatically = models.BooleanField("acts without a person", null=True, blank=True)
    safety_relevant = models.BooleanField("somebody's safety depends on it", null=True, blank=True)
    customer_facing = models.BooleanField("customers see it", null=True, blank=True)
    users_affected = models.PositiveIntegerField("people affected", null=True, blank=True)

    expectation = models.TextField(
        "expectation statement", blank=True, help_text="Range of quality and date, and what will not be done."
    )
    data_sources = models.TextField(blank=True, help_text="One source on each line.")
    model_version = models.CharField(
        max_length=60, blank=True, help_text="The major version that signatures are about."
    )
    first_exposure_on = models.DateField("first live exposure", null=True, blank=True)
    metric_measured_on = models.DateField("business metric measured", null=True, blank=True)
    monitoring_seen_on = models.DateField("monitoring last seen", null=True, blank=True)
    capacity_fte = models.DecimalField(
        "people at work", max_digits=6, decimal_places=2, null=True, blank=True, help_text="Full-time people."
    )
    # checklist -> item -> points from 0 to 1, as text; see presets/checklists.yaml.
    checklists = models.JSONField(default=dict, blank=True)
    # metric -> {"value": text, "measured_on": day, "source": text}; the newest measurement of each.
    measurements = models.JSONField(default=dict, blank=True)

    recertify_on = models.DateField(null=True, blank=True, help_text="The next recertification is due.")

    class Meta:
        abstract = True
