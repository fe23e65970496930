"""Dates of one person, or of a portfolio, as far as a reader may see them now; a fixed number of queries."""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portfolio.integrations.calendars.rules.calendars import Entry
from projects.actors import Actor
from projects.models import Blocker, Condition, Event, Outcome, Portfolio, Project, Status, TeamRole, Todo
from projects.models.workflows import parsed
from projects.queries import reach

# A calendar program reads all of them at once; nobody looks at more.
MOST = 2_000
ENDED = (Outcome.RETIRED, Outcome.STOPPED)
PROJECT = (
    *("pk", "key", "name", "workflow_id", "stage", "status", "outcome"),
    *("gate_planned_on", "recertify_on", "committed_on", "resume_on", "review_due_on"),
    *("p50_on", "p80_on", "p_production", "forecast_at"),
)


def of_person(actor: Actor) -> list[Entry]:
    """Dates of the projects that somebody owns or works on, and of what is theirs to do."""
    seen = reach.of(actor).filter(archived_at=None)
    on_team = Exists(TeamRole.objects.filter(project=OuterRef("pk"), user_id=actor.user_id))
    own = seen.filter(Q(owner_id=actor.user_id) | Q(on_team))
    running = seen.exclude(outcome__in=ENDED)
    mine = {"owner_id": actor.user_id}
    todos = Todo.objects.filter(**mine, done_at=None, project__in=running)
    return _soonest(
        _of_projects(own),
        _blockers(Blocker.objects.open().filter(**mine, project__in=running)),
        _conditions(Condition.objects.filter(**mine, signoff__project__in=running)),
        _todos(todos),
    )


def of_portfolio(actor: Actor, portfolio: Portfolio) -> list[Entry]:
    """Dates of every project of a portfolio that this reader may see."""
    seen = reach.of(actor, portfolio.slug).filter(archived_at=None)
    running = seen.exclude(outcome__in=ENDED)
    return _soonest(
        _of_projects(seen),
        _blockers(Blocker.objects.open().filter(project__in=running)),
        _conditions(Condition.objects.filter(signoff__project__in=running)),
    )


def _soonest(*found: Iterator[Entry]) -> list[Entry]:
    """In the order of their days; of too many, those that are the longest past are left out."""
    entries = sorted(chain(*found), key=lambda entry: (entry.on, entry.kind, entry.number))
    return entries[-MOST:]


def _of_projects(projects: QuerySet[Project]) -> Iterator[Entry]:
    dated = Q(review_due_on__isnull=False)
    for name in ("gate_planned_on", "recertify_on", "committed_on", "resume_on"):
        dated |= Q(**{f"{name}__isnull": False})
    rows = projects.filter(dated).annotate(changed_at=_changed("pk", "created_at")).order_by("-pk")
    for row in rows.values(*PROJECT, "changed_at")[:MOST]:
        yield from _of_project(row)


def _of_project(row: dict[str, Any]) -> Iterator[Entry]:
    if row["review_due_on"]:
        yield _entry(row, "review", row["review_due_on"], "review of the rollback")
    if row["outcome"] in ENDED:
        return
    if row["resume_on"]:
        yield _entry(row, "hold", row["resume_on"], "hold ends")
    if row["gate_planned_on"] and row["status"] != Status.ON_HOLD:
        yield _entry(row, "gate", row["gate_planned_on"], _gate(row))
    if row["recertify_on"]:
        yield _entry(row, "recertification", row["recertify_on"], "certification is due")
    if row["committed_on"]:
        since = max(row["changed_at"], row["forecast_at"] or row["changed_at"])
        dated = row | {"changed_at": since}
        yield _entry(dated, "target", row["committed_on"], "target date", _outlook(row))


def _gate(row: dict[str, Any]) -> str:
    gate = parsed(row["workflow_id"]).gate_after(row["stage"])
    return f"gate {gate.code} {gate.label}" if gate else "gate"


def _outlook(row: dict[str, Any]) -> str:
    """What the forecast says about a target date."""
    if row["outcome"] == Outcome.IN_PRODUCTION:
        return "It is in production."
    if row["p80_on"] is None:
        return "No forecast yet."
    p80, p50 = row["p80_on"], row["p50_on"]
    half = f"; half likely by {_day(p50)} (P50)" if p50 else ""
    lines = [f"Likely to be live by {_day(p80)} (P80){half}."]
    late = (p80 - row["committed_on"]).days
    if late > 0:
        lines.append(f"That is {late} day{'' if late == 1 else 's'} after the target date.")
    if row["p_production"] is not None:
        lines.append(f"Chance of reaching production: {row['p_production']:.0%}.")
    return "\n".join(lines)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _blockers(blockers: QuerySet[Blocker]) -> Iterator[Entry]:
    rows = blockers.annotate(changed_at=_changed("project_id", "raised_at")).order_by("-due_on", "-pk")
    names = ("pk", "title", "due_on", "severity", "project__key", "project__name", "changed_at")
    for pk, title, due_on, severity, key, name, changed_at in rows.values_list(*names)[:MOST]:
        path = f"/projects/{key}/blockers/"
        text = f"{name}\n{severity.capitalize()} blocker, to be resolved by this day."
        yield Entry("blocker", pk, due_on, f"{key}: {title}", path, changed_at, text, key)


def _conditions(conditions: QuerySet[Condition]) -> Iterator[Entry]:
    """Those that still bind: of signatures that nobody has taken back or replaced."""
    live = {"signoff__withdrawn_at": None, "signoff__superseded_at": None}
    rows = conditions.filter(closed_on=None, due_on__isnull=False, **live)
    rows = rows.annotate(changed_at=_changed("signoff__project_id", "signoff__requested_at"))
    names = ("pk", "text", "due_on", "signoff__gate", "signoff__project__key", "signoff__project__name")
    ordered = rows.order_by("-due_on", "-pk").values_list(*names, "changed_at")
    for pk, said, due_on, gate, key, name, changed_at in ordered[:MOST]:
        path = f"/projects/{key}/gates/{gate}/"
        text = f"{name}\nCondition of a signature for gate {gate}."
        yield Entry("condition", pk, due_on, f"{key}: {said}", path, changed_at, text, key)


def _todos(todos: QuerySet[Todo]) -> Iterator[Entry]:
    rows = todos.filter(due_on__isnull=False).annotate(changed_at=_changed("project_id", "created_at"))
    names = ("pk", "text", "due_on", "project__key", "project__name", "changed_at")
    for pk, said, due_on, key, name, changed_at in rows.order_by("-due_on", "-pk").values_list(*names)[:MOST]:
        yield Entry("todo", pk, due_on, f"{key}: {said}", f"/projects/{key}/", changed_at, name, key)


def _entry(row: dict[str, Any], kind: str, on: date, says: str, text: str = "") -> Entry:
    title, path = f"{row['key']} {row['name']}: {says}", f"/projects/{row['key']}/"
    return Entry(kind, row["pk"], on, title, path, row["changed_at"], text, row["key"])


def _changed(project: str, otherwise: str) -> Coalesce:
    """When anything last happened to the project: a calendar takes nothing older than what it has."""
    newest = Event.objects.filter(project=OuterRef(project)).order_by("-at", "-id").values("at")[:1]
    return Coalesce(Subquery(newest), otherwise)
