"""The worker's tasks: thin, safe to run twice, in parallel, or to be killed midway."""

import logging
from contextlib import suppress
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from portfolio import outbox, work
from portfolio.insights.queries import forecasts as forecast_queries
from portfolio.insights.queries import summaries as summary_queries
from portfolio.integrations.sources.actions import messages as source_messages
from portfolio.integrations.sources.actions import receptions
from portfolio.integrations.sources.queries import sources
from portfolio.integrations.webhooks.actions import deliveries as webhook_deliveries
from portfolio.integrations.webhooks.actions import posts as webhook_posts
from portfolio.integrations.webhooks.queries import lanes as webhook_lanes
from portfolio.notifications.actions import deliveries, messages, posting
from portfolio.operations.actions import leases, runs
from portfolio.register.actions import imports
from portfolio.register.queries import imports as import_queries
from portfolio.wake import wake
from projects.models import Portfolio

log = logging.getLogger(__name__)


@shared_task
def tick() -> None:
    """Plan what the clock asks for, and wake a worker for all that waits."""
    now = timezone.now()
    runs.heard("worker", now)
    leases.give_up(now)
    runs.plan(now)
    for run_id in leases.claimable(now):
        wake(runs.RUN_TASK, run_id)
    for import_id in import_queries.to_take_up():
        wake(imports.TASK, import_id)
    deliveries.give_up(now)
    if deliveries.due(now):
        wake(messages.SEND_TASK)
    if posting.due(now):
        wake(messages.POST_TASK)
    webhook_posts.give_up(now)
    for webhook_id in webhook_lanes.to_wake(now):
        wake(webhook_deliveries.TASK, webhook_id)
    source_messages.give_up(now)
    if sources.due(now, 1):
        wake(receptions.TASK)
    _sum_up_what_came(now)


def _sum_up_what_came(now: datetime) -> None:
    """A file may bring a thousand projects: they are forecast and summed up at once, not only at night."""
    done = {"forecasts": forecast_queries.made_at(), "summary": summary_queries.taken_at()}
    for portfolio_id, applied in import_queries.applied_at().items():
        for name, when in done.items():
            if portfolio_id not in when or when[portfolio_id] < applied:
                portfolio = Portfolio.objects.get(pk=portfolio_id)
                runs.ask(name, actor=work.WORKER, now=now, portfolio=portfolio)


@shared_task
def drain_outbox() -> None:
    """Give new events their place in the public feed, and tell of them."""
    while outbox.pass_on() == outbox.CHUNK:
        pass


@shared_task
def send_messages() -> None:
    """Send the mails that are due; one that another worker has claimed is left to it."""
    deliveries.send_due()


@shared_task
def post_to_chats() -> None:
    """Post to chats what is due; a chat that another worker speaks to is left to it."""
    posting.send_due()


@shared_task
def take_messages() -> None:
    """Carry out what other systems have posted; a message that another worker has is left to it."""
    source_messages.carry_out_due()


@shared_task
def post_webhooks(webhook_id: int) -> None:
    """Post to one webhook what is due; one that another worker speaks to is left to it."""
    webhook_posts.send_due(webhook_id)


@shared_task
def run(run_id: int) -> None:
    """Claim one run and do it; whoever comes second finds it taken."""
    claimed = leases.claim(run_id, timezone.now())
    if claimed is None:
        return
    try:
        rows = work.WORK[claimed.name](claimed)
        leases.finish(claimed, timezone.now(), rows=rows)
    except leases.LeaseLost as lost:
        log.warning("%s", lost)
    except Exception as error:
        log.exception("The job %s failed.", claimed.name)
        with suppress(leases.LeaseLost):
            leases.fail(claimed, timezone.now(), error=error)
