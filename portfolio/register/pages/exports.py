"""Lists across projects as files: what the address filters and sorts, all pages of it."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.register.queries import blocker_exports, exports, flag_exports, options
from portfolio.register.queries import my_work as queries
from projects.actors import Actor
from projects.exports import answers
from projects.exports.tables import Table
from projects.queries import blocker_filters, filters, flag_filters


@require_safe
def projects(request: HttpRequest) -> StreamingHttpResponse:
    """The register, with the headers that an import reads back."""
    chosen = filters.parse(request.GET)
    actor = _checked(request, chosen.portfolio)
    return answers.answer(request, _named("projects", chosen), _today(), exports.table(actor, chosen))


@require_safe
def blockers(request: HttpRequest) -> StreamingHttpResponse:
    """The register of blockers."""
    chosen = blocker_filters.parse(request.GET)
    actor = _checked(request, chosen.portfolio)
    return answers.answer(request, _named("blockers", chosen), _today(), blocker_exports.table(actor, chosen))


@require_safe
def flags(request: HttpRequest) -> StreamingHttpResponse:
    """The list of flags."""
    chosen = flag_filters.parse(request.GET)
    actor = _checked(request, chosen.portfolio)
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


Chosen = filters.Filters | blocker_filters.BlockerFilters | flag_filters.FlagFilters


def _named(noun: str, chosen: Chosen) -> str:
    return answers.name(noun, chosen.portfolio)


def _today() -> date:
    return timezone.localdate()


def _checked(request: HttpRequest, portfolio: str) -> Actor:
    """Who asks; a portfolio that one may not know of is not there."""
    actor = Actor.of(request)
    if portfolio and options.current_portfolio(actor, portfolio) is None:
        raise Http404
    return actor
