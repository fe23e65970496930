"""The worker's page: what ran, what runs, what comes next, what went wrong, and which mails wait."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portfolio.accounts.mails import goes_to_files
from portfolio.notifications.actions import deliveries
from portfolio.notifications.queries import messages as message_queries
from portfolio.operations.actions import runs
from portfolio.operations.jobs import JOBS
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
        "feed_behind": run_queries.feed_behind(),
        "queue": queues.depth(),
        "mails": message_queries.mails(),
        "mail_goes_to_files": goes_to_files(),
    }
    part = request.htmx.target == "worker"  # type: ignore[attr-defined]
    return render(request, "operations/_worker.html" if part else "operations/worker.html", context)


@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Have a job run now."""
    job = JOBS.get(name)
    if job is None or job.per_portfolio:
        raise Http404
    runs.ask(name, actor=Actor.of(request), now=timezone.now())
    messages.success(request, f"{job.label}: a worker was asked to run it.")
    return redirect("operations")


@require_POST
def send_again(request: HttpRequest, delivery_id: int | None = None) -> HttpResponse:
    """Send a mail that did not go again, or all of them."""
    asked = deliveries.resend(actor=Actor.of(request), now=timezone.now(), delivery_id=delivery_id)
    said = "1 mail" if asked == 1 else f"{asked} mails"
    messages.success(request, f"{said} will be tried again now.")
    return redirect("operations")
