"""`./run check`: everything that can be said about the code without running it, one line each."""

import os
import re
import subprocess
import sys
import tempfile
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
NO_NETWORK = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|NewConnection|name resolution|unreachable|ServiceError"
    r"|ProxyError|HTTPError|SSLError|Connection aborted"
)


@dataclass
class Check:
    """One program that must end with exit code 0; its output is shown only when it does not."""

    name: str
    command: list[str]
    excused: re.Pattern[str] | None = None
    excuse: str = ""
    environment: dict[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """All checks, quick ones first."""
    templates = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    manage = [sys.executable, "-W", "error", "manage.py"]
    return [
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
        Check("types", [program("mypy")]),
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
            excused=NO_NETWORK,
            excuse="NOT CHECKED: the advisory database does not answer",
        ),
    ]


def program(name: str) -> str:
    """A program of this environment, whatever the caller's path says."""
    return str(PROGRAMS / name)


def passes(check: Check, data: str) -> bool:
    """Run one check and print its line."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PLIMSOLL_")}
    environment |= {"PLIMSOLL_DATA": data, **check.environment}
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    excused = bool(done.returncode and check.excused and check.excused.search(done.stdout))
    verdict = check.excuse if excused else "FAILED" if done.returncode else "ok"
    print(f"{check.name:.<30} {verdict}", flush=True)
    if done.returncode and not excused:
        print(done.stdout.rstrip(), flush=True)
    return excused or done.returncode == 0


def main() -> int:
    """Run every check, whatever the others say; 1 if any failed."""
    with tempfile.TemporaryDirectory(prefix="plimsoll-checks-") as data:
        verdicts = [passes(check, data) for check in checks()]
    print(f"{verdicts.count(True)} of {len(verdicts)} checks passed.")
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
