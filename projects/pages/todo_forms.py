"""The forms of a to-do: what, who, until when, and nothing more."""

import json
from typing import Any

from django import forms

from projects.actors import Actor
from projects.models import Project, Todo
from projects.pages.fields import DayField, LineField, PersonField
from projects.pages.refusals import RefusalForm
from projects.queries import people
from projects.rules import todos as rules

FIELDS = ("text", "owner", "due_on", "link")


class TodoForm(RefusalForm):
    """What is to be done, by whom, until when; `back` is the page on which the dialog was opened."""

    text = LineField(
        label="What is to be done",
        max_length=rules.LONGEST_TEXT,
        error_messages={"required": "Say what is to be done."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    owner = PersonField(label="Owner", required=False, empty_label="Nobody yet")
    due_on = DayField(label="Due", required=False)
    link = forms.CharField(
        label="Link",
        required=False,
        max_length=rules.LONGEST_LINK,
        help_text="To a ticket that says more.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    back = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, project: Project, besides: list[int | None], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        owner: Any = self.fields["owner"]
        owner.offer(people.who_may_do(project, besides=besides))

    def clean(self) -> dict[str, Any]:
        """The same rules as at the other doors, each at its field."""
        found = super().clean() or {}
        for obstacle in rules.obstacles(found.get("text", ""), found.get("due_on"), found.get("link", "")):
            if obstacle.field not in self.errors:
                self.add_error(obstacle.field, f"{obstacle.message} {obstacle.remedy}")
        return found

    @property
    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class NewTodoForm(TodoForm):
    """A to-do to be added, and where it comes from."""

    source = forms.CharField(max_length=10, widget=forms.HiddenInput)
    ref = forms.CharField(required=False, max_length=rules.LONGEST_REF, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, project: Project, actor: Actor, **initial: Any) -> None:
        super().__init__(data, project=project, besides=[actor.user_id], initial=initial)

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {name: self.cleaned_data[name] for name in ("source", "ref")}


class EditTodoForm(TodoForm):
    """A to-do to be changed: only what its editor changed is said, so that nobody's change is undone."""

    seen = forms.CharField(required=False, max_length=5000, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, todo: Todo, actor: Actor, back: str = "") -> None:
        shown = {"text": todo.text, "owner": todo.owner_id, "due_on": todo.due_on, "link": todo.link}
        initial = {**shown, "back": back, "seen": json.dumps({name: _plain(shown[name]) for name in FIELDS})}
        besides = [actor.user_id, todo.owner_id]
        super().__init__(data, project=todo.project, besides=besides, initial=initial)

    @property
    def said(self) -> dict[str, Any]:
        """What differs from what the dialog showed; all of it if that cannot be told."""
        try:
            seen = dict(json.loads(self.cleaned_data["seen"]))
        except (ValueError, TypeError):
            seen = {}
        values = super().said
        return {
            name: value
            for name, value in values.items()
            if seen.get(name, value) != _plain(value) or name not in seen
        }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    return value.pk if hasattr(value, "pk") else value.isoformat()
