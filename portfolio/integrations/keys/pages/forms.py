"""What is asked of whoever makes a key or gives it a new secret."""

from datetime import timedelta
from typing import Any

from django import forms

from portfolio.integrations.keys.actions import keys as actions
from portfolio.integrations.keys.rules import lives, scopes
from projects.models import PortfolioRole
from projects.pages.fields import LineField

ROLES = [choice for choice in PortfolioRole.choices if choice[0] in actions.ROLES]
OVERLAPS = {
    0: "It ends at once",
    1: "1 hour",
    24: "1 day",
    72: "3 days",
    168: "7 days",
    336: "14 days",
    720: "30 days",
}
USUAL_OVERLAP = lives.USUAL_OVERLAP // timedelta(hours=1)


class KeyForm(forms.Form):
    """A new key; `scopes` is drawn as a grid by the template."""

    name = LineField(max_length=actions.LONGEST_NAME, help_text="Who will use it, such as CI robot.")
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope, scope) for scope in actions.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that the key may do."},
    )
    role = forms.ChoiceField(choices=ROLES, help_text="As a member would have: the role narrows all of it.")
    days = forms.IntegerField(
        label="Days until it expires", min_value=1, max_value=actions.LONGEST_DAYS, initial=actions.USUAL_DAYS
    )


class RotationForm(forms.Form):
    """A new secret: how long the one before goes on, and the key itself."""

    hours = forms.TypedChoiceField(
        label="The present secret is good for another",
        choices=list(OVERLAPS.items()),
        coerce=int,
        initial=USUAL_OVERLAP,
        help_text="Until then both are good. The page of the key shows whether the old one is still used.",
    )
    days = forms.IntegerField(
        label="Days until the key expires",
        min_value=1,
        max_value=actions.LONGEST_DAYS,
        initial=actions.USUAL_DAYS,
        required=False,
        help_text="Leave it empty to keep its end.",
    )

    def said(self) -> dict[str, Any]:
        """As the action takes it."""
        return {"overlap": timedelta(hours=self.cleaned_data["hours"]), "days": self.cleaned_data["days"]}


def grid(held: set[str]) -> list[dict[str, Any]]:
    """The lines of the grid: each noun with its two cells; None where there is nothing to write."""
    return [
        {"noun": noun, "read": _cell(noun.reading, held), "write": _cell(noun.writing, held)}
        for noun in scopes.NOUNS.values()
    ]


def _cell(scope: str, held: set[str]) -> dict[str, Any] | None:
    return {"scope": scope, "is_held": scope in held} if scope in actions.SCOPES else None
