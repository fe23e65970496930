"""The form that lets a flag sleep: until when, and why."""

from datetime import date
from typing import Any

from django import forms

from projects.pages.fields import DayField, LineField
from projects.pages.refusals import RefusalForm
from projects.rules import snoozes as rules

FIELDS = ("until", "reason")


class SnoozeForm(RefusalForm):
    """The action says what is wrong; `back` is the page on which the dialog was opened."""

    until = DayField(label="Until", help_text="The last day; at most 30 days ahead.")
    reason = LineField(
        label="Why",
        max_length=rules.LONGEST_REASON,
        error_messages={"required": "Say in a sentence why it may sleep."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    back = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, today: date, back: str = "") -> None:
        super().__init__(data, initial={"back": back})
        limits = {"min": today.isoformat(), "max": rules.last_day(today).isoformat()}
        self.fields["until"].widget.attrs.update(limits)
        self.fields["until"].error_messages["required"] = "Give the last day on which it sleeps."

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in FIELDS}
