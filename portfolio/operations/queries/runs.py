"""Runs, as pages show them: the state of each job, of the worker and of the feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max, Min, QuerySet

from portfolio.operations.jobs import JOBS, Job
from portfolio.operations.models import JobRun, Pulse, State
from projects.models import Event, Portfolio

WORKER = "worker"
# Ticks come every few seconds: after some minutes without one, nobody is there.
AWAY_AFTER = timedelta(minutes=5)
# From then on readers of a summary are told as well.
TOLD_AFTER = timedelta(hours=3)
SHOWN = 20
# So many runs show whether a job grows slower.
TREND = 40


@dataclass(frozen=True, slots=True)
class JobState:
    """One job: its last run that is over, the one in hand, and when the clock asks for it again."""

    job: Job
    last: JobRun | None
    current: JobRun | None
    next_at: datetime | None
    now: datetime

    @property
    def says(self) -> str:
        """The state in a few words."""
        if self.current is not None and self.current.state == State.RUNNING:
            return "Running"
        if self.current is not None and self.current.error:
            return "Trying again"
        if self.current is not None and self.current.due_at <= self.now:
            return "Waiting for the worker"
        if self.last is None:
            return "Not run yet"
        return "Failed" if self.last.state == State.FAILED else "Done"

    @property
    def tone(self) -> str:
        """The badge's tone: only what somebody has to look at is coloured."""
        return {"Running": "acc", "Trying again": "warn", "Failed": "bad"}.get(self.says, "line")


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that went wrong, under its job's label."""

    label: str
    run: JobRun


@dataclass(frozen=True, slots=True)
class Feed:
    """How far the feed is behind, and since when."""

    behind: int
    oldest: datetime | None
    is_late: bool


def is_first_since_upgrade(run: JobRun) -> bool:
    """Whether a job has not been done yet since the domain's rows were brought to this release."""
    upgrades = MigrationRecorder(connection).migration_qs.filter(app="projects")
    upgraded_at = upgrades.aggregate(at=Max("applied"))["at"]
    done = JobRun.objects.filter(name=run.name, state=State.DONE)
    return upgraded_at is not None and not done.filter(started_at__gt=upgraded_at).exists()


def seen_at() -> datetime | None:
    """When the worker was last heard of; None when never."""
    return Pulse.objects.filter(name=WORKER).values_list("at", flat=True).first()


def away_since(now: datetime) -> datetime | None:
    """Since when the worker has been silent, if for so long that readers should know."""
    seen = seen_at()
    return seen if seen and now - seen > TOLD_AFTER else None


def states(now: datetime) -> list[JobState]:
    """Every job with its last and its present run; two queries a job."""
    found = []
    for job in JOBS.values():
        rows = JobRun.objects.filter(name=job.name).select_related("portfolio")
        current = rows.filter(state__in=[State.WAITING, State.RUNNING]).order_by("due_at").first()
        last = rows.filter(finished_at__isnull=False).order_by("-finished_at").first()
        found.append(JobState(job, last, current, job.next_at(now), now))
    return found


def failures() -> list[Failure]:
    """The newest runs that failed, or that failed before and are tried again."""
    rows = JobRun.objects.exclude(error="").select_related("portfolio").order_by("-started_at")
    return [Failure(JOBS[run.name].label if run.name in JOBS else run.name, run) for run in rows[:SHOWN]]


def one(run_id: int) -> JobRun | None:
    """One run."""
    return JobRun.objects.filter(pk=run_id).first()


def in_hand(name: str, portfolio: Portfolio) -> JobRun | None:
    """The run of a portfolio's job that is not over yet."""
    rows = JobRun.objects.filter(name=name, portfolio=portfolio, state__in=[State.WAITING, State.RUNNING])
    return rows.order_by("due_at").first()


def feed(now: datetime) -> Feed:
    """The events that nobody was told of yet; one query, which reads the index of those."""
    waiting = Event.objects.filter(position=None).aggregate(behind=Count("pk"), oldest=Min("at"))
    oldest = waiting["oldest"]
    return Feed(waiting["behind"], oldest, oldest is not None and now - oldest > AWAY_AFTER)


def history(name: str) -> QuerySet[JobRun]:
    """The runs of one job, the latest first."""
    return JobRun.objects.filter(name=name).select_related("portfolio", "asked_by").order_by("-due_at", "-pk")


def took(name: str) -> list[float]:
    """How many seconds the last runs took that were done, the oldest first; one query."""
    done = JobRun.objects.filter(name=name, state=State.DONE).order_by("-due_at", "-pk")[:TREND]
    return [run.seconds or 0.0 for run in reversed(done)]
