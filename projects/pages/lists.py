"""The lists of one project as files: all of each, whatever its page shows."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from projects.actors import Actor
from projects.exports.answers import answer
from projects.exports.tables import Table, in_chunks
from projects.models import EvidenceVersion, Project, StatusUpdate, TeamRole
from projects.queries import blockers as blocker_queries
from projects.queries import facts, timelines
from projects.queries import projects as project_queries
from projects.rules import evidence_kinds, roles

Rows = Iterable[list[Any]]


def _file(
    noun: str, headers: tuple[str, ...], rows: Callable[[HttpRequest, Project], Rows]
) -> Callable[[HttpRequest, str], StreamingHttpResponse]:
    """A view that answers a list of the project as a file."""

    @require_safe
    def show(request: HttpRequest, key: str) -> StreamingHttpResponse:
        project = project_queries.one(Actor.of(request), key)
        name = f"{noun}-{project.key.lower()}"
        return answer(request, name, facts.today(project), Table(noun, headers, rows(request, project)))

    return show


def _history(request: HttpRequest, project: Project) -> Rows:
    view = request.GET.get("of", "people")
    return in_chunks(
        timelines.chosen(project, view if view in timelines.VIEWS else "people"),
        lambda some: (
            [each.at, each.who, each.text, each.detail, each.event.kind, each.event.door]
            for each in timelines.told(project, some)
        ),
    )


def _updates(request: HttpRequest, project: Project) -> Rows:
    rows = StatusUpdate.objects.filter(project=project, corrections=None).select_related("author")
    for each in rows.order_by("-at", "-pk").iterator(chunk_size=500):
        author = each.author.name if each.author else ""
        said = [each.get_health_display(), each.text, each.next_step, each.at_risk, each.next_proof_on]
        yield [each.at, author, each.stage, *said, each.is_no_change]


def _evidence(request: HttpRequest, project: Project) -> Rows:
    rows = EvidenceVersion.objects.filter(evidence__project=project, evidence__removed_at=None)
    found = rows.select_related("evidence", "added_by").order_by("evidence__kind", "evidence_id", "-number")
    for each in found.iterator(chunk_size=500):
        item, by = each.evidence, each.added_by.name if each.added_by else ""
        what = [evidence_kinds.label(item.kind), item.title, item.gate, each.number, each.form]
        where = [each.file_name or each.url or each.text, each.size or None, each.sha256]
        yield [*what, *where, each.dated_on, by, each.added_at, each.replaced_at]


def _team(request: HttpRequest, project: Project) -> Rows:
    rows = TeamRole.objects.filter(project=project).select_related("user").order_by("role", "user__name")
    return ([each.role, roles.label(each.role), each.user.name, each.user.is_active] for each in rows)


def _blockers(request: HttpRequest, project: Project) -> Rows:
    for row in blocker_queries.of(project, Actor.of(request)):
        one = row.blocker
        who = [one.owner.name if one.owner else "", one.decision_from, ", ".join(row.waits_for)]
        what = [one.pk, one.title, one.get_category_display(), one.get_severity_display()]
        days = [one.raised_on, one.due_on, one.expected_on, row.age_days, row.late_days]
        yield [*what, *who, *days, one.get_resolution_display() if one.resolution else "", one.resolved_on]


history = _file("history", ("at", "who", "what", "detail", "kind", "door"), _history)
updates = _file(
    "updates",
    ("at", "who", "stage", "health", "text", "next step", "at risk", "next proof on", "nothing new"),
    _updates,
)
evidence = _file(
    "evidence",
    (
        *("kind", "title", "gate", "version", "form", "file, link or words", "bytes", "sha256"),
        *("dated on", "brought by", "brought at", "replaced at"),
    ),
    _evidence,
)
team = _file("team", ("code", "role", "person", "is active"), _team)
blockers = _file(
    "blockers",
    (
        *("id", "title", "category", "severity", "owner", "decision from", "waits for", "raised on"),
        *("due on", "expected on", "age days", "late days", "resolution", "resolved on"),
    ),
    _blockers,
)
