"""`./run check`: everything that can be said about the code without running it, one line each."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
# Settings as in production: every switch that `check --deploy` asks about must follow from these.
PRODUCTION = {
    "PLIMSOLL_SECRET_KEY": "a-long-text-that-stands-for-a-secret-0123456789-abcdefghijklmnop",
    "PLIMSOLL_BASE_URL": "https://plimsoll.example.org",
    "PLIMSOLL_ALLOWED_HOSTS": "plimsoll.example.org",
    "PLIMSOLL_TRUST_PROXY": "1",
}
NO_ANSWER = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|NewConnection|name resolution|unreachable|ServiceError"
    r"|ProxyError|HTTPError|SSLError|Connection aborted"
)


def advisories_not_reached(output: str) -> str:
    """What to say when the audit could not ask; empty when it could, or when it found something."""
    if re.search(r"Found \d+ known vulnerabilit", output):
        return ""
    if unasked := output.count("could not be audited"):
        return f"NOT CHECKED: no advisories to be had for {unasked} packages"
    return "NOT CHECKED: the advisory database does not answer" if NO_ANSWER.search(output) else ""


@dataclass
class Check:
    """One program that must end with exit code 0; its output is shown only when it does not."""

    name: str
    command: list[str]
    # The sentence for an output that says nothing either way; such a check neither passes nor fails.
    excuse: Callable[[str], str] = lambda output: ""
    environment: dict[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """All checks, the longest one first: the others run beside it."""
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    manage = [sys.executable, "-W", "error", "manage.py"]
    return [
        Check("types", [program("mypy")]),
        Check("lint", [program("ruff"), "check", "."]),
        Check("format", [program("ruff"), "format", "--check", "."]),
        Check("templates", [program("djade"), "--target-version", "5.2", "--check", *templates]),
        Check("import contracts", [program("lint-imports"), "--no-cache"]),
        Check("contrast of the colours", [sys.executable, "-m", "tests.contrast"]),
        Check(
            "compose file",
            [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        ),
        Check("Dockerfile", [program("hadolint"), "Dockerfile"]),
        Check(
            "deployment settings",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            environment=PRODUCTION,
        ),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"], environment=PRODUCTION),
        Check(
            "API schema",
            [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull],
            environment=PRODUCTION,
        ),
        Check(
            "known vulnerabilities",
            [
                program("pip-audit"),
                "--require-hashes",
                "--disable-pip",
                "--progress-spinner=off",
                "-r",
                "requirements.lock",
            ],
            excuse=advisories_not_reached,
        ),
    ]


def program(name: str) -> str:
    """A program of this environment, whatever the caller's path says."""
    return str(PROGRAMS / name)


def passes(check: Check) -> bool:
    """Run one check in a data folder of its own and print its line; all it said only when it failed."""
    with tempfile.TemporaryDirectory(prefix="plimsoll-checks-") as data:
        return _passes(check, data)


def _passes(check: Check, data: str) -> bool:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PLIMSOLL_")}
    environment |= {"PLIMSOLL_DATA": data, "PLIMSOLL_TEST_DATA": data, **check.environment}
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    excuse = check.excuse(done.stdout)
    failed = bool(done.returncode) and not excuse
    said = f"{check.name:.<30} {excuse or ('FAILED' if failed else 'ok')}\n"
    # In one piece, for others speak at the same time.
    print(f"{said}{done.stdout.rstrip()}\n" if failed else said, end="", flush=True)
    return not failed


def main() -> int:
    """Run every check, whatever the others say; 1 if any failed."""
    with ThreadPoolExecutor(os.cpu_count()) as at_once:
        running = [at_once.submit(passes, check) for check in checks()]
        verdicts = [each.result() for each in as_completed(running)]
    print(f"{verdicts.count(False)} of {len(verdicts)} checks failed.")
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
