"""The fields of the details form that a balanced portfolio asks for: costs, use, duty and vendor."""

from typing import Any

from django import forms

from projects.models import Project
from projects.pages.fields import LineField, MoneyField
from projects.rules.economics import COSTS, LONGEST, MOST_CHANCE


class EconomicsFields(forms.Form):
    """What is still to be spent, and what comes of it once it is live."""

    remaining_cost = MoneyField(
        label="Remaining cost", help_text="Still to be spent until it is live; what is spent does not count."
    )
    launch_cost = MoneyField(
        label="Cost of the launch", help_text="Of bringing it to its users once it works: training, rollout."
    )
    cost_currency = LineField(
        label="Currency of the costs",
        max_length=3,
        required=False,
        widget=forms.TextInput(attrs={"list": "currencies", "autocomplete": "off", "class": "input--code"}),
    )
    chance_of_use = forms.IntegerField(
        label="Chance that it is used, %",
        min_value=0,
        max_value=MOST_CHANCE,
        required=False,
        help_text="That people use it and it pays, once it is live. 0 to 100.",
        error_messages={"invalid": "This is not a whole number. Use digits, such as 80."},
    )
    mandatory = LineField(
        label="Has to be done because of",
        max_length=LONGEST,
        required=False,
        help_text="The regulation or contract that demands it; empty if nothing does.",
    )
    vendor_name = LineField(
        label="Vendor",
        max_length=LONGEST,
        required=False,
        help_text="Whose model or product it builds on. Naming one states that it uses a vendor’s model.",
    )
    metric_realised = forms.DecimalField(
        label="Value reached after the launch",
        max_digits=20,
        decimal_places=6,
        required=False,
        help_text="As measured in the field, in the unit of the metric; say when, beside it.",
    )

    def clean_cost_currency(self) -> str:
        """Letters in any case."""
        code: str = self.cleaned_data["cost_currency"]
        return code.upper()


def tell(fields: dict[str, Any], project: Project) -> None:
    """Put the portfolio's currency into the words of the fields."""
    home = project.portfolio.currency
    for name in COSTS:
        fields[name].label = f"{fields[name].label}, {project.cost_currency or home}"
    fields["cost_currency"].help_text = f"Three letters, such as USD. Empty: {home}, as all other amounts."
