"""The list as a file: every project that passes the filters, with the headers that an import reads back."""

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.register.queries import exports
from projects.actors import Actor
from projects.pages.csv_files import as_file
from projects.queries.filters import parse


@require_safe
def projects(request: HttpRequest) -> StreamingHttpResponse:
    """A CSV file of the list as the address filters and sorts it, sent while it is read."""
    filters = parse(request.GET)
    rows = exports.rows(Actor.of(request), filters)
    return as_file("projects", timezone.localdate(), exports.HEADERS, rows)
