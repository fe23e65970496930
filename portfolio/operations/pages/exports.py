"""The worker's logs as files: all rows that their filters leave."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portfolio.notifications.queries import deliveries as delivery_queries
from portfolio.operations.jobs import JOBS
from portfolio.operations.queries import runs as run_queries
from projects import permissions
from projects.actors import Actor
from projects.exports.answers import answer
from projects.exports.tables import Table

DELIVERY = ("id", "at", "channel", "to", "portfolio", "subject", "state", "attempts", "error", "sent at")
RUN = ("due at", "portfolio", "state", "asked by", "attempts", "rows", "started at", "finished at", "error")


@require_safe
def deliveries(request: HttpRequest) -> StreamingHttpResponse:
    """Mails and posts, without their texts."""
    permissions.require(Actor.of(request), "operations.view")
    filters = delivery_queries.parse(request.GET.dict())
    return answer(request, "deliveries", timezone.localdate(), Table("deliveries", DELIVERY, _posts(filters)))


@require_safe
def runs(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """The runs of a job."""
    permissions.require(Actor.of(request), "operations.view")
    if name not in JOBS:
        raise Http404
    return answer(request, f"runs-{name}", timezone.localdate(), Table("runs", RUN, _runs(name)))


def _posts(filters: delivery_queries.Filters) -> Iterator[list[Any]]:
    for each in delivery_queries.chosen(filters).iterator(chunk_size=500):
        row = delivery_queries.row(each)
        what = [each.pk, each.created_at, each.channel, row.to, row.where, each.subject]
        yield [*what, each.state, each.attempts, each.last_error, each.sent_at]


def _runs(name: str) -> Iterator[list[Any]]:
    for run in run_queries.history(name).iterator(chunk_size=500):
        where = run.portfolio.name if run.portfolio else ""
        who = run.asked_by.name if run.asked_by else ""
        yield [
            run.due_at,
            where,
            run.state,
            who,
            run.attempts,
            run.rows,
            run.started_at,
            run.finished_at,
            run.error,
        ]
