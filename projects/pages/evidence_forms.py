"""The forms of evidence: what it is, the file or the address, and what rests on it."""

from typing import Any

from django import forms
from django.conf import settings

from projects.models import EvidenceVersion, Project
from projects.models.evidence import Provenance
from projects.pages.fields import DayField, LineField, TextField, pick
from projects.pages.refusals import RefusalForm
from projects.queries import evidence, facts
from projects.rules import evidence_files, evidence_kinds
from projects.rules import evidence_items as rules

ONE_OF_THEM = "Choose a file or give an address."
ACCEPT = ",".join(f".{ending}" for ending in evidence_files.TYPES)


class _EvidenceForm(RefusalForm):
    """What every form of evidence does with a refusal: its reasons stand at their fields."""


class VersionForm(_EvidenceForm):
    """A file or a link, the day that it tells of, and where it comes from."""

    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,  # the rules say it better
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    url = forms.CharField(
        label="Or an address",
        required=False,
        max_length=rules.LONGEST_URL,
        help_text="Of a page that the people who sign may open.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    dated_on = DayField(label="The day that it tells of", help_text="It counts as fresh from this day.")
    provenance = forms.ChoiceField(label="Comes from", choices=Provenance.choices)
    text = TextField(label="What to know about it", required=False, max_length=rules.LONGEST_TEXT, rows=2)

    def __init__(self, data: Any = None, files: Any = None, *, project: Project, **initial: Any) -> None:
        started = {"dated_on": facts.today(project), "provenance": Provenance.PRIMARY, **initial}
        super().__init__(data, files, initial=started)
        self.project = project
        self.fields["file"].help_text = f"At most {settings.EVIDENCE_MAX_MB} MB."

    def clean(self) -> dict[str, Any]:
        """Either a file or an address."""
        found = super().clean() or {}
        if bool(found.get("file")) == bool(found.get("url")) and not self.errors:
            self.add_error("file" if not found.get("url") else "url", ONE_OF_THEM)
        return found

    @property
    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return {name: self.cleaned_data[name] for name in ("file", "url", "dated_on", "provenance", "text")}


class AddForm(VersionForm):
    """A new item: also its kind, its title and the gate that it is for."""

    kind = forms.ChoiceField(label="Kind")
    title = LineField(
        label="Title",
        max_length=rules.LONGEST_TITLE,
        error_messages={"required": "Say in a few words what it is."},
    )
    gate = forms.ChoiceField(label="For the gate", required=False)
    field_order = ("kind", "title", "file", "url")

    def __init__(self, data: Any = None, files: Any = None, *, project: Project, **initial: Any) -> None:
        super().__init__(data, files, project=project, **initial)
        kinds = [(kind.code, f"{kind.label}: {kind.meaning}") for kind in evidence_kinds.every()]
        gates = [(gate.code, f"{gate.code} {gate.label}") for gate in facts.workflow(project).gates]
        chosen: Any = self.fields["kind"]
        chosen.choices = pick(kinds, "Choose")
        given: Any = self.fields["gate"]
        given.choices = pick(gates, "No gate in particular")

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {name: self.cleaned_data[name] for name in ("kind", "title", "gate")}


class ReplaceForm(VersionForm):
    """A newer version of an item."""

    def __init__(
        self, data: Any = None, files: Any = None, *, project: Project, present: EvidenceVersion
    ) -> None:
        super().__init__(data, files, project=project, url=present.url, provenance=present.provenance)


class AttachForm(_EvidenceForm):
    """The place that rests on an item."""

    place = forms.ChoiceField(label="What rests on it")

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data)
        chosen: Any = self.fields["place"]
        chosen.choices = [("", "Choose"), *evidence.choices(project)]

    @property
    def said(self) -> dict[str, str]:
        place, _, ref = self.cleaned_data["place"].partition(":")
        return {"place": place, "ref": ref}


class StatementForm(_EvidenceForm):
    """A person's word: whether something holds, and what to know about it."""

    holds = forms.TypedChoiceField(
        label="Does it hold?",
        choices=[("yes", "Yes, it holds"), ("no", "No, it does not")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say yes or no."},
    )
    text = TextField(label="What to know about it", required=False, max_length=rules.LONGEST_TEXT)

    @property
    def said(self) -> dict[str, Any]:
        return {"holds": self.cleaned_data["holds"], "text": self.cleaned_data["text"]}
