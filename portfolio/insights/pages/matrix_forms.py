"""The filters of the matrix as a form."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from portfolio.insights.pages.matrix_looks import NAMES, WORDS
from projects.models import BusinessUnit, Portfolio, Project
from projects.models.workflows import parsed

ANY = ("", "Any")


class FilterForm(forms.Form):
    """Every filter; an empty one means any."""

    def __init__(self, portfolio: Portfolio, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        options = {"unit": _units(portfolio), "owner": _owners(portfolio), "stage": _stages(portfolio)}
        options |= {
            name: [(code, str(label)) for code, label in words.items()] for name, words in WORDS.items()
        }
        for name, found in options.items():
            self.fields[name] = forms.ChoiceField(required=False, label=NAMES[name], choices=[ANY, *found])
        self.fields["live"] = forms.ChoiceField(
            required=False, label="Live products", choices=[("", "Left out"), ("1", "Shown")]
        )


def _units(portfolio: Portfolio) -> list[tuple[Any, str]]:
    """Units with those below them indented."""
    units = list(BusinessUnit.objects.filter(portfolio=portfolio).order_by("name"))
    found: list[tuple[Any, str]] = []
    for top in (unit for unit in units if unit.parent_id is None):
        found.append((top.pk, top.name))
        found += [(unit.pk, f"\N{EN DASH} {unit.name}") for unit in units if unit.parent_id == top.pk]
    return found


def _owners(portfolio: Portfolio) -> list[tuple[Any, str]]:
    owning = Project.objects.running().filter(portfolio=portfolio, owner__isnull=False).values("owner_id")
    return list(get_user_model().objects.filter(pk__in=owning).order_by("name").values_list("pk", "name"))


def _stages(portfolio: Portfolio) -> list[tuple[Any, str]]:
    stages = parsed(portfolio.workflow_id).stages if portfolio.workflow_id else ()
    return [(stage.code, stage.label) for stage in stages]
