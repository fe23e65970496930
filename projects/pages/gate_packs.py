"""The pack of a gate: a page to read and print, and the same as PDF."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from projects.actors import Actor
from projects.models import Project
from projects.prints import gate_packs, pdf
from projects.prints.documents import Document
from projects.queries import gate_packs as queries
from projects.queries import projects as project_queries

LONGEST_ID = 18  # digits that fit an id's column


@require_safe
def web(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Everything about a gate on one page; `?move=ID` for a decision that was made."""
    project, document = _document(request, key, code)
    chosen = f"?move={request.GET['move']}" if "move" in request.GET else ""
    context = {
        "nav": "projects",
        "project": project,
        "document": document,
        "code": code,
        "pdf_url": reverse("project_gate_pack_pdf", args=[project.key, code]) + chosen,
    }
    return render(request, "projects/gates/pack.html", context)


@require_safe
def file(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """The same as a file."""
    _, document = _document(request, key, code)
    named = {"Content-Disposition": f'attachment; filename="{document.file_name}.pdf"'}
    written = pdf.write(document, settings.BASE_URL)
    return HttpResponse(written, content_type="application/pdf", headers=named)


def _document(request: HttpRequest, key: str, code: str) -> tuple[Project, Document]:
    project = project_queries.one(Actor.of(request), key)
    move = request.GET.get("move")
    if move is not None and not (move.isascii() and move.isdigit() and len(move) <= LONGEST_ID):
        raise Http404
    pack = queries.of(project, code, int(move) if move else None)
    return project, gate_packs.document(pack, request.user.name)  # type: ignore[union-attr]
