"""A family of processes: real ones, really killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portfolio.supervisor import Supervisor

pytestmark = pytest.mark.once
FOREVER = "import time; time.sleep(600)"
WITH_CHILD = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {FOREVER!r}])
open(sys.argv[1], "w").write(str(child.pid))
child.wait()
"""
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write("deaf")
time.sleep(600)
"""


def python(program: str, *words: object) -> list[str]:
    return [sys.executable, "-c", program, *map(str, words)]


def is_alive(pid: int) -> bool:
    """Whether a process exists and has not ended (one that nobody has waited for yet has ended)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(") ")[2][0] != "Z"


def soon(condition, seconds: float = 20):
    """The same condition, but failing the test when it has not come true in time."""
    deadline = time.monotonic() + seconds

    def ask():
        assert time.monotonic() < deadline, "it never happened"
        return condition()

    return ask


def wait_for(condition):
    """The condition's first true value; fails when it never comes."""
    ask = soon(condition)
    while not (value := ask()):
        time.sleep(0.02)
    return value


def number_in(path: Path) -> int:
    return int(path.read_text()) if path.exists() and path.read_text() else 0


@pytest.fixture
def said():
    return []


@pytest.fixture
def family(said):
    with Supervisor(said.append, patience=1) as supervisor:
        yield supervisor


def pid_of(family, place=0):
    process = family.children[place].process
    return process.pid if process else 0


def test_a_killed_process_starts_again(family, said):
    family.start("web", python(FOREVER))
    first = pid_of(family)
    os.kill(first, signal.SIGKILL)
    assert family.keep_running(until=soon(lambda: pid_of(family) not in (0, first)))
    assert is_alive(pid_of(family))
    assert said == ["The web process ended (signal SIGKILL); it starts again in 0.5 s."]


def test_what_a_killed_process_had_started_ends_with_it(family, tmp_path):
    note = tmp_path / "pid"
    family.start("worker", python(WITH_CHILD, note))
    grandchild = wait_for(lambda: number_in(note))
    os.kill(pid_of(family), signal.SIGKILL)
    assert family.keep_running(until=soon(lambda: not is_alive(grandchild)))


def test_a_process_that_keeps_ending_is_started_at_growing_intervals(family, said):
    family.start("beat", python("raise SystemExit(3)"))
    assert family.keep_running(until=soon(lambda: len(said) == 3))
    assert [sentence.rpartition(" in ")[2] for sentence in said] == ["0.5 s.", "1 s.", "2 s."]
    assert "exit code 3" in said[0]


def test_a_stop_signal_ends_the_watch_and_everybody(tmp_path, said):
    note = tmp_path / "pid"
    with Supervisor(said.append) as family:
        family.start("web", python(FOREVER))
        family.start("worker", python(WITH_CHILD, note))
        grandchild = wait_for(lambda: number_in(note))
        everybody = [pid_of(family, 0), pid_of(family, 1), grandchild]
        assert all(map(is_alive, everybody))
        os.kill(os.getpid(), signal.SIGINT)
        assert family.keep_running() is False
    wait_for(lambda: not any(map(is_alive, everybody)))
    assert said == []


def test_a_process_that_ignores_the_request_is_ended(tmp_path, said):
    note = tmp_path / "deaf"
    with Supervisor(said.append, patience=0.1) as family:
        family.start("stubborn", python(STUBBORN, note))
        wait_for(note.exists)
        stubborn = pid_of(family)
    assert not is_alive(stubborn)


def test_signals_mean_what_they_meant_before_once_the_family_is_gone(said):
    before = signal.getsignal(signal.SIGINT)
    with Supervisor(said.append):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_children_stop_when_the_supervisor_is_killed(tmp_path):
    note = tmp_path / "pid"
    program = f"""
import sys
from portfolio.supervisor import Supervisor
with Supervisor(print) as family:
    family.start("web", [sys.executable, "-c", {FOREVER!r}])
    open({str(note)!r}, "w").write(str(family.children[0].process.pid))
    family.keep_running()
"""
    with subprocess.Popen(python(program)) as supervisor:
        child = wait_for(lambda: number_in(note))
        assert is_alive(child)
        supervisor.kill()
    wait_for(lambda: not is_alive(child))
