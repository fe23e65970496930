"""`./run test`: every test on SQLite and on PostgreSQL, with a real Redis, a separate worker and a browser.

Arguments go to pytest. What does not depend on the database (rules, shape, browser) runs in one round only.
"""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.services import chromium, mlflow_server, postgresql, programs, redis_server

NOTHING_COLLECTED = 5  # pytest's exit code when -k matches nothing
CLOSING_LINE = re.compile(r"^(\x1b\[[\d;]*m)*=+ .* in [\d.]+s.*=+(\x1b\[[\d;]*m)*$")
OWN_WAY_OF_RUNNING = ("-n", "--numprocesses", "--pdb", "--collect-only", "--co", "-s")


def main(arguments: list[str]) -> int:
    """Run both rounds; 0 only if both passed and something ran."""
    services = (mlflow_server.prepare_and_begin, postgresql.url, redis_server.url, browser)
    lacks = [lack for service in services if (lack := start(service))]
    print(f"The tests run against {', '.join(what_is_here())}.", flush=True)
    for lack in lacks:
        print(f"NOT TESTED: {lack}", flush=True)
    outcomes = {"SQLite": run_pytest("sqlite", arguments)}
    if os.environ.get(postgresql.ADDRESS):
        outcomes["PostgreSQL"] = run_pytest("postgresql", arguments)
    print()
    for database, (_, closing_line) in outcomes.items():
        print(f"On {database}:\n{closing_line}")
    for lack in lacks:
        print(f"NOT TESTED: {lack}")
    codes = {code for code, _ in outcomes.values()}
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


def browser() -> Path:
    """The browser, installed first where that is possible."""
    chromium.install_if_possible()
    return chromium.program()


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


def run_pytest(database: str, arguments: list[str]) -> tuple[int, str]:
    """One round: its output is passed on as it comes; (exit code, pytest's closing line)."""
    command = [sys.executable, "-m", "pytest"]
    if not any(word.startswith(OWN_WAY_OF_RUNNING) for word in arguments):
        # Two cores, and many tests wait for a browser or a worker; the idle take over from the others.
        command += ["-n", "3", "--dist", "worksteal"]
    if sys.stdout.isatty():
        command.append("--color=yes")
    environment = {**os.environ, "PLIMSOLL_TEST_DATABASE": database}
    if database == "postgresql":
        environment["PLIMSOLL_TEST_ONCE_IS_DONE"] = "1"
    print(f"\n{database}: {' '.join(command[1:] + arguments)}", flush=True)
    closing_line = "pytest did not come to an end"
    with subprocess.Popen(command + arguments, env=environment, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            if CLOSING_LINE.match(line.rstrip()):
                closing_line = line.rstrip()
    return running.returncode, closing_line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
