"""Starting other people's programs: not as root, on loopback only, and never outliving the tests."""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

START_SECONDS = 30.0
# PostgreSQL refuses to run as root, and no test server needs what root may do.
UNPRIVILEGED = "nobody"


class Unavailable(Exception):
    """This machine cannot run a program that some tests need; says which, and how to get it."""


def first_that_runs(
    candidates: list[tuple[str, Path]], *, copied_from: Callable[[Path], list[Path]]
) -> tuple[str, Path] | None:
    """The first (origin, program) that runs without privileges, copied to a readable place if need be."""
    for origin, program in candidates:
        if version_of(program):
            return origin, program
        if program.exists():
            copy = readable_copy(program, copied_from(program))
            if version_of(copy):
                return origin, copy
    return None


def version_of(program: Path) -> str:
    """What the program says to --version; empty where it cannot be run."""
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            cwd="/",
            **unprivileged(),
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def readable_copy(program: Path, trees: list[Path]) -> Path:
    """Copy the program's folders, side by side as they were, to where everybody can read them."""
    target = temporary_folder("program")
    for tree in trees:
        shutil.copytree(tree, target / tree.name, symlinks=True, dirs_exist_ok=True)
    return target / program.relative_to(trees[0].parent)


def temporary_folder(name: str) -> Path:
    """A folder that belongs to the unprivileged user and is gone when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix=f"plimsoll-{name}-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, user.pw_uid, user.pw_gid)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def unprivileged() -> dict[str, Any]:
    """Arguments of subprocess that give up root's rights; nothing where there are none to give up."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(
    command: list[str], log: Path, ready: Callable[[], bool], stop_signal: signal.Signals
) -> None:
    """Start a server, wait until it is ready, and stop it when this process ends, however it ends."""
    parent = os.getpid()
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: stop_with(parent, stop_signal),  # noqa: PLW1509 - no threads yet
            **unprivileged(),
        )
    atexit.register(_stop, server, stop_signal)
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:]
            raise Unavailable(f"{Path(command[0]).name} did not start. It said: {said}")
        time.sleep(0.02)


def stop_with(parent: int, number: signal.Signals) -> None:
    """In the child, before its program: have the system stop it if the tests are killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, number)
        if os.getppid() != parent:
            os._exit(1)


def _stop(server: subprocess.Popen[bytes], number: signal.Signals) -> None:
    server.send_signal(number)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
