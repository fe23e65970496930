"""Where each obstacle is removed: the page, and the words of the link that leads there."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from projects.errors import Reason
from projects.models import Project

# The fields of the form on the details page, where they are called something else than in a gate.
FORM_FIELDS = {"business_unit": "unit", "traits_stated": "personal_data", "ml_objective": "objective"}
MOVE_FOR = {
    "on_hold": ("resume", "Resume"),
    "already_ended": ("restart", "Restart"),
    "use_retire": ("retire", "Retire"),
}
# Fields of a move's own form, and what only other people can settle.
ON_THE_SPOT = ("kind", "to", "note", "reason_code", "until", "approver", "signatures", "gate")


@dataclass(frozen=True, slots=True)
class Missing:
    """One obstacle with the way to remove it."""

    message: str
    remedy: str
    url: str
    action: str
    opens_dialog: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """An address that removes an obstacle, and the ability that it takes."""

    url: str
    action: str
    ability: str = ""
    opens_dialog: bool = True


def missing(project: Project, obstacle: Reason, may: dict[str, bool], gate: str = "") -> Missing:
    """An obstacle as a page shows it; the link is for those who may follow it. `gate`: where it stands."""
    way = _way(project, obstacle, gate)
    if way is None or (way.ability and not may[way.ability]):
        return Missing(obstacle.message, obstacle.remedy, "", way.action if way else "")
    return Missing(obstacle.message, obstacle.remedy, way.url, way.action, way.opens_dialog)


def _way(project: Project, obstacle: Reason, gate: str) -> Way | None:
    field = getattr(obstacle, "field", "")
    if obstacle.code in MOVE_FOR:
        kind, action = MOVE_FOR[obstacle.code]
        return Way(_to(project, "project_move", kind), action)
    family, _, name = field.partition(".")
    if name:
        return _named(project, family, name, obstacle, gate)
    if field in PLACES:
        return PLACES[field](project)
    # A project has a kind as well as a move.
    if not field or (field in ON_THE_SPOT and obstacle.code != "field_missing"):
        return None
    url = _to(project, "project_edit") + f"#id_{FORM_FIELDS.get(field, field)}"
    action = "Set the date" if field == "gate_planned_on" else "Fill in"
    return Way(url, action, "edit", opens_dialog=False)


def _measuring(project: Project, family: str, name: str) -> Way:
    if family == "pair":
        return Way(_to(project, "project_metrics"), "See the metrics", opens_dialog=False)
    asked = urlencode({"metric": name})
    return Way(_to(project, "project_measurement_add") + f"?{asked}", "Add a measurement", "evidence")


def _named(project: Project, family: str, name: str, obstacle: Reason, gate: str) -> Way | None:
    """The way to one answer, checklist, kind of evidence and so on."""
    match family:
        case "team":
            place = _to(project, "project_team") + f"#team.{name}"
            return Way(place, "Name somebody", "team", opens_dialog=False)
        case "answer":
            return Way(_to(project, "project_assessment") + f"#row-{name}", "Answer", "answer", False)
        case "checklist":
            return Way(_to(project, "project_checklist", name), "Fill in", opens_dialog=False)
        case "evidence":
            asked = urlencode({"kind": name, "gate": gate})
            return Way(_to(project, "project_evidence_add") + f"?{asked}", "Add evidence", "evidence")
        case "statement":
            return Way(_to(project, "project_statement", name), "Make the statement", "evidence")
        case "metric" | "pair":
            return _measuring(project, family, name)
        case "todo":
            if obstacle.code == "todo_open":
                return Way(_to(project, "project") + "#todos", "See to-dos", opens_dialog=False)
            # The criterion's own words stand before the colon of what is said of it.
            text = obstacle.message.partition(":")[0]
            asked = urlencode({"source": "gate", "ref": name, "text": text})
            return Way(_to(project, "project_todo_add") + f"?{asked}", "Add the to-do", "todo")
        case "signoff":
            place = _to(project, "project_gate_of", gate) if gate else _to(project, "project_gate")
            return Way(place, "See sign-offs", opens_dialog=False)
    return None


PLACES = {
    "waiver": lambda project: Way(_to(project, "project_waivers"), "Ask for a waiver", "waive"),
    "blockers": lambda project: Way(_to(project, "project_blockers"), "See blockers", opens_dialog=False),
    "assessed_on": lambda project: Way(
        _to(project, "project_assessment"), "Answer", "answer", opens_dialog=False
    ),
    "team": lambda project: Way(_to(project, "project_team"), "Name people", "team", opens_dialog=False),
    "conditions": lambda project: Way(
        _to(project, "project_gate") + "#conditions", "See conditions", opens_dialog=False
    ),
}


def _to(project: Project, name: str, *more: str) -> str:
    return reverse(name, args=[project.key, *more])
