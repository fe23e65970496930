"""The question to the optimiser as a form; all of it stands in the address."""

from typing import Any

from django import forms
from django.http import QueryDict

from portfolio.insights.rules.entries import QUADRANTS
from portfolio.insights.rules.scenario.changes_reading import MOST_AMOUNT, MOST_FTE
from portfolio.insights.rules.scenario.questions import LEFT, MOST_YEARS, YEARS, Question
from projects.rules.quadrants import LABELS

SHORT = {"class": "w-s"}
LEFT_WORDS = {"hold": "Put on hold", "stop": "Stop"}
# So many years ahead have a budget of their own.
YEARS_AHEAD = 3


class QuestionForm(forms.Form):
    """Budget, people, shares and bonds; what is left empty limits nothing."""

    marks_optional = False  # nothing here has to be filled in

    budget = forms.FloatField(label="Budget", required=False, min_value=0, max_value=MOST_AMOUNT)
    people = forms.FloatField(
        label="People at work",
        required=False,
        min_value=0,
        max_value=MOST_FTE,
        help_text="Full-time people on all projects together.",
        widget=forms.NumberInput(attrs={**SHORT, "step": "any"}),
    )
    capacity = forms.BooleanField(
        label="Who is there, by kind of work and month", required=False, initial=True
    )
    unit_cap = forms.FloatField(
        label="One business unit, most of spend, percent",
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={**SHORT, "step": "any"}),
    )
    starts = forms.IntegerField(
        label="New projects in a quarter, at most",
        required=False,
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs=SHORT),
    )
    mandatory = forms.BooleanField(label="What has to be done is done", required=False, initial=True)
    links = forms.BooleanField(label="Links between projects hold", required=False, initial=True)
    years = forms.IntegerField(
        label="Years of value",
        required=False,
        min_value=1,
        max_value=MOST_YEARS,
        initial=YEARS,
        help_text=f"{YEARS} unless said otherwise.",
        widget=forms.NumberInput(attrs=SHORT),
    )
    caution = forms.FloatField(
        label="Price of risk (λ)",
        required=False,
        min_value=0,
        max_value=1,
        help_text="Value given up for one unit of variance. The second chart offers prices.",
        widget=forms.NumberInput(attrs={**SHORT, "step": "any"}),
    )
    left = forms.ChoiceField(
        label="What is not chosen",
        required=False,
        choices=[(code, LEFT_WORDS[code]) for code in LEFT],
        initial=LEFT[0],
    )

    def __init__(self, *args: Any, first_year: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for code in QUADRANTS:
            for side in ("most", "least"):
                self.fields[f"{side}_{code}"] = forms.FloatField(
                    label=f"{LABELS[code]}: at {side}, percent of spend",
                    required=False,
                    min_value=0,
                    max_value=100,
                    widget=forms.NumberInput(attrs={"class": "input input--s", "step": "any"}),
                )
        for year in _years(self.data, first_year):
            self.fields[f"budget_{year}"] = forms.FloatField(
                label=f"Of it in {year}", required=False, min_value=0, max_value=MOST_AMOUNT
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for code in QUADRANTS:
            most, least = found.get(f"most_{code}"), found.get(f"least_{code}")
            if most is not None and least is not None and least > most:
                self.add_error(f"least_{code}", "This is more than the most. Lower it, or raise the other.")
        return found

    @property
    def question(self) -> Question:
        """What was asked; only of a form that is valid."""
        said = self.cleaned_data
        return Question(
            budget=said["budget"],
            budgets=_named(said, "budget_"),
            people=said["people"],
            capacity=said["capacity"],
            years=said["years"] or YEARS,
            caution=said["caution"] or 0.0,
            most=_named(said, "most_"),
            least=_named(said, "least_"),
            unit_cap=said["unit_cap"],
            mandatory=said["mandatory"],
            links=said["links"],
            starts=said["starts"],
            left=said["left"] or LEFT[0],
        )

    @property
    def shares(self) -> list[tuple[str, Any, Any]]:
        """The fields of each quadrant: its name, at least, at most."""
        return [(LABELS[code], self[f"least_{code}"], self[f"most_{code}"]) for code in QUADRANTS]

    @property
    def yearly(self) -> list[Any]:
        """The fields of the years."""
        return [self[name] for name in self.fields if name.startswith("budget_")]


def _named(said: dict[str, Any], start: str) -> dict[str, float]:
    return {
        name.removeprefix(start): value
        for name, value in said.items()
        if name.startswith(start) and value is not None
    }


def _years(data: Any, first_year: int | None) -> list[int]:
    """The years that a budget can be given for: those ahead, and those that the address names."""
    named = {name.removeprefix("budget_") for name in data or () if name.startswith("budget_")}
    asked = {int(year) for year in named if year.isdecimal() and len(year) == 4}
    ahead = set() if first_year is None else set(range(first_year, first_year + YEARS_AHEAD))
    return sorted(asked | ahead)[: 2 * YEARS_AHEAD]


def asked(query: str) -> dict[str, Any]:
    """The question of a query string as a scenario keeps it; nothing where there is none to read."""
    form = QuestionForm(QueryDict(query)) if query else None
    return form.question.plain() if form is not None and form.is_valid() else {}
