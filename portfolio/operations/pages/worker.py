"""The worker's page: what ran, what runs, what comes next, what went wrong, and which mails wait."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portfolio.accounts.mails import goes_to_files
from portfolio.notifications.queries import messages as message_queries
from portfolio.operations.queries import queues
from portfolio.operations.queries import runs as run_queries
from projects import permissions
from projects.actors import Actor


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The state of the worker and of every job, for administrators of the installation."""
    permissions.require(Actor.of(request), "operations.view")
    now = timezone.now()
    seen = run_queries.seen_at()
    context = {
        "nav": "worker",
        "now": now,
        "seen_at": seen,
        "is_away": seen is None or now - seen > run_queries.AWAY_AFTER,
        "states": run_queries.states(now),
        "failures": run_queries.failures(),
        "feed": run_queries.feed(now),
        "queue": queues.depth(),
        "mails": message_queries.mails(),
        "mail_goes_to_files": goes_to_files(),
    }
    part = request.htmx.target == "worker"  # type: ignore[attr-defined]
    return render(request, "operations/_worker.html" if part else "operations/worker.html", context)
