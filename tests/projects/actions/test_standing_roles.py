"""Roles on all projects of a portfolio: given to its active members, by its managers, once."""

import pytest

from projects.actions import members, standing_roles
from projects.errors import NotAllowed, Refused
from projects.models import Event, StandingRole
from tests import factories
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, on_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio()


def test_a_manager_names_and_removes_and_each_leaves_one_event(portfolio):
    sam, actor = a_member(portfolio, "viewer", "Sam"), acting(a_member(portfolio, "manager"))
    for _ in range(2):
        held = standing_roles.name(portfolio.pk, user_id=sam.pk, role="SE", actor=actor)
    assert (held.user, held.role) == (sam, "SE")
    for _ in range(2):
        standing_roles.remove(portfolio.pk, user_id=sam.pk, role="SE", actor=actor)
    assert not StandingRole.objects.exists()
    found = Event.objects.filter(kind__startswith="standing_role.").order_by("pk")
    assert list(found.values_list("kind", "portfolio", "payload__name", "payload__role")) == [
        ("standing_role.added", portfolio.pk, "Sam", "SE"),
        ("standing_role.removed", portfolio.pk, "Sam", "SE"),
    ]


@pytest.mark.parametrize("verb", [standing_roles.name, standing_roles.remove])
@pytest.mark.parametrize("who", ["viewer", "contributor", "approver", "stranger", "team"])
def test_nobody_below_a_manager_may(portfolio, verb, who):
    sam = a_member(portfolio, "viewer", "Sam")
    standing_roles.name(portfolio.pk, user_id=sam.pk, role="SE", actor=SYSTEM)
    person = a_person() if who in ("stranger", "team") else a_member(portfolio, who)
    if who == "team":
        on_team(a_project(portfolio), "SP", person)
    before = list(StandingRole.objects.values()), Event.objects.count()
    with pytest.raises(NotAllowed):
        verb(portfolio.pk, user_id=sam.pk, role="SE", actor=acting(person))
    assert (list(StandingRole.objects.values()), Event.objects.count()) == before


def test_only_active_people_who_are_members_have_one(portfolio):
    gone = a_member(portfolio, "viewer")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    key, _ = factories.a_key(portfolio)
    elsewhere, on_a_team = a_member(a_portfolio(), "manager"), on_team(a_project(portfolio), "SE")
    for user_id in (gone.pk, key.user_id, elsewhere.pk, on_a_team.pk, 10**9):
        with pytest.raises(Refused) as caught:
            standing_roles.name(portfolio.pk, user_id=user_id, role="SE", actor=SYSTEM)
        assert caught.value.code == "not_a_member"
    with pytest.raises(Refused) as caught:
        standing_roles.name(portfolio.pk, user_id=elsewhere.pk, role="XX", actor=SYSTEM)
    assert caught.value.code == "unknown_role"
    assert not StandingRole.objects.exists()


def test_who_leaves_the_portfolio_leaves_its_roles_and_keeps_those_elsewhere(portfolio):
    sam, other = a_member(portfolio, "viewer", "Sam"), a_portfolio()
    members.set_role(other.pk, user_id=sam.pk, role="viewer", actor=SYSTEM)
    for each in (portfolio, other):
        standing_roles.name(each.pk, user_id=sam.pk, role="SE", actor=SYSTEM)
    members.remove(portfolio.pk, user_id=sam.pk, actor=SYSTEM)
    assert [row.portfolio for row in StandingRole.objects.all()] == [other]
    assert Event.objects.filter(kind="standing_role.removed", portfolio=portfolio).count() == 1
