"""Forms of who is there: a kind of work, its people from a month on, a table from a spreadsheet."""

from datetime import date
from typing import Any, Self

from django import forms

from projects.models import Capability
from projects.pages.fields import LineField
from projects.rules import capacities as rules
from projects.rules import supply_tables


class KindForm(forms.Form):
    """The name of a kind of work."""

    name = LineField(
        label="Kind of work",
        max_length=rules.LONGEST_NAME,
        help_text="What people can do, such as data engineering.",
    )


class MonthField(forms.CharField):
    """A month of a year, as the first of its days."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
        super().__init__(max_length=10, widget=widget, **options)

    def clean(self, value: Any) -> date:
        """The first of the month."""
        found = supply_tables.month_of(super().clean(value))
        if found is None:
            raise forms.ValidationError("This is not a month. Use a month like 2026-11.")
        return found


class SupplyForm(KindForm):
    """How many are there from a month on."""

    month = MonthField(label="From", help_text="Until the next month of which something is said.")
    fte = forms.DecimalField(
        label="Full-time people",
        min_value=0,
        max_value=rules.MOST_SUPPLY,
        max_digits=7,
        decimal_places=2,
        required=False,
        help_text="Empty: nothing is said of this month, and what was said before holds on.",
        error_messages={"invalid": "This is not a number. Use digits with a point, such as 12.5."},
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )

    @classmethod
    def of(cls, kind: Capability, month: date) -> Self:
        """With what is said of this month."""
        said = {row.from_month: row.fte for row in kind.supplies.all()}
        fte = said.get(month)
        shown = "" if fte is None else f"{fte.normalize():f}"
        return cls(initial={"name": kind.name, "month": month, "fte": shown})


class TableForm(forms.Form):
    """A table as text, pasted or as a file."""

    marks_optional = False  # one of the two is needed

    table = forms.CharField(
        label="Table",
        required=False,
        max_length=supply_tables.LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "class": "input--code", "spellcheck": "false"}),
        help_text="Copied from a spreadsheet: months as 2026-11 in the first line, kinds of work below.",
    )
    file = forms.FileField(label="Or a CSV file", required=False)

    def clean(self) -> dict[str, Any]:
        """The text of the file where there is one."""
        found = super().clean() or {}
        if sent := found.get("file"):
            if sent.size > supply_tables.LONGEST:
                raise forms.ValidationError({"file": "This file is too long for a table of people."})
            try:
                found["table"] = sent.read().decode("utf-8-sig").replace("\0", "")
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    {"file": "Save it as CSV in UTF-8 and choose it again."}
                ) from None
        if not (found.get("table") or "").strip() and not self.errors:
            raise forms.ValidationError({"table": "Paste a table or choose a file."})
        return found
