"""The forms of a project: five things to begin with, and all its facts later."""

from typing import Any

from django import forms

from projects.actors import Actor
from projects.models import AiActClass, BusinessUnit, Direction, Kind, Portfolio, Project, Tier
from projects.pages import economics_fields, watch_fields
from projects.pages.economics_fields import EconomicsFields
from projects.pages.fields import (
    DayField,
    LineField,
    MoneyField,
    PersonField,
    PointsField,
    TextField,
    TraitField,
    pick,
)
from projects.pages.gate_input_fields import GateInputFields
from projects.pages.watch_fields import WatchFields
from projects.queries import capacities, facts, people, tiers
from projects.rules import economics, gate_inputs, impact, watch

TRAITS = ("personal_data", "llm", "vendor")
YES_NO = (*TRAITS, "metric_is_measured", "metric_method_agreed", *gate_inputs.EXPOSURE)
VALUES = ("value_low", "value_likely", "value_high")
NUMBERS = (
    *("metric_baseline", "metric_target", "metric_realised", "capacity_fte"),
    *(*VALUES, "stated_value", *economics.COSTS),
)
UNIT_NAMES = ("unit", "subunit")
# Fields that can be changed in the header, one at a time.
INLINE = {
    "owner": "Owner",
    "unit": "Business unit",
    "committed_on": "Promised for production",
    "gate_planned_on": "Gate date",
}


