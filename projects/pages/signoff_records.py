"""The record of a project's sign-offs: every request of every gate and attempt, on a page and as a file."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.actors import Actor
from projects.exports.answers import answer
from projects.exports.tables import Table
from projects.models import Project
from projects.pages import headers, signoff_words
from projects.queries import facts, signoff_records
from projects.queries import projects as project_queries
from projects.queries.signoff_records import Record
from projects.rules import roles

PAGE = 50
HEADERS = (
    "project",
    "gate",
    "attempt",
    "role",
    "binding",
    "requested_at",
    "requested_by",
    "note",
    "decision",
    "decided_at",
    "signer",
    "for",
    "reason",
    "would_change",
    "conditions",
    "state",
    "withdrawn_at",
    "withdrawn_reason",
    "packet_sha256",
    "used_by_move",
    "used_at",
)


@require_safe
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that was ever asked and decided; ?gate= shows one gate."""
    project, gate, found = _found(request, key)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    today = facts.today(project)
    context = headers.context(request, project, "signoffs")
    context |= {
        "page": page,
        "rows": [(each, *_words(each, today)) for each in page],
        "gates": facts.workflow(project).gates,
        "chosen": gate,
    }
    return render(request, "projects/signoffs/record.html", context)


@require_safe
def export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """The same as a file."""
    project, _, found = _found(request, key)
    name = f"sign-offs-{project.key}"
    return answer(request, name, facts.today(project), Table("sign-offs", HEADERS, _cells(project, found)))


def _found(request: HttpRequest, key: str) -> tuple[Project, str, list[Record]]:
    project = project_queries.one(Actor.of(request), key)
    asked = request.GET.get("gate", "")
    known = {each.code for each in facts.workflow(project).gates}
    gate = asked if asked in known else ""
    return project, gate, signoff_records.of(project, gate)


def _words(record: Record, today: Any) -> tuple[str, str, str]:
    """The icon, what was done, and what has become of it since, if that is something else."""
    done = signoff_words.says(record.signoff, record.recorded, today)
    since = signoff_words.NAMES[record.state] if record.state != record.recorded else ""
    return signoff_words.ICONS[record.state], done, since


def _cells(project: Project, found: list[Record]) -> Iterator[list[Any]]:
    for record in found:
        row = record.signoff
        yield [
            project.key,
            row.gate,
            row.attempt,
            roles.label(row.role),
            row.is_binding,
            row.requested_at,
            _name(row.requested_by),
            row.note,
            row.decision,
            row.decided_at,
            _name(row.signer),
            _name(row.acts_for),
            row.reason,
            row.would_change,
            "\n".join(f"{each.text} ({signoff_words.until(each)})" for each in row.conditions.all()),
            record.state,
            row.withdrawn_at,
            row.withdrawn_reason,
            row.packet.sha256,
            record.move.pk if record.move else None,
            row.used_at,
        ]


def _name(person: Any) -> str:
    return str(person) if person else ""
