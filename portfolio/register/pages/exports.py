"""Lists across projects as files: what the address filters and sorts, all pages of it."""

from datetime import date

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.register.queries import blocker_exports, exports, flag_exports, options
from projects.actors import Actor
from projects.exports import answers
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
