"""The jobs that run by the clock: what each is called, what it does, and how often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portfolio.operations import slots
from portfolio.operations.slots import Slot

# It has no time of its own: somebody brings a file.
FILE = "file"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the worker's page shows it; `slots` are those due at a moment, `next_at` the time after it."""

    name: str
    label: str
    explanation: str
    how_often: str
    slots: Callable[[datetime], list[Slot]]
    next_at: Callable[[datetime], datetime | None]
    # A job of a portfolio is asked for on the portfolio's own page.
    per_portfolio: bool = False
    is_of_a_file: bool = False  # that somebody brings; it is not asked for otherwise


JOBS = {
    job.name: job
    for job in (
        Job(
            "sweep",
            "Flag sweep",
            "Raises flags on projects that are quiet or late, and clears those whose cause is gone.",
            "every 15 minutes",
            slots.quarterly,
            slots.next_quarter,
        ),
        Job(
            "limits",
            "Limits of time in stage",
            "Learns from each portfolio's history how long projects stay in a stage before it is too long.",
            "on Mondays at midnight by each portfolio's clock",
            slots.of_limits,
            slots.next_monday,
        ),
        Job(
            "scores",
            "Scores",
            "Makes every project's risk, impact and chance of production anew: answers grow old.",
            "after midnight by each portfolio's clock, and when its lines or questions were changed",
            slots.of_scores,
            slots.next_night(slots.SCORES_AT),
            per_portfolio=True,
        ),
        Job(
            "forecasts",
            "Forecasts",
            "Walks every project's way to production many times: when it is live, and how many are by when.",
            "after midnight by each portfolio's clock, when its scores are there",
            slots.of_forecasts,
            slots.next_night(slots.FORECASTS_AT),
            per_portfolio=True,
        ),
        Job(
            "escalations",
            "Escalations",
            "Takes blockers to the next level when their day has come, and has its people told.",
            "every hour, by each portfolio's clock",
            slots.hourly,
            slots.next_hour,
        ),
        Job(
            "nudges",
            "Unanswered flags",
            "Has those above a project's owner told of critical flags that nobody has answered for a week.",
            "every hour",
            slots.hourly,
            slots.next_hour,
        ),
        Job(
            "reminders",
            "Reminders",
            "Reminds people of sign-offs that wait for them.",
            "every hour; the workflow says after how many days",
            slots.hourly,
            slots.next_hour,
        ),
        Job(
            "summary",
            "Daily summary",
            "Counts every portfolio once a day and keeps the figures.",
            "after midnight by each portfolio's clock, when its forecasts are there",
            slots.of_summaries,
            slots.next_night(slots.SUMMARY_AT),
            per_portfolio=True,
        ),
        Job(
            "digests",
            "Digests",
            "Writes each person's daily or weekly digest when its hour has come by their own clock.",
            "every 15 minutes",
            slots.quarterly,
            slots.next_quarter,
        ),
        Job(
            "reports",
            "Leadership packs",
            "Sends the packs whose day has come, with their files.",
            "every hour; packs go out at 6 in the morning by their portfolio's clock",
            slots.hourly,
            slots.next_hour,
        ),
        Job(
            "keys",
            "API keys",
            "Tells the administrators of a portfolio two weeks and a day before one of its keys ends.",
            "every hour",
            slots.hourly,
            slots.next_hour,
        ),
        Job(
            "registries",
            "Model registries",
            "Reads the models and experiments that projects are linked to, each server by itself.",
            "every 15 minutes, and at once when a registry posts a message",
            slots.quarterly,
            slots.next_quarter,
        ),
        Job(
            FILE,
            "Portfolio from a file",
            "Brings the whole portfolio of a file, all of it or nothing.",
            "when somebody brings one",
            lambda now: [],
            lambda now: None,
            is_of_a_file=True,
        ),
        Job(
            "purge",
            "Clean-up",
            "Deletes what has expired: sessions, sign-in links, kept answers, old runs, messages and mails.",
            f"every night at {slots.PURGE_AT:%H:%M}",
            slots.of_the_purge,
            slots.next_purge,
        ),
    )
}
