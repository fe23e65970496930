"""One portfolio with a project, and everybody who may or may not touch it."""

import pytest

from tests import factories
from tests.projects.api import callers


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
