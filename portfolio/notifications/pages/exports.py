"""The inbox as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.notifications.queries import inboxes
from portfolio.notifications.queries.inboxes import Filters
from projects.actors import Actor
from projects.exports.answers import answer
from projects.exports.tables import Table

HEADERS = ("at", "topic", "project", "subject", "text", "read at")


@require_safe
def inbox(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that this person was told, as filtered."""
    found = inboxes.listed(Filters.of(request.GET), Actor.of(request))
    return answer(request, "inbox", timezone.localdate(), Table("inbox", HEADERS, _rows(found)))


def _rows(found: Any) -> Iterator[list[Any]]:
    for each in found.iterator(chunk_size=500):
        key = each.project.key if each.project else ""
        yield [each.created_at, each.topic, key, each.subject, each.text, each.read_at]
