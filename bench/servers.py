"""Web servers for a measurement: the product's own command, with its application or with another one."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from portfolio import health
from portfolio.management.commands.serve import web_command
from tests.services import programs

START_SECONDS = 60.0
PRODUCT = "portfolio.wsgi:application"


class WebServer:
    """Two processes of four threads, started exactly as `serve` starts them; ended with the block."""

    def __init__(self, application: str = PRODUCT, **variables: str) -> None:
        self.port = programs.free_port()
        self._log = tempfile.NamedTemporaryFile(prefix="plimsoll-web-")  # noqa: SIM115 - closed in __exit__
        self._command = [*web_command("127.0.0.1", self.port)[:-1], application]
        self._environment = {**os.environ, **variables}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        parent = os.getpid()
        return subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: programs.stop_with(parent, signal.SIGTERM),  # noqa: PLW1509
        )

    def __enter__(self) -> Self:
        self._wait()
        return self

    def restart(self) -> None:
        """Start it again after its end, as the supervisor and the container's restart policy do."""
        self._end()
        self.process = self._start()
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while health.status("127.0.0.1", self.port) != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._end()
                raise RuntimeError(f"The web server did not start. It said:\n{self.said()[-3000:]}")
            time.sleep(0.1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._log.close()

    def said(self) -> str:
        """Everything that the server wrote."""
        return Path(self._log.name).read_text(errors="replace")

    def workers(self) -> list[int]:
        """The ids of the processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in children.read_text().split() if _is_worker(int(word))]

    def memory(self) -> float:
        """MiB of the workers; what several processes share counts in parts (PSS)."""
        return sum(_pss(pid) for pid in self.workers()) / 1024

    def _end(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _is_worker(pid: int) -> bool:
    """A living process of granian; Python keeps one beside them that watches over shared memory."""
    with contextlib.suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"granian" in command and b"resource_tracker" not in command
    return False


def _pss(pid: int) -> int:
    """Kilobytes of one process."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
