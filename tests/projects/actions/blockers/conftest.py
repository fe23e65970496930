"""A project in Berlin, shortly after midnight there; time stands still unless a test moves it."""

import pytest

from tests.factories import a_member, a_portfolio, a_project, acting
from tests.projects.actions.blockers.cases import NIGHT


@pytest.fixture
def night(time_machine):
    time_machine.move_to("2027-01-04T08:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def portfolio(db):
    return a_portfolio(time_zone="Europe/Berlin")


@pytest.fixture
def project(portfolio, night):
    made = a_project(portfolio, value_low=60, value_likely=100, value_high=200)
    night.move_to(NIGHT, tick=False)
    return made


@pytest.fixture
def maker(portfolio):
    return acting(a_member(portfolio))
