"""The forms of sign-offs: a decision with its conditions, and the sentences that the small verbs ask for."""

import re
from typing import Any

from django import forms

from projects.actions.decisions import Asked
from projects.errors import Refused
from projects.models import SignOff
from projects.models.signoffs import CONDITION_KINDS
from projects.pages.fields import DayField, LineField, PersonField, TextField
from projects.pages.refusals import RefusalForm
from projects.queries import people
from projects.rules import decisions as rules

BINDING = ("approved", "approved_with_conditions", "rejected")
WITH_CONDITIONS = "approved_with_conditions"
PLACE = re.compile(r"conditions\[(\d+)\]\.(\w+)")


class RefusableForm(RefusalForm):
    """A form that shows the reasons of a refusal at the fields that they name."""


class DecisionForm(RefusableForm):
    """What somebody decides, and why."""

    decision = forms.ChoiceField(
        choices=[(each, each) for each in BINDING],
        error_messages={"required": "Choose a decision.", "invalid_choice": "Choose a decision."},
    )
    reason = TextField(label="Reason", required=False, max_length=rules.LONGEST_TEXT)
    would_change = TextField(
        label="What would change your mind?", required=False, rows=2, max_length=rules.LONGEST_TEXT
    )

    def __init__(self, data: Any = None, *, is_binding: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if not is_binding:
            self.fields["decision"] = forms.ChoiceField(
                choices=[("feedback_given", "Feedback")], widget=forms.HiddenInput, initial="feedback_given"
            )
            self.fields["reason"].label = "Your feedback"


class ConditionForm(forms.Form):
    """One thing that somebody asks for with their approval."""

    # Rows that do not show, or were left blank, must not stop the browser from sending the form.
    use_required_attribute = False

    text = LineField(
        label="Condition",
        max_length=rules.LONGEST_CONDITION,
        error_messages={"required": "Write what has to be done."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="To be met", choices=CONDITION_KINDS)
    owner = PersonField(label="Owner", required=False, empty_label="Nobody yet")
    due_on = DayField(label="Due", required=False)

    @property
    def is_blank(self) -> bool:
        """Whether nobody has written anything into it."""
        return not any(str(self[name].value() or "").strip() for name in ("text", "owner", "due_on"))

    @property
    def said(self) -> Asked:
        found = self.cleaned_data
        return Asked(found["text"], found["kind"], found["owner"], found["due_on"])


class Decision:
    """A decision as it is typed: the form, and one more form for each condition."""

    def __init__(self, signoff: SignOff, data: Any = None, *, one_more: bool = False) -> None:
        self.signoff = signoff
        self.seen = str(data.get("seen", "")).replace("\0", "")[:64] if data else ""
        number = min(_number(data), rules.MOST_CONDITIONS)
        self.is_full = number >= rules.MOST_CONDITIONS
        # With one more row nothing is judged yet: what was typed comes back as it was.
        self.form = DecisionForm(None if one_more else data, is_binding=signoff.is_binding)
        self.rows = [_row(signoff, data, each) for each in range(number)]
        if one_more:
            self.form.initial.update({name: data.get(name, "") for name in self.form.fields})
            self.rows = [_unjudged(signoff, data, each) for each in range(number)]
            if not self.is_full:
                self.rows.append(_row(signoff, None, number))

    @property
    def chosen(self) -> str:
        """The decision that is ticked."""
        return str(self.form["decision"].value() or "")

    @property
    def wants_conditions(self) -> bool:
        return self.chosen == WITH_CONDITIONS

    def is_valid(self) -> bool:
        """Whether everything that was typed can be said; rows count only where they are wanted."""
        rows = self._filled() if self.wants_conditions else []
        valid = [row.is_valid() for row in rows]  # each of them, so that all errors are shown
        return self.form.is_valid() and all(valid)

    @property
    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        conditions = [row.said for row in self._filled()] if self.wants_conditions else []
        found = self.form.cleaned_data
        would_change = found["would_change"] if found["decision"] == "rejected" else ""
        return {
            "decision": found["decision"],
            "reason": found["reason"],
            "would_change": would_change,
            "conditions": conditions,
        }

    def take(self, refusal: Refused) -> None:
        """Show the reasons of a refusal, those of a condition at its row."""
        rows, others = self._filled(), []
        for reason in refusal.obstacles:
            place = PLACE.fullmatch(getattr(reason, "field", ""))
            if place and int(place[1]) < len(rows) and place[2] in rows[int(place[1])].fields:
                rows[int(place[1])].add_error(place[2], f"{reason.message} {reason.remedy}")
            else:
                others.append(reason)
        if others or not refusal.obstacles:
            self.form.take(Refused(refusal.message, code=refusal.code, obstacles=others))

    def _filled(self) -> list[ConditionForm]:
        return [row for row in self.rows if not row.is_blank]


class ReasonForm(RefusableForm):
    """A sentence that says why."""

    reason = TextField(label="Why?", rows=2, max_length=2000, error_messages={"required": "Say why."})


class PerhapsReasonForm(RefusableForm):
    """The same where it can be left out."""

    reason = TextField(label="Why?", rows=2, max_length=2000, required=False)


class NoteForm(RefusableForm):
    """What was done."""

    note = TextField(label="What was done?", rows=2, max_length=2000, required=False)


def _number(data: Any) -> int:
    """How many rows were sent; a form begins with one."""
    said = str(data.get("rows", "1")) if data else "1"
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 4 else 1


def _row(signoff: SignOff, data: Any, number: int) -> ConditionForm:
    form = ConditionForm(data, prefix=f"c{number}")
    owner: Any = form.fields["owner"]
    owner.offer(people.who_may_see(signoff.project))
    return form


def _unjudged(signoff: SignOff, data: Any, number: int) -> ConditionForm:
    form = _row(signoff, None, number)
    form.initial.update({name: data.get(f"c{number}-{name}", "") for name in form.fields})
    return form
