"""One portfolio with a project, and everybody who may or may not touch it."""

from datetime import UTC, datetime

import pytest
import time_machine

from portfolio.integrations.sources.actions import sources
from portfolio.register.actions import samples
from projects.models import Project
from tests import factories
from tests.projects.api import callers, routes, worlds

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


@pytest.fixture
def ci(portfolio):
    """A pipeline's key with every scope, as a manager."""
    return callers.with_key(portfolio)


@pytest.fixture
def viewer(portfolio):
    return callers.SignedIn(factories.a_member(portfolio, "viewer"))


@pytest.fixture
def stranger(db):
    """Somebody who belongs to another portfolio."""
    return callers.SignedIn(factories.a_member(factories.a_portfolio(), "administrator"))


@pytest.fixture(scope="module")
def sample(for_the_module):
    with time_machine.travel(NOON, tick=False):
        return for_the_module(samples.load)


@pytest.fixture
def world(sample, settings, db):
    """The sample, a key that may do everything in it, and what its lists are asked for."""
    settings.API_REQUESTS_PER_MINUTE = 0  # every address several times within a minute
    with time_machine.travel(NOON, tick=False):
        caller = callers.with_key(sample)
        project = sample.projects.filter(outcome="open").order_by("pk").first()
        known = {"slug": sample.slug, "key": project.key, "checklists": "production"}
        known |= worlds.made(caller, project)
        yield caller, routes.Reader(caller, known)


@pytest.fixture
def person(world):
    """A second caller: some things are for people."""
    _, reader = world
    project = Project.objects.get(key=reader.known["key"])
    signed_in, given, waiting = worlds.at_the_table(factories.a_project(project.portfolio))
    source, _ = sources.add(project.portfolio_id, name="CI", style="generic", actor=factories.SYSTEM)
    reader.known |= {"source_ids": [source.pk]}
    reader.known |= {"signoff_ids": [given.pk, waiting.pk], "conditions": str(given.conditions.get().pk)}
    reader.known |= worlds.for_people(signed_in, project.portfolio)
    return signed_in