class UnitFields(forms.Form):
    """A business unit on two levels: picked from the list or typed anew."""

    unit = LineField(
        label="Business unit",
        max_length=200,
        required=False,
        help_text="Pick one or type a new one: an agency, a division.",
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    subunit = LineField(
        label="Team or bureau in it",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "subunits", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("subunit") and not found.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "Say which business unit this team belongs to.")
        return found


class NewProjectForm(UnitFields):
    """The five things that a project begins with."""

    name = LineField(label="Name", max_length=200, help_text="What people will call it.")
    problem = TextField(
        label="Problem",
        rows=3,
        help_text="Whose problem is it, and what does it cost today? A sentence or two.",
    )
    owner = PersonField(
        label="Owner", empty_label="Choose a person", help_text="Who answers for it and posts the updates."
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one: it decides how likely such projects are to succeed."},
    )
    field_order = ["name", "problem", "unit", "subunit", "owner", "kind"]

    def __init__(self, data: Any = None, *, portfolio: Portfolio, actor: Actor) -> None:
        super().__init__(data, initial={"owner": actor.user_id})
        self.fields["unit"].required = True
        if data is None:
            self.fields["name"].widget.attrs["autofocus"] = True
        owner: Any = self.fields["owner"]
        owner.offer(people.who_may_join(portfolio, besides=actor.user_id))


class DetailsForm(UnitFields, GateInputFields, EconomicsFields, WatchFields):
    """All facts of a project that people can change, with the version that they saw."""

    marks_optional = False  # nearly everything is
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = LineField(label="Name", max_length=200)
    problem = TextField(label="Problem", required=False)
    description = TextField(label="Description", required=False, rows=5)
    owner = PersonField(label="Owner", required=False, empty_label="Nobody")
    kind = forms.ChoiceField(label="Kind", choices=pick(Kind.choices, "Not stated"), required=False)
    tier = forms.ChoiceField(
        label="Governance tier",
        choices=pick(Tier.choices, "Not set"),
        required=False,
        help_text="How much harm could it do?",
    )
    ai_act_class = forms.ChoiceField(
        label="AI Act class", choices=pick(AiActClass.choices, "Not set"), required=False
    )
    personal_data = TraitField(label="Uses personal data")
    llm = TraitField(label="Uses an LLM or RAG")
    vendor = TraitField(label="Uses a vendor or third-party model")
    metric_name = LineField(label="Business metric", max_length=200, required=False)
    metric_unit = LineField(label="Unit", max_length=40, required=False)
    metric_direction = forms.ChoiceField(
        label="Better is", choices=pick(Direction.choices, "Not stated"), required=False
    )
    metric_baseline = forms.DecimalField(label="Baseline", max_digits=20, decimal_places=6, required=False)
    metric_target = forms.DecimalField(label="Target", max_digits=20, decimal_places=6, required=False)
    metric_target_on = DayField(label="Target date", required=False)
    metric_owner = LineField(label="Owner of the metric", max_length=150, required=False)
    metric_is_measured = TraitField(
        label="Baseline is measured", help_text="Read from a system of record, not estimated."
    )
    metric_method_agreed = TraitField(
        label="Method of measuring is agreed",
        help_text="Between those who build it and those who pay for it.",
    )
    ml_metric = LineField(
        label="ML metrics",
        max_length=300,
        required=False,
        help_text="Such as recall at 90% precision ≥ 0.80.",
    )
    metric_link = TextField(
        label="How the ML metric moves the business metric",
        required=False,
        rows=2,
        help_text="By which steps, and which of them somebody has measured.",
    )
    guardrails = TextField(
        label="Guardrails",
        required=False,
        rows=2,
        help_text="What must not get worse, and from where on it would be too bad.",
    )
    objective = TextField(label="ML objective", required=False, rows=2)
    value_low = MoneyField(label="Value in a bad year")
    value_likely = MoneyField(label="Likely value a year")
    value_high = MoneyField(label="Value in a good year")
    strategic = PointsField(label="Strategic fit", meanings=impact.STRATEGIC)
    reach = PointsField(label="Reach", meanings=impact.REACH)
    committed_on = DayField(label="Promised for production", required=False)
    gate_planned_on = DayField(label="Planned date of the next gate", required=False)

    def __init__(self, data: Any = None, *, project: Project, only: str = "") -> None:
        super().__init__(data, initial=shown(project))
        self.project = project
        for name in (*VALUES, "stated_value"):
            self.fields[name].label = f"{self.fields[name].label}, {project.portfolio.currency}"
        economics_fields.tell(self.fields, project)
        watch_fields.offer_correction(self.fields, project)
        tier: Any = self.fields["tier"]
        tier.choices = _tiers(tiers.state(project).by_rule)
        owner: Any = self.fields["owner"]
        owner.offer(people.who_may_own(project))
        if not only:
            self._follow_demands()
        if only:
            kept = {"version", *(UNIT_NAMES if only == "unit" else [only])}
            for name in set(self.fields) - kept:
                del self.fields[name]

    def _follow_demands(self) -> None:
        """People at work are entered once: where they are known by kind of work, this is their sum."""
        self.demands = capacities.of_project(self.project)
        if self.demands:
            at_work = self.fields["capacity_fte"]
            at_work.disabled = True
            at_work.help_text = "The sum of the people needed by kind of work; change them there."

    def clean(self) -> dict[str, Any]:
        """What is said must hold and fit together, as at every other door."""
        found = super().clean() or {}
        found |= economics.implied(found)
        today = facts.today(self.project)
        wrong = [*impact.obstacles(found), *economics.obstacles(found)]
        wrong += [*gate_inputs.obstacles(found, today), *watch.obstacles(found, today)]
        for obstacle in wrong:
            if obstacle.field in self.fields and obstacle.field not in self.errors:
                self.add_error(obstacle.field, f"{obstacle.message} {obstacle.remedy}")
        return found

    @property
    def said(self) -> dict[str, Any]:
        """The values as the action takes them; the unit's names stand for the unit."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("version", *UNIT_NAMES)
        }

    @property
    def unit_names(self) -> tuple[str, str] | None:
        """The names of unit and team, or None where the form does not ask for them."""
        if "unit" not in self.fields:
            return None
        return self.cleaned_data["unit"], self.cleaned_data["subunit"]


def shown(project: Project) -> dict[str, Any]:
    """A project's facts as the form shows them."""
    names = [name for name in DetailsForm.base_fields if name not in UNIT_NAMES]
    values = {name: getattr(project, f"{name}_id" if name == "owner" else name) for name in names}
    values |= {name: TraitField.shown(getattr(project, name)) for name in YES_NO}
    for name in NUMBERS:
        if (number := values[name]) is not None:
            values[name] = f"{number.normalize():f}"
    values["unit"], values["subunit"] = unit_words(project.unit)
    return values


def _tiers(by_rule: str) -> list[tuple[str, str]]:
    """The tiers, with a mark at the one that the rule gives."""
    marked = [(code, f"{label}, by the rule" if code == by_rule else label) for code, label in Tier.choices]
    return pick(marked, "Not set")


def unit_words(unit: BusinessUnit | None) -> tuple[str, str]:
    """A unit's two names: the upper level and the lower."""
    if unit is None:
        return "", ""
    return (unit.parent.name, unit.name) if unit.parent else (unit.name, "")
