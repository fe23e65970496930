"""The fields of the details form that flags look at."""

from typing import Any

from django import forms

from projects.models import Project
from projects.pages.fields import DayField, MoneyField
from projects.queries import facts
from projects.rules import pivots

CORRECTS = "is_correction"


class WatchFields(forms.Form):
    """What a sponsor expects, and when somebody last went through data and pipeline."""

    stated_on = DayField(
        label="Expected by its sponsor", required=False, help_text="The day that the sponsor counts on."
    )
    stated_value = MoneyField(
        label="Value that its sponsor states", help_text="A year, as the sponsor tells it to others."
    )
    leakage_reviewed_on = DayField(
        label="Leaks last looked for",
        required=False,
        help_text="By somebody who did not build the model, through all eight sorts of leak.",
    )
    audited_on = DayField(
        label="Pipeline last audited",
        required=False,
        help_text="All of it: data, training, evaluation, deployment and monitoring.",
    )


def offer_correction(fields: dict[str, Any], project: Project) -> None:
    """Once a project has work to lose, ask whether a new goal is one or only said better."""
    furthest = facts.workflow(project).stage(project.furthest_stage).standard
    if pivots.can_happen(furthest):
        fields[CORRECTS] = forms.BooleanField(
            label="This only corrects a mistake",
            required=False,
            help_text="Otherwise another ML objective or business metric is noted as a pivot: "
            "what was learned so far was for the old one.",
        )
