"""The forms of a blocker: what it is, and what each of its verbs asks for."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects import permissions
from projects.actors import Actor
from projects.models import Blocker, Project
from projects.models.blockers import CATEGORIES, POLICY, RESOLUTIONS
from projects.pages.fields import DayField, LineField, PersonField, TextField, pick
from projects.pages.refusals import RefusalForm
from projects.queries import facts, people
from projects.queries.blockers import Row
from projects.rules import roles

KEYS = re.compile(r"[^\s,;]+")
MOST_AFFECTED = 50
GROUPS = {
    "stewardship stakeholder_alignment expectations_hype change_adoption skills": "People and goals",
    "planning budget vendor_procurement org_dependency": "Plans and money",
    "legal_compliance security_review data_access": "Reviews and data",
}
GROUPED: list[Any] = [
    *((label, [one for one in CATEGORIES if one[0] in codes.split()]) for codes, label in GROUPS.items()),
    *(one for one in CATEGORIES if one[0] not in " ".join(GROUPS).split()),
]
MEANINGS = {
    "solved": "Solved: it no longer stops anything",
    "accepted": "Accepted: it stays, and the project goes on with it",
    "avoided": "Avoided: the project goes another way",
    "obsolete": "Obsolete: it never was one, or is not one any more",
}


def severities() -> list[tuple[str, str]]:
    """Each severity with what it means and how long it may last."""
    return [
        (one.code, f"{one.label}: {one.meaning.lower()}; {one.sla_days} days to resolve")
        for one in POLICY.severities
    ]


class KeysInput(forms.TextInput):
    """Keys that were typed, and those of projects that were ticked below."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if not hasattr(data, "getlist"):
            return super().value_from_datadict(data, files, name)
        return ", ".join(text for text in data.getlist(name) if text.strip())


