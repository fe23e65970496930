"""The forms of the moves; each carries the version that the person saw."""

from typing import Any

from django import forms

from projects.actors import Actor
from projects.models import Project, Waiver
from projects.pages.fields import DayField, PersonField, TextField, pick
from projects.queries import facts, people, waivers
from projects.rules import moves as rules

# Obstacles that mean only that the form is not filled in yet.
ANSWERED_BY_FORM = {
    "stage_needed",
    "reason_needed",
    "note_needed",
    "resume_date_needed",
    "approver_needed",
    "approver_not_sponsor_or_manager",
}
CHOOSE_STAGE = {
    "required": "Choose a stage.",
    "invalid_choice": "There is no such stage here. Choose one of the list.",
}
CHOOSE_REASON = {
    "required": "Choose a reason.",
    "invalid_choice": "There is no such reason. Choose one of the list.",
}


class MoveForm(forms.Form):
    """What every move carries."""

    kind = ""
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, project: Project, actor: Actor, to: str = "") -> None:
        super().__init__(data, initial={"version": project.version})
        self.project = project
        self.workflow = facts.workflow(project)
        self.prepare(actor, to)

    def prepare(self, actor: Actor, to: str) -> None:
        """Set the choices that depend on the project."""

    @property
    def waiver(self) -> Waiver | None:
        """The waiver that the move would use."""
        return None

    def asked(self, actor: Actor) -> rules.MoveRequest:
        """The move as far as the form says it, to look at before it is made."""
        said = getattr(self, "cleaned_data", {})
        values = {name: said[name] for name in ("to", "reason_code", "note", "until") if said.get(name)}
        return rules.MoveRequest(kind=self.kind, requested_by=actor.user_id, **{"to": self.target, **values})

    @property
    def target(self) -> str:
        """The stage that the dialog speaks of before anybody chose one."""
        return ""


class AdvanceForm(MoveForm):
    """Forward to the next stage, or further with a waiver."""

    kind = "advance"
    to = forms.ChoiceField(widget=forms.HiddenInput, error_messages=CHOOSE_STAGE)
    note = TextField(label="Note", required=False, rows=2, max_length=2000)

    def prepare(self, actor: Actor, to: str) -> None:
        after = self.workflow.next_stage(self.project.stage)
        known = self.workflow.has(to) and self.workflow.index(to) > self.workflow.index(self.project.stage)
        self.wanted = to if known else (after.code if after else self.project.stage)
        field: Any = self.fields["to"]
        # Any stage: one that the project has reached meanwhile is no change and no error.
        field.choices = [(stage.code, stage.label) for stage in self.workflow.stages]
        self.initial["to"] = self.wanted

    @property
    def target(self) -> str:
        return self.wanted

    @property
    def waiver(self) -> Waiver | None:
        to = getattr(self, "cleaned_data", {}).get("to", self.wanted)
        signed = [
            one.row for one in waivers.listed(self.project) if one.row.signed_at and not one.row.used_at
        ]
        here = self.project.stage
        return next((row for row in signed if (row.from_stage, row.to_stage) == (here, to)), None)


class BackForm(MoveForm):
    """To an earlier stage, with a reason."""

    kind = "back"
    to = forms.ChoiceField(label="Back to", error_messages=CHOOSE_STAGE)
    reason_code = forms.ChoiceField(label="Reason", error_messages=CHOOSE_REASON)
    note = TextField(label="What happened?", max_length=2000)

    def prepare(self, actor: Actor, to: str) -> None:
        earlier = self.workflow.stages[: self.workflow.index(self.project.stage)]
        _choices(self, "to", [(stage.code, stage.label) for stage in reversed(earlier)])
        _choices(self, "reason_code", pick(_reasons(self.workflow.back_reasons), "Choose a reason"))


class HoldForm(MoveForm):
    """A pause with an end, agreed to by somebody else."""

    kind = "hold"
    note = TextField(label="Why does it pause?", max_length=2000)
    until = DayField(label="Resume on", after_today=True, help_text="The day on which work goes on.")
    approver = PersonField(
        label="Agreed with",
        empty_label="Choose a person",
        help_text="The sponsor or the portfolio manager, but not you.",
    )

    def prepare(self, actor: Actor, to: str) -> None:
        field: Any = self.fields["approver"]
        field.offer(people.who_may_approve(self.project, but_not=actor.user_id))
        self.initial["until"] = self.project.resume_on

    @property
    def has_approvers(self) -> bool:
        """Whether there is anybody to agree with."""
        field: Any = self.fields["approver"]
        return bool(field.queryset.exists())


class ResumeForm(MoveForm):
    """Work goes on."""

    kind = "resume"
    note = TextField(label="Note", required=False, rows=2, max_length=2000)


class StopForm(MoveForm):
    """The end of a project that was never in production."""

    kind = "stop"
    reason_code = forms.ChoiceField(label="Reason", error_messages=CHOOSE_REASON)
    note = TextField(
        label="What was learned?", required=False, max_length=2000, help_text="The next team will read it."
    )

    def prepare(self, actor: Actor, to: str) -> None:
        _choices(self, "reason_code", pick(_reasons(self.workflow.stop_reasons), "Choose a reason"))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("reason_code") == "other" and not found.get("note") and "note" not in self.errors:
            self.add_error("note", "The reason “Other” needs a note that says which.")
        return found


class RetireForm(StopForm):
    """The end of a project that was in production."""

    kind = "retire"
    note = TextField(label="What takes its place?", max_length=2000)

    def prepare(self, actor: Actor, to: str) -> None:
        super().prepare(actor, to)
        self.fields["reason_code"].required = False


class RestartForm(MoveForm):
    """A stopped project begins a new attempt."""

    kind = "restart"
    note = TextField(label="Why again?", required=False, rows=2, max_length=2000)


class RecertifyForm(MoveForm):
    """A live project goes on for its next term."""

    kind = "recertify"
    note = TextField(label="What was found?", required=False, rows=2, max_length=2000)


class RollbackForm(MoveForm):
    """Out of production at once."""

    kind = "rollback"
    to = forms.ChoiceField(label="Back to", error_messages=CHOOSE_STAGE)
    reason_code = forms.ChoiceField(label="Reason", required=False, error_messages=CHOOSE_REASON)
    note = TextField(label="What happened?", required=False, max_length=2000)

    def prepare(self, actor: Actor, to: str) -> None:
        stages = self.workflow.rollback_stages
        _choices(self, "to", [(stage.code, stage.label) for stage in stages])
        _choices(self, "reason_code", pick(_reasons(self.workflow.back_reasons), "Not said yet"))

    @property
    def target(self) -> str:
        stages = self.workflow.rollback_stages
        return stages[0].code if stages else ""


FORMS: dict[str, type[MoveForm]] = {
    form.kind: form
    for form in (
        AdvanceForm,
        BackForm,
        HoldForm,
        ResumeForm,
        StopForm,
        RestartForm,
        RecertifyForm,
        RollbackForm,
        RetireForm,
    )
}


def renewed(kind: str, form: MoveForm, project: Project, actor: Actor) -> MoveForm:
    """The same answers on the present state of the project."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(project.version)
    if kind == "advance":
        # What was ahead may lie behind by now; then the next stage is offered.
        data["to"] = FORMS[kind](None, project=project, actor=actor, to=data.get("to", "")).target
    fresh = FORMS[kind](data, project=project, actor=actor, to=data.get("to", ""))
    fresh.is_valid()
    return fresh


def _reasons(reasons: Any) -> list[tuple[str, str]]:
    return [(reason.code, reason.label) for reason in reasons]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = choices
