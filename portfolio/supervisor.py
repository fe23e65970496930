"""One family of processes: started, started again when one ends, and stopped together without leftovers.

Knows nothing of Django: the serve command says which processes there are.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Nothing here needs a quicker reaction than a person notices.
TICK_SECONDS = 0.2
# Doubles from the first to the longest; a process that lasted longer than the longest starts over.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
# Requests are short and tasks can be repeated: a longer wait would only make Ctrl-C feel broken.
STOP_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process, the leader of its own session, so that everything it starts can be ended with it."""

    name: str
    command: list[str]
    is_quiet: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self) -> None:
        """Start the process in a session of its own; on Linux it is told to stop if this one dies."""
        parent = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.is_quiet else None,
            start_new_session=True,
            preexec_fn=lambda: _stop_with(parent),  # noqa: PLW1509 - this process has one thread
        )
        self.started_at = time.monotonic()

    def kill_group(self) -> None:
        """End what is left of the session; its leader may be gone already, its own children need not be."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Supervisor:
    """Starts children, keeps them running until a stop signal comes, and leaves none behind."""

    def __init__(self, say: Callable[[str], object], *, patience: float = STOP_SECONDS) -> None:
        self.say = say
        self.patience = patience
        self.children: list[Child] = []
        self.asked_to_stop = 0
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def start(self, name: str, command: list[str], *, is_quiet: bool = False) -> None:
        """Add a process to the family; of a quiet one only the errors are shown."""
        child = Child(name, command, is_quiet)
        self.children.append(child)
        child.start()

    def keep_running(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Keep the family alive until something is so (True) or a stop signal comes (False)."""
        while not self.asked_to_stop:
            for child in self.children:
                self._look_after(child)
            if until():
                return True
            time.sleep(TICK_SECONDS)
        return False

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.restart_at:
                child.start()
        elif (code := child.process.poll()) is not None:
            child.kill_group()
            if now - child.started_at > LONGEST_PAUSE_SECONDS:
                child.pause = FIRST_PAUSE_SECONDS
            self.say(
                f"The {child.name} process ended ({_reason(code)}); it starts again in {child.pause:g} s."
            )
            child.restart_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        """Ask everybody to stop, wait a little, then end what is left; a second Ctrl-C ends it at once."""
        asked_before = self.asked_to_stop
        running = [child for child in reversed(self.children) if child.process is not None]
        for child in running:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + self.patience
        while any(child.process is not None and child.process.poll() is None for child in running):
            if time.monotonic() > deadline or self.asked_to_stop > asked_before:
                break
            time.sleep(TICK_SECONDS / 4)
        for child in running:
            child.kill_group()


def _stop_with(parent: int) -> None:
    """In the child, before its program: be told to stop when the parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _reason(code: int) -> str:
    """A process's exit code in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
