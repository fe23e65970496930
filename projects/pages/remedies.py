"""Where each obstacle is removed: the page, and the words of the link that leads there."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Missing:
    """One obstacle with the way to remove it."""

    message: str
    remedy: str
    url: str
    action: str
    opens_dialog: bool = False


def missing(project: Project, obstacle: Reason, may: dict[str, bool]) -> Missing:
    """An obstacle as a page shows it; the link is for those who may follow it."""
    field = getattr(obstacle, "field", "")
    url = action = ""
    opens_dialog = False
    if obstacle.code in MOVE_FOR:
        kind, action = MOVE_FOR[obstacle.code]
        url, opens_dialog = reverse("project_move", args=[project.key, kind]), True
    elif field.startswith("team."):
        url, action = reverse("project_team", args=[project.key]) + f"#{field}", "Name somebody"
        url = url if may["team"] else ""
    elif field == "waiver":
        url, action, opens_dialog = reverse("project_waivers", args=[project.key]), "Ask for a waiver", True
        url = url if may["waive"] else ""
    elif field.startswith("checklist."):
        name = field.split(".")[1]
        url, action = reverse("project_checklist", args=[project.key, name]), "Fill in"
    elif field.startswith("metric."):
        url = reverse("project_measurement_add", args=[project.key]) + f"?metric={field.partition('.')[2]}"
        action, opens_dialog = "Add a measurement", True
        url = url if may["evidence"] else ""
    elif field and field not in ("kind", "to", "note", "reason_code", "until", "approver"):
        name = FORM_FIELDS.get(field, field)
        url = reverse("project_edit", args=[project.key]) + f"#id_{name}"
        action = "Set the date" if field == "gate_planned_on" else "Fill in"
        url = url if may["edit"] else ""
    return Missing(obstacle.message, obstacle.remedy, url, action, opens_dialog)
