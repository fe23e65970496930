"""The filters of a roadmap: a form to choose them, and chips of those in force."""

from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model

from portfolio.insights.pages.matrix_looks import NAMES, WORDS
from portfolio.insights.queries import roadmaps
from portfolio.insights.queries.choices import Choice
from projects.models import BusinessUnit, Portfolio


class Chip(NamedTuple):
    """A filter in force."""

    name: str
    label: str
    value: str


class FilterForm(forms.Form):
    """All filters; `choices.parse` reads what it sends, so it is never bound and nothing is required."""

    use_required_attribute = False

    unit = forms.ChoiceField()
    owner = forms.ChoiceField()
    stage = forms.ChoiceField()
    health = forms.ChoiceField()
    status = forms.ChoiceField()
    kind = forms.ChoiceField()
    tier = forms.ChoiceField()
    quadrant = forms.ChoiceField()
    gap = forms.ChoiceField(label=NAMES["gap"])
    unproven = forms.ChoiceField()

    def __init__(self, portfolio: Portfolio, choice: Choice) -> None:
        super().__init__(initial={name: getattr(choice, name) for name in self.base_fields})
        units, owners = roadmaps.filters(portfolio)
        offered: dict[str, list[tuple[Any, Any]]] = {
            "unit": [*units],
            "owner": [*owners],
            "stage": list(_stages(portfolio).items()),
            **{name: list(words.items()) for name, words in WORDS.items()},
        }
        for name, options in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [("", "Any"), *options]


def chips(portfolio: Portfolio, choice: Choice) -> list[Chip]:
    """The filters in force, in words; two queries at most."""
    found = []
    for name, label in NAMES.items():
        if value := getattr(choice, name):
            found.append(Chip(name, label, _words(portfolio, name, value)))
    return found


def _words(portfolio: Portfolio, name: str, value: Any) -> str:
    if name == "unit":
        units = BusinessUnit.objects.filter(portfolio=portfolio, pk=value)
        return units.values_list("name", flat=True).first() or "one that is not there"
    if name == "owner":
        people = get_user_model().objects.filter(pk=value, owned_projects__portfolio=portfolio)
        return people.values_list("name", flat=True).first() or "nobody here"
    if name == "stage":
        return _stages(portfolio).get(value, value)
    return str(WORDS[name].get(value, value))


def _stages(portfolio: Portfolio) -> dict[str, str]:
    """Stages before production, by code."""
    rules = portfolio.workflow.rules if portfolio.workflow else None
    return {one.code: one.label for one in rules.stages if one.standard != "production"} if rules else {}
