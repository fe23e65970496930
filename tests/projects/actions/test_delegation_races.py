"""Deputies named, ended and deactivated at once: on a real PostgreSQL."""

from datetime import timedelta

import pytest

from portfolio.accounts.actions import people
from projects.actions import delegations, standing_roles
from projects.errors import Refused
from projects.models import Delegation, Event, StandingRole
from projects.queries import delegations as queries
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def give():
    """Name Dan as Pat's deputy for security, as Pat or as a manager."""
    project = a_project(a_portfolio())
    portfolio, today = project.portfolio, queries.today_in(project.portfolio)
    pat, dan = on_team(project, "SE", a_person("Pat")), a_member(portfolio, "viewer", "Dan")
    days = {"from_on": today, "to_on": today + timedelta(days=7)}

    def given(by):
        said = {"person_id": pat.pk, "deputy_id": dan.pk, "role": "SE", **days}
        return delegations.give(portfolio.pk, actor=acting(by or pat), **said)

    given.portfolio, given.dan = portfolio, dan
    return given


def test_the_same_deputy_is_named_once_however_many_name_them_at_once(give):
    managers = [a_member(give.portfolio, "manager") for _ in range(4)]
    results = at_once(*[lambda by=by: give(by) for by in managers])
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 3
    assert {reason.code for one in refused for reason in one.obstacles} == {"given_already"}
    assert Delegation.objects.count() == 1
    assert Event.objects.filter(kind="delegation.given").count() == 1


def test_ended_by_several_at_once_it_ended_once(give):
    one = give(None)
    at_once(*[lambda: delegations.end(one.pk, actor=SYSTEM) for _ in range(4)])
    assert Event.objects.filter(kind="delegation.ended").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_whoever_is_deactivated_meanwhile_stays_nobodys_deputy_and_has_no_role(give, attempt):
    results = at_once(
        lambda: give(None),
        lambda: standing_roles.name(give.portfolio.pk, user_id=give.dan.pk, role="PR", actor=SYSTEM),
        lambda: people.deactivate(give.dan.pk, successor_id=None, actor=SYSTEM),
    )
    assert all(isinstance(result, Refused) or not isinstance(result, Exception) for result in results)
    give.dan.refresh_from_db()
    assert not give.dan.is_active
    assert not Delegation.objects.filter(ended_at=None).exists()
    assert not StandingRole.objects.exists()


def test_a_role_on_all_projects_named_by_several_at_once_is_one(give):
    name = [
        lambda: standing_roles.name(give.portfolio.pk, user_id=give.dan.pk, role="PR", actor=SYSTEM)
        for _ in range(4)
    ]
    assert len({held.pk for held in at_once(*name)}) == 1
    assert StandingRole.objects.count() == Event.objects.filter(kind="standing_role.added").count() == 1
