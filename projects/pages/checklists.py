"""Checklists of readiness: an item has one control for its points, saved at once."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from projects import permissions
from projects.actions import checklists as checklist_actions
from projects.actors import Actor
from projects.errors import Refused
from projects.models import Project
from projects.pages import answers, headers
from projects.queries import checklists
from projects.queries import projects as project_queries
from projects.queries.checklists import Filled
from projects.rules import checklists as rules
from projects.rules.checklists import Item, Section


@dataclass(frozen=True, slots=True)
class Row:
    """One item with its points and the control to change them."""

    item: Item
    points: Decimal | None
    options: tuple[tuple[str, str, str, bool], ...]  # value, label, meaning, whether it stands now

    most: Decimal

    @property
    def state(self) -> str:
        """The icon in front of it."""
        if self.points is None:
            return "unknown"
        if not self.points:
            return "missing"
        return "met" if self.points == self.most else "conditions"


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The whole list; a POST gives one item its points."""
    actor = Actor.of(request)
    project = project_queries.one(actor, key)
    if name not in rules.shipped():
        raise Http404
    if request.method == "GET":
        return _page(request, project, name)
    permissions.require(actor, "answer.give", project)
    item, said = request.POST.get("item", ""), request.POST.get("points", "")
    points: Any = {item: said or None}
    try:
        project = _filled(
            project, checklist_actions.fill(project.pk, checklist=name, points=points, actor=actor)
        )
    except Refused as refusal:
        problem = " ".join(f"{each.message} {each.remedy}" for each in refusal.obstacles) or refusal.message
        status = answers.INVALID if refusal.obstacles else answers.CONFLICT
        return _page(request, project, name, problem=problem, status=status)
    if answers.is_part(request):
        return _saved(request, project, name, item)
    return answers.go(request, reverse("project_checklist", args=[project.key, name]) + f"#row-{item}")


def rows(found: Filled) -> list[tuple[Section, Decimal | None, list[Row]]]:
    """Each section with its points, None where nobody has begun, and its rows."""
    totals = found.totals
    return [
        (
            section,
            totals[section.code] if any(item.code in found.points for item in section.items) else None,
            [_row(found, item) for item in section.items],
        )
        for section in found.checklist.sections
    ]


def _row(found: Filled, item: Item) -> Row:
    points = found.points.get(item.code)
    given = [(str(c.value), c.label, c.meaning, points == c.value) for c in found.checklist.choices]
    empty = ("", "Not filled in", "Nobody has looked yet; counts as 0.", points is None)
    return Row(item, points, (*given, empty), found.checklist.choices[-1].value)


def _filled(project: Project, changed: Project) -> Project:
    """The project of the page with the points as they are now."""
    project.checklists = changed.checklists
    return project


def _context(request: HttpRequest, project: Project, name: str) -> dict[str, Any]:
    found = checklists.of(project, name)
    assert found  # noqa: S101 - the name is known
    return {
        "filled": found,
        "sections": rows(found),
        "last": checklists.last_filled(project, name),
        "others": [each for each in rules.shipped().values() if each.code != name],
        "may": headers.may(Actor.of(request), project),
    }


def _page(
    request: HttpRequest, project: Project, name: str, *, problem: str = "", status: int = answers.OK
) -> HttpResponse:
    context = {**_context(request, project, name), "problem": problem}
    if problem and answers.is_part(request):
        response = render(request, "projects/checklists/_summary.html", context, status=status)
        response["HX-Retarget"] = "#checklist-summary"
        return response
    return answers.project_page(
        request, project, "projects/checklists/sheet.html", tab="evidence", status=status, **context
    )


def _saved(request: HttpRequest, project: Project, name: str, item: str) -> HttpResponse:
    """The row as it is now, and what it changes around it."""
    context = _context(request, project, name)
    row = next(
        row for _section, _total, found in context["sections"] for row in found if row.item.code == item
    )
    context |= {"project": project, "row": row}
    return render(request, "projects/checklists/_saved.html", context)
