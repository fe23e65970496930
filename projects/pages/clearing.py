"""What clears a flag, as one button: its words and the page, form or dialog that it leads to."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from projects import permissions
from projects.actors import Actor
from projects.models import Flag


class Clearing(NamedTuple):
    """Words of the button, name of the page, place on it, what more its address needs, and who may go."""

    words: str
    page: str
    place: str = ""
    more: tuple[str, ...] = ()
    ability: str = "project.edit"
    is_dialog: bool = False


class Way(NamedTuple):
    """A button as a page shows it."""

    words: str
    url: str
    is_dialog: bool = False


POST = Clearing("Post update", "project_update", ability="update.post", is_dialog=True)
SIGN_OFFS = Clearing("See the sign-offs", "project_signoffs", ability="project.view")
BLOCKERS = Clearing("See the blockers", "project_blockers", ability="project.view")
GATE_DATE = Clearing("Set the date", "project_edit", "#id_gate_planned_on")


def _question(words: str, code: str) -> Clearing:
    return Clearing(words, "project_answer", more=(code,), ability="answer.give", is_dialog=True)


def _move(words: str, kind: str) -> Clearing:
    return Clearing(words, "project_move", more=(kind,), ability=f"stage.{kind}", is_dialog=True)


CLEARS = {
    "NO_UPDATE": POST,
    "STAGE_OVERRUN": Clearing("See the gate", "project_gate", ability="project.view"),
    "GATE_UNPLANNED": GATE_DATE,
    "GATE_OVERDUE": GATE_DATE,
    "HOLD_EXPIRED": _move("Resume", "resume"),
    "SIGNOFF_PENDING": SIGN_OFFS,
    "SIGNOFF_EXPIRED": SIGN_OFFS,
    "SIGNOFF_INVALIDATED": SIGN_OFFS,
    "SIGNOFF_BLOCKED": SIGN_OFFS,
    "CONDITION_OVERDUE": SIGN_OFFS._replace(words="See the conditions"),
    "BLOCKER_SLA": BLOCKERS,
    "BLOCKER_UNOWNED": BLOCKERS._replace(words="Give it an owner"),
    "ASSESSMENT_MISSING": Clearing("Answer the questions", "project_assessment", ability="answer.give"),
    "ASSESSMENT_STALE": Clearing("Confirm the answers", "project_assessment", ability="answer.give"),
    "METRIC_MISSING": Clearing("Fill in the metric", "project_edit", "#id_metric_name"),
    "LATE_PIVOT": Clearing("See the history", "project_history", ability="project.view"),
    "LEAKAGE_UNREVIEWED": _question("Answer DQ2", "DQ2"),
    "OWNER_INACTIVE": Clearing("Change the owner", "project_edit", "#id_owner"),
    "NO_STEWARD": Clearing("Name who will run it", "project_team", ability="team.edit"),
    "EXPECTATION_GAP": Clearing("Change what is expected", "project_edit", "#id_stated_on"),
    "FORECAST_SLIP": Clearing("Change the date", "project_edit", "#id_committed_on"),
    "RECERT_OVERDUE": _move("Certify again", "recertify"),
    "MONITORING_GAP": Clearing("Say when it was seen", "project_edit", "#id_monitoring_seen_on"),
    "SIGNAL_SILENT": Clearing("See the signals", "project_measurements", "#signals"),
    "AUDIT_DUE": Clearing(
        "Fill in the audit", "project_checklist", more=("pipeline_audit",), ability="answer.give"
    ),
    "OFFLINE_ONLINE_GAP": Clearing("Post a measurement", "project_measurement_add", is_dialog=True),
    "OFFLINE_ONLINE_SPLIT": Clearing("See the metrics", "project_metrics", ability="project.view"),
    "METRIC_BEYOND": Clearing("See the signals", "project_metrics", "#signals", ability="project.view"),
    "TOO_GOOD": Clearing("Enter the review", "project_edit", "#id_leakage_reviewed_on"),
}
OPEN = "Open"


def way(flag: Flag, actor: Actor) -> Way | None:
    """What clears a flag, as far as this person may do it; without a way there is nothing to press."""
    if flag.project is None:
        query = urlencode({"portfolio": flag.portfolio.slug, "stage": flag.subject})
        return Way("See the projects", f"{reverse('projects')}?{query}")
    known = CLEARS.get(flag.rule)
    if known is None or not permissions.granted(actor, known.ability, flag.project):
        return None
    return _leads(known, flag.project.key)


def link(rule: str, key: str, *, may_edit: bool) -> Way:
    """The same for a list that knows only whether its reader may edit: at least the project is there."""
    known = CLEARS.get(rule) if may_edit else None
    return _leads(known, key) if known else Way(OPEN, reverse("project", args=[key]))


def _leads(known: Clearing, key: str) -> Way:
    return Way(known.words, reverse(known.page, args=[key, *known.more]) + known.place, known.is_dialog)
