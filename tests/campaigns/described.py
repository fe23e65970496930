"""The API by its own description: Schemathesis in rounds, for a key and for a person in turn."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi import checks as _known  # noqa: F401 - they are known once it is read

from projects.models import Portfolio
from tests.projects.api import routes

PROGRAM = Path(sys.executable).parent / "schemathesis"
# Every check there is but these; the reason stands beside it.
LEFT_OUT = {
    # Well-formed moves, signatures and addresses may be refused by what is there: no schema can say that.
    "positive_data_acceptance",
}
# It takes away what it knows of; the session of a person is in a header that it is given and leaves alone.
OF_KEYS_ONLY = {"ignored_auth"}
# What a wrong request is answered with; 412: it was made for a state that is gone, whatever else it says.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429]
KINDS_OF_ROUNDS = 5  # every boundary; then made-up requests and chains of them, for a person and for a key
SLOWEST_SECONDS = 60  # how quick it is, the benchmark says; here others may share the machine
LONGEST_ROUND_SECONDS = 3600
MOST_SAID = 60_000  # letters of what it prints
# How often something that exists stands in an address in the place of something made up.
MEETS_WHAT_EXISTS = 0.7
IDS = 25  # the sample's rows are numbered from 1
TOKEN = "c" * 32  # in the cookie and the header: both come from the same browser
COUNTED = ("accepted", "conflicts", "rejected", "unreachable")


@dataclass
class Asked:
    """Who asks, and what came of all rounds."""

    port: int
    portfolio: Portfolio
    secret: str
    sign_in: Callable[[], str]
    made: int = 0
    rounds: int = 0
    links: int = 0
    met: dict[str, set[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, object]:
        """What is told of it."""
        done = [name for name, ways in self.met.items() if "accepted" in ways]
        return {
            "API requests made from the schema": self.made,
            "Rounds, of a key and of a person in turn": self.rounds,
            "Checks of each answer": f"{len(checks())} ({', '.join(checks())})",
            "Left out": f"{', '.join(sorted(LEFT_OUT))}; for the person {', '.join(sorted(OF_KEYS_ONLY))}",
            "Operations asked": len(self.met),
            "Of these carried out at least once": len(done),
            "Links followed from one operation to another, at most in a round": self.links,
        }

    def go_on(self, seconds: float, seed: int, least: int) -> None:
        """Until so many requests were made, or one found something."""
        began = time.monotonic()
        for number in count():
            told = self._round(seconds, seed + number, self._options(number, seconds, bool(least)))
            print(
                f"{self.made:,} requests from the schema after {time.monotonic() - began:.0f} s", flush=True
            )
            is_enough = self.made >= least and (not least or number + 1 >= KINDS_OF_ROUNDS)
            if self.failures or is_enough or not told:
                break

    def _options(self, number: int, seconds: float, is_long: bool) -> list[str]:
        """Who asks in this round, what and for how long."""
        who, left_out = [f"Authorization: Bearer {self.secret}"], LEFT_OUT
        if (number + 1) // 2 % 2:
            who = [f"Cookie: sessionid={self.sign_in()}; csrftoken={TOKEN}", f"X-CSRFToken: {TOKEN}"]
            left_out = LEFT_OUT | OF_KEYS_ONLY
        said = [f"--header={each}" for each in who] + [f"--exclude-checks={','.join(sorted(left_out))}"]
        if is_long and number == 0:
            return [*said, "--phases=examples,coverage"]  # every boundary of every operation once
        # Of one time limit the phase that comes first takes all.
        phases = [f"--phases={'fuzzing' if number % 2 else 'stateful'}"] if is_long else []
        return [*said, *phases, f"--max-time={max(int(seconds), 10)}"]

    def _round(self, seconds: float, seed: int, options: list[str]) -> int:
        """Schemathesis once; what it prints about a failure says how to repeat it."""
        address, report = f"http://127.0.0.1:{self.port}", settings.DATA_DIR / "schemathesis.json"
        config = settings.DATA_DIR / "schemathesis.toml"
        config.write_text("\n".join(_settings(self.portfolio)), encoding="utf-8")
        options += [f"--url={address}", f"--seed={seed}", "--checks=all", "--generation-database=none"]
        options += ["--no-color", "--warnings=off"]
        # With more than one worker some Pythons fail inside of ast.parse, called from threads.
        options += ["--workers=1", "--continue-on-failure", f"--max-response-time={SLOWEST_SECONDS}"]
        options += [f"--request-timeout={SLOWEST_SECONDS}", "--report=json", f"--report-json-path={report}"]
        report.unlink(missing_ok=True)
        done = subprocess.run(
            [PROGRAM, f"--config-file={config}", "run", f"{address}/api/schema/", *options],
            capture_output=True,
            text=True,
            timeout=LONGEST_ROUND_SECONDS,
            cwd=settings.DATA_DIR,  # It keeps notes beside where it runs.
            check=False,
        )
        said = done.stdout.replace(self.secret, "[key]").replace(address, "")
        if done.returncode:
            self.failures.append(f"API: {said[-MOST_SAID:]}\n{done.stderr[-1000:]}")
        return self._count(json.loads(report.read_text(encoding="utf-8")), said) if report.exists() else 0

    def _count(self, report: dict[str, Any], said: str) -> int:
        self.rounds += 1
        for operation, phases in report["valid_rates"].items():
            ways = {way for told in phases.values() for way in COUNTED if told.get(way)}
            self.met.setdefault(operation, set()).update(ways)
        if links := re.search(r"API Links:\s+(\d+) covered", said):
            self.links = max(self.links, int(links[1]))
        made: int = report["test_cases"]["generated"]
        self.made += made
        return made


def checks() -> tuple[str, ...]:
    """The checks that are made, by their names in the version that is installed."""
    return tuple(name for name in CHECKS.get_all_names() if name not in LEFT_OUT)


def _settings(portfolio: Portfolio) -> Iterator[str]:
    """What exists, by the names under which addresses and bodies ask for it; what a refusal looks like."""
    rows = portfolio.projects.order_by("pk").values_list("key", "stage", "status", "outcome")
    known: dict[str, list[Any]] = {
        "key": sorted({row[1:]: row[0] for row in rows}.values()),
        "slug": [portfolio.slug],
        "role": ["SP", "PO", "ML", "DS"],
        "code": ["G1", "G2", "G5"],
        "id": list(range(1, IDS + 1)),
    }
    for name, values in known.items():
        yield f"[dictionaries.{name}]\nvalues = {json.dumps(values)}"
    yield "[parameters]"
    named = {name: name for name in known if name != "id"} | dict.fromkeys(_ids(), "id")
    for name, dictionary in named.items():
        said = f'dictionary = "{dictionary}", probability = {MEETS_WHAT_EXISTS}'
        yield f'"path.{name}" = {{ {said} }}'
    yield f'"body.portfolio" = {{ dictionary = "slug", probability = {MEETS_WHAT_EXISTS} }}'
    yield f"[checks.negative_data_rejection]\nexpected-statuses = {REFUSALS}"


def _ids() -> set[str]:
    """Every name of a row's number in an address."""
    found = {name for route in routes.routes() for name in routes.PART.findall(route.path)}
    return {name for name in found if name.endswith("_id")}
