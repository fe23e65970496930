"""The fields of the details form that gates and the governance tier ask for."""

from django import forms

from projects.pages.fields import DayField, LineField, TextField, TraitField
from projects.rules.gate_inputs import MOST_FTE, MOST_PEOPLE

NOT_A_COUNT = "This is not a whole number. Use digits, such as 1200."
NOT_FTE = "This is not a number. Use digits with a point, such as 2.5."


class GateInputFields(forms.Form):
    """What a project does to people, and what its gates look at beside the plan."""

    decides_about_people = TraitField(
        label="Decides about people", help_text="Credit, a job, a benefit, a price, access to something."
    )
    human_review = TraitField(
        label="A person reviews each decision", help_text="Before it takes effect, and can change it."
    )
    acts_automatically = TraitField(
        label="Acts without a person",
        help_text="Spends money, sets prices, changes contracts or rights; to suggest does not count.",
    )
    safety_relevant = TraitField(label="Somebody’s safety depends on it")
    customer_facing = TraitField(label="Customers see what it makes")
    users_affected = forms.IntegerField(
        label="People affected",
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
        help_text="How many people feel what it decides or suggests.",
        error_messages={"invalid": NOT_A_COUNT},
    )
    expectation = TextField(
        label="Expectation statement",
        required=False,
        rows=3,
        help_text="Which quality, from when on, within which range; and what it will not do.",
    )
    data_sources = TextField(label="Data sources", required=False, rows=3, help_text="One on each line.")
    model_version = LineField(
        label="Model version",
        max_length=60,
        required=False,
        help_text="The major version that people sign for; a retraining by the rules is not a new one.",
    )
    capacity_fte = forms.DecimalField(
        label="People at work",
        min_value=0,
        max_value=MOST_FTE,
        max_digits=6,
        decimal_places=2,
        required=False,
        help_text="Full-time people, such as 2.5.",
        error_messages={"invalid": NOT_FTE},
    )
    first_exposure_on = DayField(
        label="First live exposure", required=False, help_text="When real users or decisions meet it first."
    )
    metric_measured_on = DayField(
        label="Business metric last measured", required=False, help_text="In the field, not in a test."
    )
    monitoring_seen_on = DayField(
        label="Monitoring last looked at", required=False, help_text="By a person who could have acted."
    )
