"""Fuzzing: the API by its own schema, every form and address of the pages, and uploads."""

import re

from django.contrib.auth import get_user_model

from bench.data import SYSTEM
from bench.servers import WebServer
from portfolio.integrations.keys.actions import keys
from portfolio.register.actions import samples
from projects.models import Portfolio, Project
from projects.permissions import MANAGER
from tests.campaigns.described import Asked
from tests.campaigns.hostile_files import Uploads
from tests.campaigns.hostile_forms import Pages
from tests.campaigns.installation import empty, sign_in
from tests.campaigns.proof import Outcome

# Shares of the time; uploads take as long as they take.
OF_THE_API, OF_THE_FORMS = 0.5, 0.4


def run(seconds: float, seed: int, requests: int = 0) -> Outcome:
    """All three, one after the other, on the sample portfolio; the API for so many requests at least."""
    portfolio = samples.load()
    people = get_user_model().objects
    person = people.create_user_with(email="campaign@example.org", name="Campaign", is_superuser=True)
    _, secret = keys.create(portfolio.pk, name="Campaign", scopes=keys.SCOPES, role=MANAGER, actor=SYSTEM)
    with WebServer() as web:
        api = Asked(web.port, portfolio, secret, lambda: sign_in(person))
        api.go_on(OF_THE_API * seconds, seed, requests)
        failures = api.failures
        pages = Pages(web.port, lambda: sign_in(person), seed, failures)
        pages.crawl(["/", *_different_projects(portfolio)])
        pages.go_on(OF_THE_FORMS * seconds)
        uploads = Uploads(web.port, sign_in(person), pages.token, portfolio, person)
        uploads.all()
        failures += uploads.failures
        failures += [f"The server logged: {line}" for line in _errors(web.said())]
    empty()
    facts = api.facts | {
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


def _different_projects(portfolio: Portfolio) -> list[str]:
    """The page of one project for each state that projects can be in: their forms differ."""
    rows = Project.objects.filter(portfolio=portfolio).order_by("pk")
    states = {row[1:]: row[0] for row in rows.values_list("key", "stage", "status", "outcome")}
    return [f"/projects/{key}/" for key in states.values()]


def _errors(said: str) -> list[str]:
    """Tracebacks that an answer did not show; each by its last line."""
    return sorted(set(re.findall(r"^(?:\w+\.)*\w+(?:Error|Exception)\b.*", said, re.MULTILINE)))[:20]