class BlockerForm(RefusalForm):
    """What cannot happen, because of what; who owns it and who decides."""

    title = LineField(
        label="What cannot happen, because of what",
        max_length=200,
        error_messages={"required": "Say what cannot happen, and because of what."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="For example: no pilot in March, because the privacy review has no date.",
    )
    severity = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": "Choose how grave it is."}
    )
    category = forms.ChoiceField(
        choices=[("", "Choose a category"), *GROUPED], error_messages={"required": "Choose a category."}
    )
    owner = PersonField(required=False, empty_label="Whoever has the category's role")
    decision_from = LineField(
        label="Decision needed from",
        max_length=150,
        required=False,
        help_text="A name or an office; no account is needed.",
        widget=forms.TextInput(attrs={"list": "deciders", "autocomplete": "off"}),
    )
    decision_email = forms.CharField(
        label="Their e-mail address",
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    gate = forms.ChoiceField(label="Holds up the gate", required=False)
    affected = LineField(
        label="Other projects that it stops",
        max_length=1000,
        required=False,
        help_text="Their keys. From three projects on it is a blocker of the portfolio.",
        widget=KeysInput(attrs={"autocomplete": "off"}),
    )
    waiting_for = LineField(
        label="Waiting for somebody outside",
        max_length=200,
        required=False,
        help_text="It is noted and stops no clock.",
    )
    expected_on = DayField(label="Expected to be resolved", required=False)
    workaround = TextField(required=False, rows=2)

    def __init__(
        self, data: Any = None, *, project: Project, actor: Actor, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.project, self.actor = project, actor
        field: Any = self.fields["owner"]
        present = (initial or {}).get("owner")
        field.offer(people.who_may_do(project, besides=[actor.user_id, present]))
        gate: Any = self.fields["gate"]
        gate.choices = pick(
            [(one.code, f"{one.code} {one.label}") for one in facts.workflow(project).gates], "None"
        )
        severity: Any = self.fields["severity"]
        severity.choices = severities()

    def clean_affected(self) -> list[int]:
        """The ids of the projects that were named by their keys."""
        keys = [key.upper() for key in KEYS.findall(self.cleaned_data["affected"])][:MOST_AFFECTED]
        seen = Project.objects.visible_to(self.actor).filter(key__in=keys)
        found = dict(seen.values_list("key", "pk"))
        if unknown := [key for key in keys if key not in found]:
            raise ValidationError(f"You know of no project {', '.join(unknown)[:80]}. Check the key.")
        return list(dict.fromkeys(found[key] for key in keys))

    @property
    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return {name: self.cleaned_data[name] for name in BlockerForm.base_fields}


class RaiseForm(BlockerForm):
    """A blocker to be raised; it may have begun before today."""

    raised_on = DayField(label="Since", required=False, help_text="Today, unless you say otherwise.")

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {"raised_on": self.cleaned_data["raised_on"]}


class EditForm(BlockerForm):
    """A blocker to be changed; `version` is the one that the form shows."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Row, actor: Actor) -> None:
        super().__init__(data, project=row.blocker.project, actor=actor, initial=self.shown(row))
        self.row = row

    @classmethod
    def of(cls, row: Row, actor: Actor, data: Any = None) -> "EditForm":
        return cls(data, row=row, actor=actor)

    @classmethod
    def shown(cls, row: Row) -> dict[str, Any]:
        """What the form shows of a blocker; of other projects, those that its reader knows of."""
        blocker = row.blocker
        shown = {name: getattr(blocker, name) for name in cls.base_fields if name != "affected"}
        return shown | {"owner": blocker.owner_id, "affected": ", ".join(one.key for one in row.others)}

    @property
    def said(self) -> dict[str, Any]:
        """The same without other projects where they stay."""
        said = super().said
        known, wanted = {one.id for one in self.row.others}, said.pop("affected")
        if set(wanted) != known:
            said["affected"] = wanted
        return said


class NoteForm(RefusalForm):
    text = TextField(
        label="Note", max_length=2000, error_messages={"required": "Write at least one sentence."}
    )


class RespondForm(RefusalForm):
    on = DayField(label="First response", required=False, help_text="Today, unless you say otherwise.")

    def field_of(self, name: str) -> str:
        return "on" if name == "responded_on" else name


class LevelForm(RefusalForm):
    """To which level a blocker goes; `up` or down from where it is."""

    to = forms.TypedChoiceField(label="To", coerce=int, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, row: Row, up: bool) -> None:
        super().__init__(data)
        here = row.blocker.level
        levels = list(enumerate(POLICY.levels))
        field: Any = self.fields["to"]
        field.choices = [
            (str(place), level.label) for place, level in levels if (place > here if up else place < here)
        ]
        self.initial["to"] = field.choices[0 if up else -1][0] if field.choices else ""

    def field_of(self, name: str) -> str:
        return "to" if name == "level" else name


class ExtendForm(RefusalForm):
    due_on = DayField(label="New deadline")


class ResolveForm(RefusalForm):
    resolution = forms.ChoiceField(
        label="How",
        choices=[(code, MEANINGS.get(code, label)) for code, label in RESOLUTIONS],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it was resolved."},
    )
    on = DayField(label="Resolved on", required=False, help_text="Today, unless you say otherwise.")
    note = TextField(required=False, max_length=2000, rows=2)

    def __init__(self, data: Any = None, *, blocker: Blocker) -> None:
        super().__init__(data)
        missing = [code for code in POLICY.accept_critical if code not in blocker.accepted_by]
        if blocker.severity == "critical" and missing:
            names = " and ".join(roles.label(code).lower() for code in missing)
            field: Any = self.fields["resolution"]
            field.choices = [
                (code, f"{label}. First agrees: {names}" if code == "accepted" else label)
                for code, label in field.choices
            ]

    def field_of(self, name: str) -> str:
        return {"resolved_on": "on", "agreed": "resolution"}.get(name, name)


class AgreeForm(RefusalForm):
    """In which role somebody accepts a critical blocker."""

    role = forms.ChoiceField(label="You agree as", error_messages={"required": "Choose your role."})

    def __init__(self, data: Any = None, *, blocker: Blocker, actor: Actor) -> None:
        super().__init__(data)
        held = permissions.stands_for(actor.user, blocker.project)
        field: Any = self.fields["role"]
        field.choices = [
            (code, roles.label(code))
            for code in POLICY.accept_critical
            if code in held and code not in blocker.accepted_by
        ]


class ReopenForm(RefusalForm):
    reason = TextField(label="Why is it back?", max_length=2000, error_messages={"required": "Say why."})


class ShareForm(RefusalForm):
    owner = PersonField(
        label="Owner in the portfolio", error_messages={"required": "Choose who answers for it."}
    )

    def __init__(self, data: Any = None, *, blocker: Blocker) -> None:
        super().__init__(data, initial={"owner": blocker.shared_owner_id})
        field: Any = self.fields["owner"]
        field.offer(people.who_may_see(blocker.project))


class SureForm(RefusalForm):
    """Nothing to fill in."""
