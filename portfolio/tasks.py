"""The worker's tasks: thin, safe to run twice, in parallel, or to be killed midway."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from portfolio import outbox
from portfolio.accounts.actions import links, people
from portfolio.insights.actions import forecasts, summaries
from portfolio.insights.queries import forecasts as forecast_queries
from portfolio.insights.queries import summaries as summary_queries
from portfolio.integrations.keys.actions import notices as key_notices
from portfolio.integrations.registries.actions import readings as registry_readings
from portfolio.integrations.sources.actions import messages as source_messages
from portfolio.integrations.sources.actions import receptions
from portfolio.integrations.sources.queries import sources
from portfolio.integrations.webhooks.actions import deliveries as webhook_deliveries
from portfolio.integrations.webhooks.actions import posts as webhook_posts
from portfolio.integrations.webhooks.actions import purges as webhook_purges
from portfolio.integrations.webhooks.queries import lanes as webhook_lanes
from portfolio.notifications.actions import chats, deliveries, digests, messages, posting, purges
from portfolio.operations import jobs
from portfolio.operations.actions import arrivals, leases, runs
from portfolio.operations.models import JobRun
from portfolio.operations.queries import runs as run_queries
from portfolio.register.actions import imports
from portfolio.register.queries import imports as import_queries
from portfolio.reports.actions import schedules
from portfolio.wake import wake
from projects.actions import (
    blockers,
    days,
    demands,
    flag_escalations,
    flags,
    kept_requests,
    proposals,
    reminders,
    scores,
    stage_flags,
    stay_limits,
)
from projects.actors import Actor
from projects.models import Portfolio

log = logging.getLogger(__name__)
WORKER = Actor.system("worker")


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
                runs.ask(name, actor=WORKER, now=now, portfolio=portfolio)


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
        rows = WORK[claimed.name](claimed)
        leases.finish(claimed, timezone.now(), rows=rows)
    except leases.LeaseLost as lost:
        log.warning("%s", lost)
    except Exception as error:
        log.exception("The job %s failed.", claimed.name)
        with suppress(leases.LeaseLost):
            leases.fail(claimed, timezone.now(), error=error)


def _sweep(claimed: JobRun) -> int:
    """All projects in chunks; a run that was cut off goes on where it was."""
    after: int | None = claimed.cursor
    rows = claimed.rows
    # What new rules find the first time has mostly been so for long: it is told without a mail.
    actor = Actor.system("upgrade") if run_queries.is_first_since_upgrade(claimed) else WORKER
    while after is not None:
        swept = flags.sweep(None, actor=actor, now=timezone.now(), after=after)
        after, rows = swept.after, rows + swept.written
        if after is not None:
            # A second worker has the next ones meanwhile: neither waits for the other.
            runs.ask_beside(claimed, timezone.now())
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    return rows + stage_flags.sweep(actor=WORKER, now=timezone.now())


def _limits(claimed: JobRun) -> int:
    """A portfolio's limits; made again on the same day they stay what they are."""
    if claimed.portfolio_id is None:
        return 0
    return int(stay_limits.make(claimed.portfolio_id, actor=WORKER, now=timezone.now()) is not None)


def _scores(claimed: JobRun) -> int:
    """A portfolio's projects in chunks, then its request for them is answered."""
    if claimed.portfolio_id is None:
        return 0
    after: int | None = claimed.cursor
    rows = claimed.rows
    while after is not None:
        aged = scores.age(claimed.portfolio_id, actor=WORKER, now=timezone.now(), after=after)
        after, rows = aged.after, rows + aged.written
        if after is not None:
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    scores.finished(claimed.portfolio_id, jobs.answers_up_to(claimed))
    return rows


def _forecasts(claimed: JobRun) -> int:
    """A portfolio's forecast; a run that was cut off begins anew and finds the same numbers."""
    if claimed.portfolio_id is None:
        return 0

    def alive() -> None:
        leases.go_on(claimed, timezone.now())

    made = forecasts.make(claimed.portfolio_id, actor=WORKER, now=timezone.now(), alive=alive)
    return int(made.body["n"])


