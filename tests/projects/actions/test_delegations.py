"""Lending a role: by its holder, by a manager for others, never to oneself; and ending it."""

from datetime import timedelta

import pytest

from portfolio.accounts.actions import people
from projects.actions import delegations, members, standing_roles, teams
from projects.errors import NotAllowed, Refused
from projects.models import BusinessUnit, Delegation, Event, Membership, StandingRole
from projects.queries import delegations as queries
from projects.queries import signatories
from tests import factories
from tests.factories import (
    SYSTEM,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    an_administrator,
    on_team,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class World:
    """A project with Pat for security, Dan who could stand in, Mia who manages."""

    def __init__(self):
        self.project = a_project(a_portfolio())
        self.portfolio = self.project.portfolio
        self.today = queries.today_in(self.portfolio)
        self.pat = on_team(self.project, "SE", a_person("Pat"))
        self.dan = a_member(self.portfolio, "viewer", "Dan")
        self.mia = a_member(self.portfolio, "manager", "Mia")

    def give(self, by=None, actor=None, portfolio=None, **changes):
        said = {
            "person_id": self.pat.pk,
            "deputy_id": self.dan.pk,
            "role": "SE",
            "from_on": self.today,
            "to_on": self.today + 7 * DAY,
            **changes,
        }
        actor = actor or acting(by or self.pat)
        return delegations.give((portfolio or self.portfolio).pk, actor=actor, **said)

    def codes(self, *args, **changes):
        """Why it is refused; nothing may have been written."""
        before = Delegation.objects.count(), Event.objects.count()
        with pytest.raises(Refused) as caught:
            self.give(*args, **changes)
        assert (Delegation.objects.count(), Event.objects.count()) == before
        return [each.code for each in caught.value.obstacles]

    def signers(self):
        found = signatories.of(self.project, ["SE"], self.today)["SE"]
        return [(each.name, each.acts_for_name) for each in found]


@pytest.fixture
def world():
    return World()


def test_a_holder_lends_the_role_and_the_history_names_both(world):
    given = world.give(reason="  Two weeks\n off ")
    assert (given.reason, given.created_by) == ("Two weeks off", world.pat)
    assert world.signers() == [("Pat", ""), ("Dan", "Pat")]
    event = Event.objects.get(kind="delegation.given")
    assert event.portfolio == world.portfolio
    assert (event.payload["person_name"], event.payload["deputy_name"]) == ("Pat", "Dan")


def test_somebody_only_on_a_team_lends_their_role(world):
    assert not Membership.objects.filter(user=world.pat).exists()
    assert world.give().person == world.pat


def test_a_manager_lends_the_role_of_somebody_else(world):
    assert world.give(by=world.mia).created_by == world.mia
    assert world.signers() == [("Pat", ""), ("Dan", "Pat")]


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver"])
def test_nobody_below_a_manager_lends_the_role_of_somebody_else(world, role):
    with pytest.raises(NotAllowed):
        world.give(by=a_member(world.portfolio, role))
    assert not Delegation.objects.exists()


def test_strangers_lend_nothing(world):
    stranger = a_person()
    for person in (stranger, world.pat):
        with pytest.raises(NotAllowed):
            world.give(by=stranger, person_id=person.pk)


@pytest.mark.parametrize("who", ["manager", "administrator", "installation"])
def test_nobody_makes_themselves_somebodys_deputy(world, who):
    person = an_administrator() if who == "installation" else a_member(world.portfolio, who)
    if who == "installation":
        members.set_role(world.portfolio.pk, user_id=person.pk, role="viewer", actor=SYSTEM)
    assert world.codes(by=person, deputy_id=person.pk) == ["makes_self_deputy"]
    assert world.give(deputy_id=person.pk).deputy == person  # Pat may well choose them


def test_what_was_lent_is_not_lent_on(world):
    world.give()
    eve = a_member(world.portfolio, "viewer", "Eve")
    assert world.codes(by=world.dan, person_id=world.dan.pk, deputy_id=eve.pk) == ["deputy_delegates"]
    assert world.codes(by=world.mia, person_id=world.dan.pk, deputy_id=eve.pk) == ["deputy_delegates"]
    # Who has the role besides may lend it.
    on_team(a_project(world.portfolio, "Second"), "SE", world.dan)
    assert world.give(by=world.dan, person_id=world.dan.pk, deputy_id=eve.pk)


def test_a_role_is_lent_by_whoever_has_it_there(world):
    elsewhere = a_portfolio()
    members.set_role(elsewhere.pk, user_id=world.pat.pk, role="viewer", actor=SYSTEM)
    members.set_role(elsewhere.pk, user_id=world.dan.pk, role="viewer", actor=SYSTEM)
    assert world.codes(portfolio=elsewhere) == ["role_not_held"]
    assert world.codes(role="SP") == ["role_not_held"]
    standing_roles.name(elsewhere.pk, user_id=world.pat.pk, role="SE", actor=SYSTEM)
    assert world.give(portfolio=elsewhere)


def test_managers_lend_their_own_office(world):
    given = world.give(by=world.mia, person_id=world.mia.pk, role="PM")
    assert given.role == "PM"
    found = signatories.of(world.project, ["PM"], world.today)["PM"]
    assert [(each.name, each.acts_for_name) for each in found] == [("Mia", ""), ("Dan", "Mia")]
    ada = a_member(world.portfolio, "administrator", "Ada")
    assert world.codes(by=ada, person_id=ada.pk, role="PM") == ["role_not_held"]


def test_after_leaving_the_role_nothing_is_lent_and_what_was_is_worth_nothing(world):
    world.give()
    teams.release(world.project.pk, user_id=world.pat.pk, role="SE", actor=SYSTEM)
    assert world.signers() == []
    members.set_role(world.portfolio.pk, user_id=world.pat.pk, role="viewer", actor=SYSTEM)
    assert world.codes(to_on=world.today + 8 * DAY, from_on=world.today + 8 * DAY) == ["role_not_held"]


@pytest.mark.parametrize(
    ("first", "last", "code"), [(-1, 7, "in_the_past"), (3, 2, "dates_out_of_order"), (0, 366, "too_long")]
)
def test_days_are_ahead_in_order_and_not_too_many(world, first, last, code):
    days = {"from_on": world.today + first * DAY, "to_on": world.today + last * DAY}
    assert world.codes(**days) == [code]


def test_days_are_those_of_the_portfolio():
    early, late = World(), World()
    for one, zone in ((early, "Pacific/Kiritimati"), (late, "Pacific/Pago_Pago")):  # 25 hours apart
        one.portfolio.time_zone = zone
        one.portfolio.save(update_fields=["time_zone"])
    today_there = queries.today_in(late.portfolio)
    assert early.codes(from_on=today_there) == ["in_the_past"]
    assert late.give(from_on=today_there)


def test_a_deputy_is_an_active_person_who_may_see_the_portfolio(world):
    assert world.codes(deputy_id=a_person().pk) == ["deputy_cannot_see"]
    outside = on_team(world.project, "DX", a_person("Out"))
    assert world.give(deputy_id=outside.pk)
    key, _ = factories.a_key(world.portfolio)
    assert world.codes(deputy_id=key.user_id) == ["deputy_is_machine"]
    assert world.codes(deputy_id=world.pat.pk) == ["own_deputy"]
    assert world.codes(deputy_id=10**9) == ["deputy_unknown"]
    assert world.codes(by=world.mia, person_id=key.user_id, role="PM") == ["person_is_machine"]
    assert world.codes(by=world.mia, person_id=10**9) == ["person_unknown"]
    world.dan.is_active = False
    world.dan.save(update_fields=["is_active"])
    assert "deputy_inactive" in world.codes()


def test_nobody_is_the_same_deputy_twice_on_a_day(world):
    world.give()
    assert world.codes(from_on=world.today + 7 * DAY, to_on=world.today + 9 * DAY) == ["given_already"]
    unit = BusinessUnit.objects.create(portfolio=world.portfolio, name="Claims")
    assert world.codes(unit=unit) == ["given_already"]
    assert world.give(from_on=world.today + 8 * DAY, to_on=world.today + 9 * DAY)
    assert world.give(deputy_id=world.mia.pk)


def test_a_wider_delegation_may_follow_a_narrow_one(world):
    top = BusinessUnit.objects.create(portfolio=world.portfolio, name="Claims")
    team = BusinessUnit.objects.create(portfolio=world.portfolio, name="Motor", parent=top)
    world.give(unit=team)
    assert world.codes(unit=team) == ["given_already"]
    world.give(unit=top)
    assert world.give()
    other = BusinessUnit.objects.create(portfolio=a_portfolio(), name="Elsewhere")
    later = {"from_on": world.today + 20 * DAY, "to_on": world.today + 21 * DAY}
    assert world.codes(unit=other, **later) == ["unit_unknown"]


@pytest.mark.parametrize("who", ["pat", "dan", "mia"])
def test_both_sides_and_managers_end_it_and_ending_twice_is_no_change(world, who):
    given, actor = world.give(), acting(getattr(world, who))
    delegations.end(given.pk, actor=actor)
    assert world.signers() == [("Pat", "")]
    ended_at = delegations.end(given.pk, actor=actor).ended_at
    given.refresh_from_db()
    assert given.ended_at == ended_at
    assert Event.objects.filter(kind="delegation.ended").count() == 1


def test_nobody_else_ends_it(world):
    given = world.give()
    for person in (a_member(world.portfolio, "approver"), a_person()):
        with pytest.raises(NotAllowed):
            delegations.end(given.pk, actor=acting(person))
    given.refresh_from_db()
    assert given.ended_at is None


def test_what_is_over_by_its_days_is_not_ended_again(world):
    given = world.give()
    Delegation.objects.update(from_on=world.today - 9 * DAY, to_on=world.today - DAY)
    assert delegations.end(given.pk, actor=SYSTEM).ended_at is None
    assert not Event.objects.filter(kind="delegation.ended").exists()


@pytest.mark.parametrize("who", ["pat", "dan"])
def test_when_somebody_leaves_what_they_lent_and_were_lent_ends(world, who):
    given = world.give()
    successor = a_member(world.portfolio, "viewer", "Sue")
    leaver = getattr(world, who)
    moved = people.deactivate(leaver.pk, successor_id=successor.pk, actor=SYSTEM)
    assert moved["delegations"] == 1
    given.refresh_from_db()
    assert given.ended_at is not None
    assert Event.objects.get(kind="delegation.ended").payload["delegation"] == given.pk
    people.reactivate(leaver.pk, actor=SYSTEM)
    assert ("Dan", "Pat") not in world.signers()


def test_roles_on_all_projects_go_to_a_successor_who_is_a_member(world):
    standing_roles.name(world.portfolio.pk, user_id=world.dan.pk, role="PR", actor=SYSTEM)
    sue = a_person("Sue")
    moved = people.deactivate(world.dan.pk, successor_id=sue.pk, actor=SYSTEM)
    assert moved["standing_roles"] == 1
    assert list(StandingRole.objects.values_list("user__name", "role")) == [("Sue", "PR")]
    people.deactivate(sue.pk, successor_id=None, actor=SYSTEM)
    assert not StandingRole.objects.exists()
