"""Two people changed the same blocker: what the slower one left alone is taken from the faster one."""

from datetime import date
from typing import Any

from django.http import QueryDict

from projects.actors import Actor
from projects.errors import Stale
from projects.models import Project
from projects.pages.blocker_forms import EditForm
from projects.queries.blockers import Row
from projects.templatetags.times import exact


def renewed(form: EditForm, row: Row, actor: Actor, sent: QueryDict, stale: Stale) -> EditForm:
    """The form on the present version: others' changes where the sender left a field alone."""
    data, present = sent.copy(), EditForm.shown(row)
    for name, before in _first(stale).items():
        if name in present and _plain(form.cleaned_data[name]) == _seen(name, before, actor):
            value = present[name]
            data[name] = "" if value is None else str(value)
    data["version"] = str(row.blocker.version)
    return EditForm.of(row, actor, data)


def words(row: Row, stale: Stale) -> list[tuple[str, str]]:
    """What others did, each with what stands there now."""
    return [(change.message, _present(row, getattr(change, "field", ""))) for change in stale.obstacles]


def _first(stale: Stale) -> dict[str, Any]:
    """The first change of each field: its `before` is what the sender saw."""
    found: dict[str, Any] = {}
    for change in stale.obstacles:
        if name := getattr(change, "field", ""):
            found.setdefault(name, getattr(change, "before", None))
    return found


def _seen(name: str, before: Any, actor: Actor) -> Any:
    """What the sender saw, as a form's value can be compared with it; of projects, those they know of."""
    if name == "affected":
        known = Project.objects.visible_to(actor).filter(key__in=before)
        return sorted(known.values_list("pk", flat=True))
    return _plain(before)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(value)
    return "" if value is None else str(getattr(value, "pk", value))


def _present(row: Row, name: str) -> str:
    """A field's value as a person reads it; empty where no field was changed."""
    if not name:
        return ""
    blocker = row.blocker
    if name == "affected":
        return ", ".join(one.key for one in row.others) or "nothing"
    if name in ("category", "severity"):
        return str(getattr(blocker, f"get_{name}_display")())
    value = getattr(blocker, name)
    return exact(value) if isinstance(value, date) else str(value or "nothing")
