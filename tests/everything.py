"""`./run test`: every test on SQLite and on PostgreSQL, with a real Redis, a separate worker and a browser.

Arguments go to pytest. What does not depend on the database (rules, shape, browser) runs in one round only.
"""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Thread

from tests.services import chromium, mlflow_server, postgresql, programs, redis_server

NOTHING_COLLECTED = 5  # pytest's exit code when -k matches nothing
CLOSING_LINE = re.compile(r"^(\x1b\[[\d;]*m)*=+ .* in [\d.]+s.*=+(\x1b\[[\d;]*m)*$")
# Reading its files and making its database, the second round leaves a processor free for half a minute.
NEARLY_DONE = re.compile(r"\[ *(9[4-9]|100)%\]")
OWN_WAY_OF_RUNNING = ("-n", "--numprocesses", "--pdb", "--collect-only", "--co", "-s")


def main(arguments: list[str]) -> int:
    """Run both rounds; 0 only if both passed and something ran."""
    with ThreadPoolExecutor(1) as beside:
        # Both wait for the network most of the time.
        installed = beside.submit(chromium.install_if_possible)
        lacks = [start(mlflow_server.prepare) or start(mlflow_server.begin)]
        installed.result()
    lacks += [start(service) for service in (postgresql.url, redis_server.url, chromium.program)]
    lacks = [lack for lack in lacks if lack]
    print(f"The tests run against {', '.join(what_is_here())}.", flush=True)
    for lack in lacks:
        print(f"NOT TESTED: {lack}", flush=True)
    outcomes = run_both(arguments)
    print()
    for database, _, closing_line in outcomes:
        print(f"On {database}:\n{closing_line}")
    for lack in lacks:
        print(f"NOT TESTED: {lack}")
    codes = {code for _, code, _ in outcomes}
    if lacks and "--require-real" in arguments:
        print("Failed: --require-real, and something real was not there.")
        return 1
    return max(codes - {NOTHING_COLLECTED}, default=NOTHING_COLLECTED)


def start(service: Callable[[], object]) -> str:
    """Start a service for both rounds; says what is missing where this machine cannot."""
    try:
        service()
    except programs.Unavailable as lack:
        return str(lack)
    return ""


def what_is_here() -> list[str]:
    """The names and versions of everything real that the tests meet."""
    found = [f"Python {sys.version.split()[0]}", f"SQLite {sqlite3.sqlite_version}"]
    for module, address in (
        (postgresql, postgresql.ADDRESS),
        (redis_server, redis_server.ADDRESS),
        (chromium, chromium.PROGRAM),
        (mlflow_server, mlflow_server.ADDRESS),
    ):
        if os.environ.get(address):
            found.append(module.name())
    return found


def run_both(arguments: list[str]) -> list[tuple[str, int, str]]:
    """(database, exit code, pytest's closing line) of each round."""
    rounds = [Round("SQLite", arguments)]

    def go_on() -> None:
        if len(rounds) == 1 and os.environ.get(postgresql.ADDRESS):
            rounds.append(Round("PostgreSQL", arguments))

    # The second one sets itself up during the last tests of the first one; it is shown afterwards.
    outcomes = [rounds[0].show(nearly_done=go_on)]
    go_on()
    return outcomes + [each.show() for each in rounds[1:]]


class Round:
    """One run of pytest; what it says is kept until it is shown."""

    def __init__(self, database: str, arguments: list[str]) -> None:
        self.database = database
        command = [sys.executable, "-m", "pytest"]
        self._is_ours = not any(word.startswith(OWN_WAY_OF_RUNNING) for word in arguments)
        if self._is_ours:
            # Two cores, and many tests wait for a browser or a worker; the idle take over from the others.
            command += ["-n", "3", "--dist", "worksteal"]
        if sys.stdout.isatty():
            command.append("--color=yes")
        environment = {**os.environ, "PLIMSOLL_TEST_DATABASE": database.lower()}
        if database == "PostgreSQL":
            environment["PLIMSOLL_TEST_ONCE_IS_DONE"] = "1"
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._lines.put(f"\n{database}: {' '.join(command[1:] + arguments)}\n")
        self._running = subprocess.Popen(
            command + arguments, env=environment, stdout=subprocess.PIPE, text=True
        )
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._running.stdout or ():
            self._lines.put(line)
        self._lines.put("")

    def show(self, nearly_done: Callable[[], None] = lambda: None) -> tuple[str, int, str]:
        """Pass on each line as it comes, to the end."""
        closing_line = "pytest did not come to an end"
        while line := self._lines.get():
            print(line, end="", flush=True)
            if self._is_ours and NEARLY_DONE.search(line):
                nearly_done()
            if CLOSING_LINE.match(line.rstrip()):
                closing_line = line.rstrip()
        return self.database, self._running.wait(), closing_line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
