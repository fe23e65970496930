"""Kills: web workers, the Celery worker and PostgreSQL end in the middle of their work, again and again."""

import os
import random
import signal
import time
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from bench.data import SYSTEM
from portfolio.operations.actions import runs
from portfolio.operations.models import JobRun, State
from projects.models import Project
from projects.queries import flags as flag_queries
from tests.campaigns import processes
from tests.campaigns.installation import Running, running
from tests.campaigns.ledger import Ledger
from tests.campaigns.load import checked
from tests.campaigns.proof import Outcome
from tests.campaigns.traffic import Traffic

# So many that a sweep takes long enough to be killed in the middle.
PROJECTS = 8_000
CALLERS = {"writers": 3, "people": 1, "readers": 1}
KILLED = ("web workers", "Celery workers", "sweeps in the middle", "PostgreSQL")
PAUSE_SECONDS = (1.0, 4.0)
# Answers may still fail so long after something has come back: somebody was in the middle of asking.
GRACE_SECONDS = 3.0
SWEEP_SECONDS = 180.0


class Killer:
    """Ends one thing after the other, and counts."""

    def __init__(self, site: Running, ledger: Ledger, seed: int) -> None:
        self.site, self.ledger = site, ledger
        self.rng = random.Random(f"{seed} kills")
        self.database = processes.Database(os.environ["PLIMSOLL_DATABASE_URL"])
        self.killed = dict.fromkeys(KILLED, 0)
        self._web_at = 0.0

    def go_on(self, seconds: float) -> None:
        """Kill for so long."""
        until = time.monotonic() + seconds
        acts = [self.web, self.worker, *[self.postgresql] * self.database.can_crash]
        while time.monotonic() < until:
            # In rounds, so that even a short run does each of them.
            for act in self.rng.sample(acts, len(acts)):
                act()
                time.sleep(self.rng.uniform(*PAUSE_SECONDS))
                if (code := self.site.web.process.poll()) is not None:
                    said = self.site.web.said()[-1500:]
                    self.ledger.complain(
                        f"The web server ended after {act.__name__} with code {code}: {said}"
                    )
                    self.site.web.restart()

    def web(self) -> None:
        """kill -9 of one web worker; the other one goes on answering and a new one is started."""
        # One that dies twice within 5.5 s ends the web server, which its supervisor then starts again.
        time.sleep(max(self._web_at + 8 - time.monotonic(), 0))
        self._out()
        os.kill(self.rng.choice(self.site.web.workers()), signal.SIGKILL)
        self._web_at = time.monotonic()
        self.killed["web workers"] += 1
        processes.wait_until(lambda: len(self.site.web.workers()) == 2, "A web worker did not come back.")
        self._back()

    def worker(self) -> None:
        """kill -9 of the Celery worker while it sweeps, with much to write."""
        make_flags_old(self.rng)
        run = runs.ask("sweep", actor=SYSTEM, now=timezone.now())
        deadline = time.monotonic() + self.rng.uniform(4, 15)
        while time.monotonic() < deadline:
            run.refresh_from_db()
            if run.state == State.RUNNING and run.rows:
                self.killed["sweeps in the middle"] += 1
                break
            time.sleep(0.02)
        self.site.worker.kill()
        self.killed["Celery workers"] += 1
        time.sleep(self.rng.uniform(0, 1))
        self.site.worker.start()

    def postgresql(self) -> None:
        """PostgreSQL stops as in a crash and has to recover."""
        self._out()
        self.database.crash()
        # This process's own connections have died with it.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        self.killed["PostgreSQL"] += 1
        self._back()

    def _out(self) -> None:
        self.ledger.well_since = None

    def _back(self) -> None:
        time.sleep(GRACE_SECONDS)
        self.ledger.well_since = time.monotonic()


def run(seconds: float, seed: int) -> Outcome:
    """Kill for so long, let everything settle, then compare."""
    ledger = Ledger()
    with running(PROJECTS) as site:
        killer = Killer(site, ledger, seed)
        traffic = Traffic(site.found, site.session, site.web.port, ledger, seed)
        traffic.start(**CALLERS)
        killer.go_on(seconds)
        traffic.stop()
        failures = [*_flags(site), *checked(site, ledger), *ledger.failures]
    facts = {
        **{f"Killed: {what}": number for what, number in killer.killed.items()},
        "Answers": sum(ledger.statuses.values()),
        "Requests without an answer or with an error while something was down": ledger.failed_in_outages,
        "Writes acknowledged, each found exactly once": ledger.promised,
        "Projects whose flags equal a fresh sweep's": PROJECTS,
    }
    return Outcome("kills", facts, failures)


def make_flags_old(rng: random.Random) -> None:
    """Let half of all projects look quieter or livelier than their flags say; the next sweep has to write."""
    days = rng.choice([-45, 45])
    half = Project.objects.annotate(half=F("pk") % 2).filter(half=rng.randrange(2))
    half.update(last_update_at=F("last_update_at") + timedelta(days=days), flags_due_at=timezone.now())


def _flags(site: Running) -> list[str]:
    """The worker sweeps once more; then no project may differ from what the rules find."""
    run = runs.ask("sweep", actor=SYSTEM, now=timezone.now())
    deadline = time.monotonic() + SWEEP_SECONDS
    while JobRun.objects.filter(name="sweep", state__in=[State.WAITING, State.RUNNING]).exists():
        if time.monotonic() > deadline:
            run.refresh_from_db()
            said = site.worker.said()[-1500:]
            return [f"The last sweep is still {run.state} after {SWEEP_SECONDS:.0f} s: {said}"]
        time.sleep(0.2)
    differing = [
        each.project_id
        for each in flag_queries.chunk(None, after=0, size=PROJECTS * 2, now=timezone.now())
        if each.differs
    ]
    if not differing:
        return []
    return [
        f"{len(differing)} projects carry other flags than a fresh sweep finds, such as id {differing[0]}."
    ]
