"""Two people changed the same project: what each of them wrote, and the choice between the two."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from projects.errors import Stale
from projects.models import BusinessUnit, Project
from projects.pages.project_forms import UNIT_NAMES, DetailsForm, shown, unit_words
from projects.templatetags.times import exact

CHOICE = "keep-"  # name of the radio buttons: keep-owner = mine or theirs


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed, in different ways."""

    name: str
    label: str
    mine: str
    theirs: str
    said_by: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has to be chosen, and everything that is sent again with the choice."""

    conflicts: list[Conflict]
    to_send: list[tuple[str, str]]


def settled(sent: QueryDict, project: Project) -> QueryDict:
    """What was sent, with the present value wherever its reader chose to keep theirs."""
    data = sent.copy()
    now = shown(project)
    for name, choice in sent.items():
        field = name.removeprefix(CHOICE)
        if name.startswith(CHOICE) and choice == "theirs" and field in now:
            _put(data, field, now)
    return data


def renewed(form: DetailsForm, project: Project) -> QueryDict:
    """What was sent, on the present version."""
    data: QueryDict = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(project.version)
    return data


def compare(project: Project, form: DetailsForm, refusal: Stale) -> Comparison:
    """What others changed since the sender looked: in conflict with what was sent, or left alone by it."""
    found, left_alone = [], []
    for name, change in _first_changes(refusal).items():
        if name not in form.fields:
            continue
        mine, theirs = _sent(form, name), _present(project, name)
        if mine == _before(change, name):
            left_alone.append(name)
        elif mine != theirs:
            label = str(form.fields[name].label)
            mine, theirs = _words(form, name, mine), _words(form, name, theirs)
            found.append(Conflict(name, label, mine, theirs, change.message))
    return Comparison(found, _to_send(project, form, left_alone))


def agree(project: Project, form: DetailsForm, name: str) -> bool:
    """Whether what was sent is what is there already."""
    return _sent(form, name) == _present(project, name)


def _to_send(project: Project, form: DetailsForm, left_alone: list[str]) -> list[tuple[str, str]]:
    """All values to send again: theirs where the sender left a field alone, mine everywhere else."""
    data = renewed(form, project)
    now = shown(project)
    for name in left_alone:
        _put(data, name, now)
    return [(name, data.get(name, "")) for name in form.fields]


def _put(data: QueryDict, field: str, now: dict[str, Any]) -> None:
    for name in UNIT_NAMES if field == "unit" else (field,):
        value = now[name]
        data[name] = "" if value is None else str(value)


def _first_changes(refusal: Stale) -> dict[str, Any]:
    """The first change of each field: its `before` is what the sender saw."""
    found: dict[str, Any] = {}
    for change in refusal.obstacles:
        if name := getattr(change, "field", ""):
            found.setdefault(name, change)
    return found


def _before(change: Any, name: str) -> str:
    if name == "unit":
        unit = BusinessUnit.objects.select_related("parent").filter(pk=change.before).first()
        return " › ".join(filter(None, unit_words(unit)))
    return _plain(change.before)


def _sent(form: DetailsForm, name: str) -> str:
    if name == "unit":
        return " › ".join(filter(None, form.unit_names or ()))
    return _plain(form.cleaned_data[name])


def _present(project: Project, name: str) -> str:
    if name == "unit":
        return " › ".join(filter(None, unit_words(project.unit)))
    return _plain(getattr(project, name))


def _plain(value: Any) -> str:
    """A value as it can be compared, whether it comes from a form, a row or an event."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(getattr(value, "pk", value))


def _words(form: DetailsForm, name: str, value: str) -> str:
    """A compared value as a person reads it."""
    if value == "":
        return "empty"
    choices = getattr(form.fields[name], "choices", None)
    if choices is not None:
        return next((str(label) for code, label in choices if str(code) == value), value)
    if name.endswith("_on"):
        return exact(date.fromisoformat(value))
    return value
