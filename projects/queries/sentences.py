"""Events as sentences: what follows the name of whoever did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from projects.events import KINDS
from projects.models import (
    AiActClass,
    BlockerNote,
    BusinessUnit,
    Comment,
    Direction,
    Event,
    Health,
    Kind,
    Move,
    Project,
    Retrospective,
    StatusUpdate,
    Tier,
)
from projects.models.scorecards import card_of
from projects.queries import (
    balance_sentences,
    blocker_sentences,
    facts,
    field_labels,
    flag_sentences,
    integration_sentences,
    judgement_sentences,
    signoff_sentences,
    watch_sentences,
)
from projects.rules import roles
from projects.rules.scorecards import Scorecard
from projects.rules.workflow import Workflow

# Who is named where no person stands behind an event.
DOORS = {"command": "A command", "task": "Plimsoll", "import": "An import", "api": "An integration"}
DOORS |= {"outside": "Somebody outside", "hook": "Another system", "mlflow": "MLflow"}
MOVES = (
    "project.held",
    "project.resumed",
    "project.stopped",
    "project.restarted",
    "project.retired",
    "project.workflow_changed",
)
ICONS = {
    "stage": "stage",
    "update": "note",
    "comment": "note",
    "flag": "flag",
    "team": "people",
    "person": "people",
    "waiver": "lock",
    "todo": "check",
    "blocker": "block",
    "checklist": "check",
    "measurement": "chart",
    "retrospective": "note",
    "registry_link": "link",
    "model_version": "stack",
    "model_alias": "stack",
    "observations": "chart",
    "proposal": "note",
    "model_card": "note",
}
CHOICES: dict[str, Mapping[str, str]] = {
    "kind": dict(Kind.choices),
    "tier": dict(Tier.choices),
    "ai_act_class": dict(AiActClass.choices),
    "metric_direction": dict(Direction.choices),
}
# Events that name questions by their codes.
ASKED = {"answer.given", "answers.confirmed", "answer.agreed"}
# Longer values are told by "changed", not word for word.
SHORT = 60


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in events stand for."""

    workflow: Workflow
    people: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    texts: Mapping[tuple[str, int], str] = field(default_factory=dict)
    card: Scorecard | None = None

    def question(self, code: str) -> str:
        """The words of a question; the code where the scorecard no longer asks it."""
        asked = self.card.questions if self.card else ()
        return next((f"“{each.text}”" for each in asked if each.id == code), code)

    def pitfall(self, code: str) -> str:
        """What people read for a pitfall; the code where no scorecard is known."""
        known = self.card.pitfalls if self.card else ()
        return next((each.label for each in known if each.code == code), code)

    def stage(self, code: str) -> str:
        """What people read for a stage; the code where the workflow no longer has it."""
        return self.workflow.stage(code).label if self.workflow.has(code) else code


def write(event: Event, names: Names) -> tuple[str, str]:
    """What happened, and what was said with it."""
    says = WRITERS.get(event.kind)
    text = says(event.payload, names) if says else KINDS[event.kind]
    return text, _detail(event, names)


def icon(kind: str) -> str:
    """The icon of an event of this kind."""
    return "stage" if kind in MOVES else ICONS.get(kind.partition(".")[0], "edit")


def field_label(name: str) -> str:
    """What people read for a field of a project."""
    return field_labels.LABELS.get(name, name.replace("_", " "))


def names(project: Project, found: list[Event], *, with_details: bool) -> Names:
    """What the events speak of, at most one query for each sort of thing."""
    workflow = facts.workflow(project)
    changes = [event.payload.get("changes", {}) for event in found]
    people = {pk for change in changes for pk in change.get("owner", [])}
    people |= {pk for event in found if event.kind == "person.reassigned" for pk in event.payload["owner"]}
    units = {pk for change in changes for pk in change.get("unit", [])}
    return Names(
        workflow,
        _names_of(get_user_model().objects.filter(pk__in=people - {None}), people),
        _names_of(BusinessUnit.objects.filter(pk__in=units - {None}), units),
        _texts(found) if with_details else {},
        _card(project) if any(event.kind in ASKED for event in found) else None,
    )


def _card(project: Project) -> Scorecard | None:
    """What a project is asked; no query once a process has read the scorecard."""
    return None if project.portfolio.scorecard_id is None else card_of(project.portfolio)


def _names_of(rows: Any, wanted: set[Any]) -> dict[int, str]:
    return dict(rows.values_list("pk", "name")) if wanted - {None} else {}


def _texts(found: list[Event]) -> dict[tuple[str, int], str]:
    """The words of updates, comments, moves and notes among these events."""
    texts: dict[tuple[str, int], str] = {}
    live = Comment.objects.filter(deleted_at=None)
    for sort, rows, column in (
        ("update", StatusUpdate.objects.all(), "text"),
        ("comment", live, "text"),
        ("move", Move.objects.all(), "note"),
        ("note", BlockerNote.objects.all(), "text"),
        ("retrospective", Retrospective.objects.all(), "lesson"),
    ):
        # Some events tell words under the same name.
        ids = [pk for event in found if isinstance(pk := event.payload.get(sort), int)]
        if ids:
            texts |= {(sort, pk): text for pk, text in rows.filter(pk__in=ids).values_list("pk", column)}
    return texts


