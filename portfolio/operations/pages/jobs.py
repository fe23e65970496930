"""One job: its runs, how long they take, and a run that failed tried again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portfolio.operations.actions import runs
from portfolio.operations.jobs import JOBS
from portfolio.operations.queries import runs as queries
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio

PAGE = 50


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The runs of the last month, newest first."""
    permissions.require(Actor.of(request), "operations.view")
    job = JOBS.get(name)
    if job is None:
        raise Http404
    now, took = timezone.now(), queries.took(name)
    context = {
        "nav": "worker",
        "job": job,
        "now": now,
        "next_at": job.next_at(now),
        "page": Paginator(queries.history(name), PAGE).get_page(request.GET.get("page")),
        "took": took,
        "last_took": took[-1] if took else None,
        "most_took": max(took, default=None),
        "portfolios": _portfolios() if job.per_portfolio else [],
    }
    part = request.htmx.target == "list"  # type: ignore[attr-defined]
    return render(request, "operations/_runs.html" if part else "operations/job.html", context)


@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Have a job run now; one of a portfolio for the portfolio that was chosen."""
    job = JOBS.get(name)
    if job is None or job.is_of_a_file:
        raise Http404
    portfolio = None
    if job.per_portfolio:
        portfolio = _portfolios().filter(slug=request.POST.get("portfolio", "").replace("\0", "")).first()
        if portfolio is None:
            raise Http404
    runs.ask(name, actor=Actor.of(request), now=timezone.now(), portfolio=portfolio)
    where = f" for {portfolio}" if portfolio else ""
    messages.success(request, f"{job.label}: a worker was asked to run it{where}.")
    return redirect("operations-job", name) if portfolio else redirect("operations")


@require_POST
def retry(request: HttpRequest, run_id: int) -> HttpResponse:
    """Try a run that failed once more, as if it were the first time."""
    if runs.retry(run_id, actor=Actor.of(request), now=timezone.now()):
        messages.success(request, "A worker was asked to try it again.")
    else:
        messages.error(request, "This run has not failed, or is tried again already.")
    return redirect("operations")


def _portfolios() -> QuerySet[Portfolio]:
    return Portfolio.objects.filter(archived_at=None).order_by("name").only("name", "slug")
