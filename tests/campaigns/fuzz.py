"""Fuzzing: the API by its own schema, every form and address of the pages, and uploads."""

import re
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from bench.data import SYSTEM
from bench.servers import WebServer
from portfolio.integrations.actions import keys
from portfolio.register.actions import samples
from projects.models import Portfolio, Project
from projects.permissions import MANAGER
from tests.campaigns.hostile_files import Uploads
from tests.campaigns.hostile_forms import Pages
from tests.campaigns.installation import empty, sign_in
from tests.campaigns.proof import Outcome

# Shares of the time; uploads take as long as they take.
OF_THE_API, OF_THE_FORMS = 0.5, 0.4
PROGRAM = Path(sys.executable).parent / "schemathesis"
# A request that the schema allows may still be refused by a project's state (409), which no schema can say.
NOT_CHECKED = "positive_data_acceptance"
SLOWEST_SECONDS = 60  # how quick it is, the benchmark says; here others may share the machine
MOST_SAID = 60_000  # letters of what it prints


def run(seconds: float, seed: int, requests: int = 0) -> Outcome:
    """All three, one after the other, on the sample portfolio; the API for so many requests at least."""
    portfolio = samples.load()
    people = get_user_model().objects
    person = people.create_user_with(email="campaign@example.org", name="Campaign", is_superuser=True)
    _, secret = keys.create(portfolio.pk, name="Campaign", scopes=keys.SCOPES, role=MANAGER, actor=SYSTEM)
    with WebServer() as web:
        facts, failures = _api(web.port, secret, OF_THE_API * seconds, seed, requests)
        pages = Pages(web.port, lambda: sign_in(person), seed, failures)
        pages.crawl(["/", *_different_projects(portfolio)])
        pages.go_on(OF_THE_FORMS * seconds)
        uploads = Uploads(web.port, sign_in(person), pages.token, portfolio, person)
        uploads.all()
        failures += uploads.failures
        failures += [f"The server logged: {line}" for line in _errors(web.said())]
    empty()
    facts |= {
        "Pages found": len(pages.addresses),
        "Addresses asked for with hostile parts": pages.asked,
        "Forms found": len(pages.found),
        "Of these sent at least once": len(pages.reached),
        "Forms sent with hostile input": pages.sent,
        "Refused, and nothing had changed": pages.refused,
        "Accepted as harmless": pages.accepted,
        "Hostile files uploaded": uploads.sent,
        "Of these read by an import": uploads.read,
    }
    return Outcome("fuzz", facts, failures)


def _api(
    port: int, secret: str, seconds: float, seed: int, least: int
) -> tuple[dict[str, object], list[str]]:
    """Schemathesis in rounds of different seeds, until so many requests were made or one found something."""
    made, failures, began = 0, list[str](), time.monotonic()
    for number in count(seed):
        told, failures = _round(port, secret, seconds, number)
        made += told
        print(f"{made:,} requests from the schema after {time.monotonic() - began:.0f} s", flush=True)
        if failures or made >= least or not told:
            break
    return {"API requests made from the schema": f"{made:,}"}, failures


def _round(port: int, secret: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """Schemathesis with all its checks; what it prints about a failure says how to repeat it."""
    address = f"http://127.0.0.1:{port}"
    options = [f"--url={address}", "--checks=all", f"--exclude-checks={NOT_CHECKED}", f"--seed={seed}"]
    options += [f"--max-time={max(int(seconds), 10)}", "--no-color", "--warnings=off"]
    # With more than one worker some Pythons fail inside of ast.parse, which its engine calls from threads.
    options += ["--workers=1", "--continue-on-failure", f"--max-response-time={SLOWEST_SECONDS}"]
    options += [f"--request-timeout={SLOWEST_SECONDS}"]
    options += [f"--header=Authorization: Bearer {secret}", "--generation-database=none"]
    done = subprocess.run(
        [PROGRAM, "run", f"{address}/api/schema/", *options],
        capture_output=True,
        text=True,
        timeout=3 * seconds + 120,
        cwd=settings.DATA_DIR,  # It keeps notes beside where it runs.
        check=False,
    )
    said = done.stdout.replace(secret, "[key]").replace(address, "")
    tested = re.search(r"(\d[\d,]*) (?:generated|test cases)", said)
    found = [f"API: {said[-MOST_SAID:]}\n{done.stderr[-1000:]}"] if done.returncode else []
    return int(tested[1].replace(",", "")) if tested else 0, found


def _different_projects(portfolio: Portfolio) -> list[str]:
    """The page of one project for each state that projects can be in: their forms differ."""
    rows = Project.objects.filter(portfolio=portfolio).order_by("pk")
    states = {row[1:]: row[0] for row in rows.values_list("key", "stage", "status", "outcome")}
    return [f"/projects/{key}/" for key in states.values()]


def _errors(said: str) -> list[str]:
    """Tracebacks that an answer did not show; each by its last line."""
    return sorted(set(re.findall(r"^(?:\w+\.)*\w+(?:Error|Exception)\b.*", said, re.MULTILINE)))[:20]
