"""What each job does: in steps, so that a run that was cut off goes on where it was."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from portfolio.accounts.actions import links, people
from portfolio.insights.actions import forecasts, summaries
from portfolio.integrations.keys.actions import notices as key_notices
from portfolio.integrations.registries.actions import readings as registry_readings
from portfolio.integrations.sources.actions import messages as source_messages
from portfolio.integrations.webhooks.actions import purges as webhook_purges
from portfolio.notifications.actions import chats, deliveries, digests, purges
from portfolio.operations import jobs, slots
from portfolio.operations.actions import arrivals, leases, runs
from portfolio.operations.models import JobRun
from portfolio.operations.queries import runs as run_queries
from portfolio.reports.actions import schedules
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

WORKER = Actor.system("worker")
# Where the next step begins, None after the last one; and how many rows this one wrote.
Stepped = tuple[int | None, int]


def _by_steps(claimed: JobRun, step: Callable[[int], Stepped]) -> int:
    """Every step that is left, each noted once it is done; the rows of all of them."""
    after: int | None = claimed.cursor
    rows = claimed.rows
    while after is not None:
        after, written = step(after)
        rows += written
        if after is not None:
            leases.go_on(claimed, timezone.now(), cursor=after, rows=rows)
    return rows


def _sweep(claimed: JobRun) -> int:
    """All projects, then all stages."""
    # What new rules find the first time has mostly been so for long: it is told without a mail.
    actor = Actor.system("upgrade") if run_queries.is_first_since_upgrade(claimed) else WORKER

    def step(after: int) -> Stepped:
        swept = flags.sweep(None, actor=actor, now=timezone.now(), after=after)
        if swept.after is not None:
            # A second worker has the next ones meanwhile: neither waits for the other.
            runs.ask_beside(claimed, timezone.now())
        return swept.after, swept.written

    return _by_steps(claimed, step) + stage_flags.sweep(actor=WORKER, now=timezone.now())


def _limits(claimed: JobRun) -> int:
    """A portfolio's limits; made again on the same day they stay what they are."""
    if claimed.portfolio_id is None:
        return 0
    return int(stay_limits.make(claimed.portfolio_id, actor=WORKER, now=timezone.now()) is not None)


def _scores(claimed: JobRun) -> int:
    """A portfolio's projects, then its request for them is answered."""
    if (portfolio_id := claimed.portfolio_id) is None:
        return 0

    def step(after: int) -> Stepped:
        aged = scores.age(portfolio_id, actor=WORKER, now=timezone.now(), after=after)
        return aged.after, aged.written

    rows = _by_steps(claimed, step)
    scores.finished(portfolio_id, slots.answers_up_to(claimed))
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

    def step(after: int) -> Stepped:
        risen = blockers.rise(actor=WORKER, now=timezone.now(), after=after)
        return risen.after, risen.steps

    return _by_steps(claimed, step)


def _nudges(claimed: JobRun) -> int:
    """Every critical flag that nobody answers; one that the run before took up is not taken again."""

    def step(after: int) -> Stepped:
        risen = flag_escalations.rise(actor=WORKER, now=timezone.now(), after=after)
        return risen.after, risen.flags

    return _by_steps(claimed, step)


def _reminders(claimed: JobRun) -> int:
    """Every reminder that is due; one that the run before sent is not sent again."""

    def step(after: int) -> Stepped:
        reminded = reminders.send(actor=WORKER, now=timezone.now(), after=after)
        return reminded.after, reminded.signoffs

    return _by_steps(claimed, step)


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

    def step(after: int) -> Stepped:
        composed = digests.compose_due(timezone.now(), after=after)
        return composed.after, composed.mails

    return _by_steps(claimed, step)


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
    "registries": lambda run: registry_readings.wake_due(run.slot.startswith(slots.ASKED)),
    jobs.FILE: arrivals.carry_out,
    "purge": _purge,
}
