"""What happened on a project, as sentences; people before machines."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet, prefetch_related_objects

from projects.models import Blocker, Event, Project
from projects.queries import facts, sentences

PAGE = 30
MOST_OF_A_BLOCKER = 100
# Which events each view of the history shows.
VIEWS: dict[str, tuple[str, Q]] = {
    "people": ("People", Q(by_machine=False)),
    "comments": ("Comments", Q(kind__startswith="comment.")),
    "moves": ("Moves", Q(kind__startswith="stage.") | Q(kind__in=sentences.MOVES)),
    "machines": ("Machines", Q(by_machine=True)),
    "all": ("Everything", Q()),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a person reads it."""

    event: Event
    who: str
    icon: str
    text: str
    detail: str

    @property
    def at(self) -> datetime:
        return self.event.at


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and the cursor of those before them."""

    entries: list[Entry]
    older: str


def page(project: Project, view: str = "people", before: str = "") -> Page:
    """One page of a project's history; at most six queries whatever it shows."""
    rows = chosen(project, view)
    if position := _parse(before):
        at, number = position
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=number))
    found = list(rows[: PAGE + 1])
    entries = _entries(project, found[:PAGE], with_details=True)
    return Page(entries, _cursor(found[PAGE - 1]) if len(found) > PAGE else "")


def chosen(project: Project, view: str) -> QuerySet[Event]:
    """All events that a view of the history shows, newest first."""
    return _events(project).filter(VIEWS[view][1])


def told(project: Project, found: Iterable[Event]) -> list[Entry]:
    """Events of a project as a person reads them, with details; a fixed number of queries."""
    return _entries(project, found, with_details=True)


def latest(project: Project, *, people: int = 6, machines: int = 3) -> tuple[list[Entry], list[Entry]]:
    """What people did last, and what machines did last, without details; one query, more for names."""
    rows = Event.objects.filter(project=project).order_by("-at", "-pk")
    newest = [
        rows.filter(by_machine=False).values("pk")[:people],
        rows.filter(by_machine=True).values("pk")[:machines],
    ]
    found = list(_events(project).filter(Q(pk__in=newest[0]) | Q(pk__in=newest[1])))
    entries = _entries(project, found)
    return (
        [entry for entry in entries if not entry.event.by_machine],
        [entry for entry in entries if entry.event.by_machine],
    )


def of_blocker(blocker: Blocker) -> list[Entry]:
    """What happened to a blocker, newest first, with the words of its log."""
    events = _events(blocker.project).filter(kind__startswith="blocker.", payload__blocker=blocker.pk)
    found = list(events[:MOST_OF_A_BLOCKER])
    for event in found:
        event.payload.pop("title", None)  # It stands above the log; each line need not repeat it.
    return _entries(blocker.project, found, with_details=True)


def since(project: Project, version: int) -> list[Entry]:
    """What somebody changed after they saw this version, oldest first."""
    rows = _events(project).filter(payload__version__gt=version).order_by("pk")
    return _entries(project, list(rows[:PAGE]), with_details=True)


def across(found: Iterable[Event]) -> list[Entry]:
    """Events of several projects in their order, with details; at most nine queries whatever there is."""
    found = list(found)
    if not found:
        return []
    prefetch_related_objects(found, "actor", "project")
    known = sentences.names(_home(found[0]), found, with_details=True)
    workflows = {event.project_id: facts.workflow(_home(event)) for event in found}
    return [_entry(event, replace(known, workflow=workflows[event.project_id])) for event in found]


def _home(event: Event) -> Project:
    assert event.project is not None  # noqa: S101 - for the type checker
    return event.project


def _events(project: Project) -> QuerySet[Event]:
    return Event.objects.filter(project=project).select_related("actor").order_by("-at", "-pk")


def _entries(project: Project, found: Iterable[Event], *, with_details: bool = False) -> list[Entry]:
    found = list(found)
    names = sentences.names(project, found, with_details=with_details)
    return [_entry(event, names) for event in found]


def _entry(event: Event, names: "sentences.Names") -> Entry:
    text, detail = sentences.write(event, names)
    who = event.actor.name if event.actor else sentences.DOORS.get(event.door, "Plimsoll")
    return Entry(event, who, sentences.icon(event.kind), text, detail)


def _cursor(event: Event) -> str:
    return f"{event.at.isoformat()}~{event.pk}"


def _parse(cursor: str) -> tuple[datetime, int] | None:
    """A place in the history; what is not a cursor of ours begins at the newest."""
    at, _, number = cursor.partition("~")
    try:
        moment, place = datetime.fromisoformat(at), int(number[:18])
    except ValueError:
        return None
    return (moment, place) if moment.tzinfo else None