def _detail(event: Event, names: Names) -> str:
    # What was learned goes before the words of the decision that it looks back at.
    sorts = ("retrospective", "update", "comment", "move", "note")
    found = (names.texts.get((sort, event.payload.get(sort, 0))) for sort in sorts)
    return next((text for text in found if text), "")


def value(name: str, raw: Any, names: Names) -> str:
    """A field's value in words; "not set" where there is none."""
    if raw is None or raw == "":
        return "not set"
    if name == "owner":
        return names.people.get(raw, "somebody")
    if name == "unit":
        return names.units.get(raw, "a unit")
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if name.endswith("_on"):
        return _day(str(raw))
    return CHOICES.get(name, {}).get(str(raw), str(raw))


def _day(text: str) -> str:
    on = date.fromisoformat(text)
    return f"{on.day} {on:%b} {on.year}"


def _edited(payload: dict[str, Any], names: Names) -> str:
    parts = []
    # Sorted, because a database may keep the members of an object in any order.
    for name, (before, after) in sorted(payload.get("changes", {}).items()):
        was, now = value(name, before, names), value(name, after, names)
        short = len(was) <= SHORT and len(now) <= SHORT
        parts.append(f"{field_label(name)} from {was} to {now}" if short else field_label(name))
    why = ", to correct a mistake" if payload.get("is_correction") else ""
    return f"changed {', '.join(parts)}{why}" if parts else "edited"


def _went(verb: str) -> Callable[[dict[str, Any], Names], str]:
    def says(payload: dict[str, Any], names: Names) -> str:
        return f"{verb} {names.stage(payload['came_from'])} to {names.stage(payload['went_to'])}"

    return says


def _reported(payload: dict[str, Any], names: Names) -> str:
    ending = {"stopped": ", stopped", "retired": ", retired"}.get(payload.get("outcome", ""), "")
    return f"reported {names.stage(payload['went_to'])}{ending}, gate not examined"


def _reason(verb: str) -> Callable[[dict[str, Any], Names], str]:
    def says(payload: dict[str, Any], names: Names) -> str:
        code = payload.get("reason_code", "")
        workflow = names.workflow
        known = {reason.code: reason.label for reason in (*workflow.back_reasons, *workflow.stop_reasons)}
        return f"{verb}: {known.get(code, code)}" if code else verb

    return says


def _back(payload: dict[str, Any], names: Names) -> str:
    return _reason(_went("moved back")(payload, names))(payload, names)


def _team(payload: dict[str, Any], _names: Names) -> str:
    who = payload.get("name", "somebody")
    if role := payload.get("added"):
        return f"named {who} as {roles.label(role)}"
    return f"released {who} as {roles.label(payload.get('removed', ''))}"


def _health(verb: str) -> Callable[[dict[str, Any], Names], str]:
    def says(payload: dict[str, Any], _names: Names) -> str:
        before, after = payload.get("health", ["", ""])
        words = dict(Health.choices)
        said = words.get(after, after).lower()
        changed = f", was {words.get(before, before).lower()}" if before not in (after, "unknown", "") else ""
        return f"{verb}: {said}{changed}"

    return says


def _waiver(verb: str) -> Callable[[dict[str, Any], Names], str]:
    def says(payload: dict[str, Any], names: Names) -> str:
        to = f" to {names.stage(payload['to'])}" if payload.get("to") else ""
        role = f" as {roles.label(payload['signed_as']).lower()}" if payload.get("signed_as") else ""
        return f"{verb}{to}{role}"

    return says


def _handed_over(payload: dict[str, Any], names: Names) -> str:
    before, after = payload["owner"]
    return f"handed the project over from {value('owner', before, names)} to {value('owner', after, names)}"


WRITERS: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "project.edited": _edited,
    "stage.advanced": _went("moved"),
    "stage.moved_back": _back,
    "stage.rolled_back": _went("rolled back"),
    "stage.reported": _reported,
    "project.held": _reason("put the project on hold"),
    "project.resumed": _reason("resumed the project"),
    "project.stopped": _reason("stopped the project"),
    "project.retired": _reason("retired the project"),
    "team.changed": _team,
    "person.reassigned": _handed_over,
    "update.posted": _health("posted an update"),
    "update.corrected": _health("corrected the latest update"),
    "waiver.asked": _waiver("asked for a waiver"),
    "waiver.signed": _waiver("signed a waiver"),
    **balance_sentences.WRITERS,
    **judgement_sentences.WRITERS,
    **blocker_sentences.WRITERS,
    **signoff_sentences.WRITERS,
    **flag_sentences.WRITERS,
    **watch_sentences.WRITERS,
    **integration_sentences.WRITERS,
}
