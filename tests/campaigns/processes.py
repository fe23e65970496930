"""The processes that a campaign runs beside the web server, and kills: worker, beat, PostgreSQL."""

import atexit
import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from portfolio.management.commands.serve import celery_command
from tests.services import programs

WAIT_SECONDS = 60.0


class Process:
    """A program in a session of its own: `kill` ends it like a failing machine, `start` brings it back."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._log = tempfile.NamedTemporaryFile(prefix="plimsoll-campaign-")  # noqa: SIM115 - ends with us
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it; what runs already is left alone."""
        if self._process is not None:
            return
        parent = os.getpid()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: programs.stop_with(parent, signal.SIGTERM),  # noqa: PLW1509
        )

    def kill(self) -> None:
        """kill -9, for it and everything that it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def said(self) -> str:
        """Everything that it wrote since its first start."""
        return Path(self._log.name).read_text(errors="replace")


def worker() -> Process:
    """A Celery worker as `serve` starts it."""
    return Process(celery_command("worker", "--concurrency=2", "--without-gossip", "--without-mingle"))


def beat() -> Process:
    return Process(celery_command("beat", "--scheduler=celery.beat:Scheduler", "--pidfile="))


class Database:
    """The server of this run; a campaign may stop it like a crash: no checkpoint, recovery at the start."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url, autocommit=True) as connection:
            row: Any = connection.execute("SHOW data_directory").fetchone()
        self._folder = Path(row[0])
        self._server: subprocess.Popen[bytes] | None = None
        atexit.register(self._stop)

    @property
    def can_crash(self) -> bool:
        """Only a server that this run has started may be stopped."""
        return (self._folder / "postmaster.pid").exists() and self._folder.parent.name.startswith("plimsoll-")

    def crash(self) -> None:
        """Stop it at once, in the middle of whatever it does, and start it again."""
        pid_file = self._folder / "postmaster.pid"
        command = shlex.split((self._folder / "postmaster.opts").read_text())
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
        wait_until(lambda: not pid_file.exists(), "PostgreSQL did not stop.")
        if self._server is not None:
            self._server.wait()
        parent = os.getpid()
        self._server = subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: programs.stop_with(parent, signal.SIGQUIT),  # noqa: PLW1509
            **programs.unprivileged(),
        )
        wait_until(self._answers, "PostgreSQL did not start again.")

    def _stop(self) -> None:
        """End the server that was started here; the first one is ended by who started it."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def wait_until(condition: Any, complaint: str, seconds: float = WAIT_SECONDS) -> None:
    """Return when it is so; a campaign whose machine does not come back has found something."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(complaint)
        time.sleep(0.05)