def _escalations(claimed: JobRun) -> int:
    """Every step of a blocker that is due; one that the run before took is not taken again."""
    after: int | None = claimed.cursor
    rows = claimed.rows
    while after is not None:
        risen = blockers.rise(actor=WORKER, now=timezone.now(), after=after)
        after, rows = risen.after, rows + risen.steps
        if after is not None:
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    return rows


def _nudges(claimed: JobRun) -> int:
    """Every critical flag that nobody answers; one that the run before took up is not taken again."""
    after: int | None = claimed.cursor
    rows = claimed.rows
    while after is not None:
        risen = flag_escalations.rise(actor=WORKER, now=timezone.now(), after=after)
        after, rows = risen.after, rows + risen.flags
        if after is not None:
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    return rows


def _reminders(claimed: JobRun) -> int:
    """Every reminder that is due; one that the run before sent is not sent again."""
    after: int | None = claimed.cursor
    rows = claimed.rows
    while after is not None:
        reminded = reminders.send(actor=WORKER, now=timezone.now(), after=after)
        after, rows = reminded.after, rows + reminded.signoffs
        if after is not None:
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    return rows


def _summary(claimed: JobRun) -> int:
    """A portfolio's flags first, so that figures and flags agree; then its projects as they are; figures."""
    after: int | None = claimed.cursor
    while after is not None:
        swept = flags.sweep(claimed.portfolio_id, actor=WORKER, now=timezone.now(), after=after, full=True)
        after = swept.after
        leases.go_on(claimed, timezone.now(), cursor=after or claimed.cursor)
    if claimed.portfolio_id is not None:
        # One moment for all of it: midnight may pass while a large portfolio is looked at.
        now = timezone.now()
        stage_flags.settle(claimed.portfolio_id, actor=WORKER, now=now)
        _keep_the_day(claimed, claimed.portfolio_id, now)
        taken = summaries.take(claimed.portfolio_id, actor=WORKER, now=now)
        chats.good_morning(taken.portfolio, figures=taken.body, now=now)
    return 1


def _keep_the_day(claimed: JobRun, portfolio_id: int, now: datetime) -> None:
    """Every project as it is; a run that was cut off begins anew and finds most of it written."""
    # The people at work first: those who are needed from or until today.
    for step in (demands.follow, days.take):
        after: int | None = 0
        while after is not None:
            after = step(portfolio_id, actor=WORKER, now=now, after=after).after
            leases.go_on(claimed, timezone.now(), cursor=claimed.cursor)


def _digests(claimed: JobRun) -> int:
    """Every digest whose hour has come; one that the run before wrote is not written again."""
    after: int | None = claimed.cursor
    rows = claimed.rows
    while after is not None:
        composed = digests.compose_due(timezone.now(), after=after)
        after, rows = composed.after, rows + composed.mails
        if after is not None:
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    return rows


def _reports(claimed: JobRun) -> int:
    """Every pack whose day has come; one that the run before sent is not sent again."""
    return schedules.send_due(timezone.now())


def _keys(claimed: JobRun) -> int:
    """Keys that end soon; nobody is told twice of the same end."""
    return key_notices.tell_due(timezone.now())


def _purge(claimed: JobRun) -> int:
    """Everything that has expired, each app's by its own action."""
    now = timezone.now()
    rows = links.purge() + people.purge_sessions(now) + runs.purge(now) + deliveries.purge(now)
    rows += proposals.lapse_due(actor=WORKER) + arrivals.purge(now)
    forget = (purges.purge, source_messages.purge, webhook_purges.purge)
    while forgotten := kept_requests.purge() + sum(each(now) for each in forget):
        rows += forgotten
        leases.go_on(claimed, timezone.now(), rows=rows)
    return rows


WORK: dict[str, Callable[[JobRun], int]] = {
    "sweep": _sweep,
    "limits": _limits,
    "scores": _scores,
    "forecasts": _forecasts,
    "escalations": _escalations,
    "nudges": _nudges,
    "reminders": _reminders,
    "summary": _summary,
    "digests": _digests,
    "reports": _reports,
    "keys": _keys,
    "registries": lambda run: registry_readings.wake_due(run.slot.startswith(jobs.ASKED)),
    jobs.FILE: arrivals.carry_out,
    "purge": _purge,
}
