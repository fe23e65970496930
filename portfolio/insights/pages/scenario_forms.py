"""The forms of scenarios: their name and reason, one change of each kind, and adopting them."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portfolio.insights.actions.adoptions import Terms
from portfolio.insights.queries import scenarios
from portfolio.insights.rules.entries import QUADRANTS, Entry, Picture
from portfolio.insights.rules.scenario import scenarios as rules
from portfolio.insights.rules.scenario.changes_reading import MOST_AMOUNT, MOST_FTE
from projects.models import Portfolio
from projects.pages.fields import DayField, LineField, PersonField, TextField, pick
from projects.pages.refusals import RefusalForm
from projects.rules.quadrants import LABELS

CHOOSE = {"required": "Choose a project.", "invalid_choice": "Choose a project of the list."}
MONTH = "Write it like 2027-01."


NEEDED = {
    "stop_reason": "Choose a reason.",
    "hold_note": "A hold needs a note that says why.",
    "hold_until": "Give the day on which work goes on.",
    "hold_approver": "Choose who agrees.",
}


class Form(RefusalForm):
    """What every form of a scenario does with a refusal."""


class NameForm(Form):
    """What a scenario is called, and why it is there; a choice of the optimiser needs its reason."""

    name = LineField(
        label="Name",
        max_length=rules.LONGEST_NAME,
        error_messages={"required": "Give the scenario a name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = TextField(
        label="Why",
        required=False,
        max_length=rules.LONGEST_NOTE,
        help_text="What speaks for it. It is kept with the scenario.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_proposed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        note = self.fields["note"]
        note.required = is_proposed
        note.error_messages["required"] = "Say why this choice is the right one."


class ChangeForm(Form):
    """One change, as its stored form; `do` says which."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def change(self) -> dict[str, Any]:
        raise NotImplementedError


class ProjectForm(ChangeForm):
    """Stop, hold or start a project that can be."""

    project = forms.ChoiceField(label="Project", error_messages=CHOOSE)

    def __init__(self, *args: Any, do: str, picture: Picture, **options: Any) -> None:
        super().__init__(*args, **options)
        self.do = do
        fitting = [entry for entry in picture.entries if entry.is_open and _fits(entry, do)]
        listed = sorted(fitting, key=lambda entry: entry.name.casefold())
        field: Any = self.fields["project"]
        field.choices = pick(
            [(entry.key, f"{entry.name} ({entry.key})") for entry in listed], "Choose a project"
        )
        self.is_empty = not listed

    @property
    def change(self) -> dict[str, Any]:
        return {"do": self.do, "project": self.cleaned_data["project"]}


def _fits(entry: Entry, do: str) -> bool:
    if do == "start":
        return entry.is_held or entry.quadrant == "intake"
    return do == "stop" or not entry.is_held


class PeopleForm(ChangeForm):
    """More or fewer people of a kind of work, from a month on."""

    capability = forms.ChoiceField(
        label="Kind of work", error_messages={"required": "Choose a kind of work."}
    )
    fte = forms.FloatField(
        label="Full-time people",
        min_value=-MOST_FTE,
        max_value=MOST_FTE,
        help_text="Below 0: people who leave.",
        widget=forms.NumberInput(attrs={"step": "0.5", "class": "w-s"}),
    )
    since = forms.RegexField(
        regex=r"^\d{4}-(0[1-9]|1[0-2])$",
        label="From",
        required=False,
        help_text="A month such as 2027-01; empty is from now on.",
        error_messages={"invalid": f"This is no month. {MONTH}"},
        widget=forms.TextInput(attrs={"class": "w-s", "autocomplete": "off", "placeholder": ""}),
    )

    def __init__(self, *args: Any, capabilities: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["capability"]
        field.choices = pick([(name, name) for name in capabilities], "Choose a kind of work")
        self.is_empty = not capabilities

    @property
    def change(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"do": "people", "capability": said["capability"], "fte": said["fte"], "from": said["since"]}


class BudgetForm(ChangeForm):
    """What may be spent on all projects together."""

    amount = forms.FloatField(
        label="Budget",
        min_value=0,
        max_value=MOST_AMOUNT,
        help_text="For what remains to be spent on all projects together.",
    )

    @property
    def change(self) -> dict[str, Any]:
        return {"do": "budget", "amount": self.cleaned_data["amount"]}


class MixForm(ChangeForm):
    """Another target mix."""

    def __init__(self, *args: Any, target: dict[str, int], **options: Any) -> None:
        super().__init__(*args, **options)
        for code in QUADRANTS:
            self.fields[code] = forms.IntegerField(
                label=f"{LABELS[code]}, percent",
                min_value=0,
                max_value=100,
                initial=target.get(code, 0),
                widget=forms.NumberInput(attrs={"class": "w-s"}),
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and sum(found[code] for code in QUADRANTS) != 100:
            self.add_error(
                None, "The four shares have to add up to 100 percent. Change them so that they do."
            )
        return found

    @property
    def change(self) -> dict[str, Any]:
        return {"do": "mix", "target": {code: self.cleaned_data[code] for code in QUADRANTS}}


class AdoptForm(Form):
    """Which changes, why, and what stopping and holding ask for."""

    marks_optional = False  # what is needed depends on what is ticked
    version = forms.IntegerField(widget=forms.HiddenInput)
    only = forms.MultipleChoiceField(
        label="Changes",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one change.",
            "invalid_choice": "This change is not open any more.",
        },
    )
    reason = TextField(
        label="Why is this adopted?",
        max_length=rules.LONGEST_NOTE,
        rows=2,
        error_messages={"required": "Say why. It is kept with the scenario."},
    )
    stop_reason = forms.ChoiceField(label="Reason for the stops", required=False)
    stop_note = TextField(label="Note on the stops", required=False, rows=2, max_length=2000)
    hold_note = TextField(label="Why do they pause?", required=False, rows=2, max_length=2000)
    hold_until = DayField(label="Resume on", required=False, after_today=True)
    hold_approver = PersonField(
        label="Agreed with",
        required=False,
        empty_label="Choose a person",
        help_text="The sponsor of the project or the portfolio manager, but not you.",
    )

    def __init__(
        self,
        *args: Any,
        portfolio: Portfolio,
        person: Any,
        offered: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["only"].choices = offered
        fields["only"].initial = [code for code, _ in offered]
        rules_ = portfolio.workflow.rules if portfolio.workflow else None
        reasons = [(each.code, each.label) for each in rules_.stop_reasons] if rules_ else []
        fields["stop_reason"].choices = pick(reasons, "Choose a reason")
        fields["hold_approver"].offer(scenarios.who_may_approve(portfolio, but_not=person.pk))
        kinds = {code.partition(":")[0] for code, _ in offered}
        for kind in ("stop", "hold"):
            if kind not in kinds:
                for name in [name for name in fields if name.startswith(f"{kind}_")]:
                    del fields[name]

    def clean(self) -> dict[str, Any]:
        """What every stop or hold needs is asked for here, and not refused once for each project."""
        found = super().clean() or {}
        kinds = {code.partition(":")[0] for code in found.get("only", ())}
        for name, what in NEEDED.items():
            if name.partition("_")[0] in kinds and not found.get(name) and name not in self.errors:
                self.add_error(name, what)
        return found

    @property
    def terms(self) -> Terms:
        names = ("stop_reason", "stop_note", "hold_note", "hold_until", "hold_approver")
        return Terms(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data})
