"""Lists across projects as files: what the address filters and sorts, all pages of it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.register.pages import askers
from portfolio.register.pages.my_signoffs import SHOWN
from portfolio.register.queries import blocker_exports, exports, flag_exports, inventories
from portfolio.register.queries import my_work as queries
from projects.actors import Actor
from projects.exports import answers
from projects.exports.tables import Table
from projects.queries import blocker_filters, filters, flag_filters


@require_safe
def projects(request: HttpRequest) -> StreamingHttpResponse:
    """The register, with the headers that an import reads back."""
    chosen = filters.parse(request.GET)
    actor = askers.of(request, chosen.portfolio)
    return answers.answer(request, _named("projects", chosen), _today(), exports.table(actor, chosen))


@require_safe
def inventory(request: HttpRequest, edition: str) -> StreamingHttpResponse:
    """The register in the columns of a federal inventory."""
    if edition not in inventories.EDITIONS:
        raise Http404
    chosen = filters.parse(request.GET)
    actor = askers.of(request, chosen.portfolio)
    name = _named(f"federal-inventory-{edition}", chosen)
    return answers.answer(request, name, _today(), inventories.table(actor, chosen, edition))


@require_safe
def blockers(request: HttpRequest) -> StreamingHttpResponse:
    """The register of blockers."""
    chosen = blocker_filters.parse(request.GET)
    actor = askers.of(request, chosen.portfolio)
    return answers.answer(request, _named("blockers", chosen), _today(), blocker_exports.table(actor, chosen))


@require_safe
def flags(request: HttpRequest) -> StreamingHttpResponse:
    """The list of flags."""
    chosen = flag_filters.parse(request.GET)
    actor = askers.of(request, chosen.portfolio)
    return answers.answer(request, _named("flags", chosen), _today(), flag_exports.table(actor, chosen))


@require_safe
def my_work(request: HttpRequest) -> StreamingHttpResponse:
    """What waits for the one who asks, as their page shows it: what, of which project, until when."""
    work = queries.of(Actor.of(request), None)
    rows: list[list[Any]] = [
        *(["sign-off", each.signoff.project.key, each.way, None] for each in work.signoffs),
        *(
            ["condition", each.condition.signoff.project.key, each.condition.text, each.condition.due_on]
            for each in work.conditions
        ),
        *(["to-do", each.todo.project.key, each.todo.text, each.todo.due_on] for each in work.todos.open),
        *(
            ["blocker", each.home.key if each.home else "", each.blocker.title, each.blocker.due_on]
            for each in work.blockers
        ),
        *(
            ["flag", each.flag.project.key if each.flag.project else "", each.flag.label, None]
            for each in work.flags.rows
        ),
    ]
    headers = ("what", "project", "text", "due on")
    return answers.answer(request, "my-work", _today(), Table("my work", headers, rows))


@require_safe
def my_signoffs(request: HttpRequest) -> StreamingHttpResponse:
    """The sign-offs or conditions of the one who asks, of the kind that their page shows."""
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "waiting"
    rows = map(_condition if shown == "conditions" else _signoff, SHOWN[shown][1](Actor.of(request)))
    headers = (
        "project",
        "gate",
        "role",
        "asked at",
        "decision",
        "decided at",
        "condition",
        "due on",
        "closed on",
    )
    return answers.answer(request, f"sign-offs-{shown}", _today(), Table(shown, headers, rows))


def _signoff(row: Any) -> list[Any]:
    one = getattr(row, "signoff", row)
    return [
        one.project.key,
        one.gate,
        one.role,
        one.requested_at,
        one.decision,
        one.decided_at,
        "",
        None,
        None,
    ]


def _condition(row: Any) -> list[Any]:
    one = row.condition
    return [*_signoff(one.signoff)[:-3], one.text, one.due_on, one.closed_on]


Chosen = filters.Filters | blocker_filters.BlockerFilters | flag_filters.FlagFilters


def _named(noun: str, chosen: Chosen) -> str:
    return answers.name(noun, chosen.portfolio)


def _today() -> date:
    return timezone.localdate()
