"""Whoever owns a project can see it."""

import pytest
from django.contrib.auth.models import Group, Permission

from projects.actions import handovers, projects
from projects.errors import Refused
from projects.models import Event, Membership, Project
from projects.queries import people
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


def an_overseer(portfolio):
    """Somebody who holds Django's permission by a group."""
    group = Group.objects.create(name="Oversight")
    group.permissions.add(Permission.objects.get(codename="see_all"))
    person = a_person()
    person.groups.add(group)
    return person


ABLE = {
    "viewer": lambda portfolio: a_member(portfolio, "viewer"),
    "administrator": lambda portfolio: an_administrator(),
    "overseer": an_overseer,
}
UNABLE = {
    "stranger": lambda portfolio: a_person(),
    "member of another portfolio": lambda portfolio: a_member(a_portfolio(), "administrator"),
    "on the team of another project": lambda portfolio: on_team(a_project(portfolio, "Other"), "PO"),
}


@pytest.mark.parametrize("who", ABLE)
def test_whoever_sees_the_portfolio_can_own_its_projects(who):
    portfolio = a_portfolio()
    person = ABLE[who](portfolio)
    assert a_project(portfolio, owner=person).owner == person
    project = projects.edit(a_project(portfolio).pk, version=None, owner=person, actor=SYSTEM)
    assert project.owner == person
    assert person in people.who_may_see_all(portfolio)


@pytest.mark.parametrize("who", UNABLE)
def test_nobody_else_is_made_an_owner(who):
    portfolio = a_portfolio()
    project, person = a_project(portfolio), UNABLE[who](portfolio)
    before = Project.objects.count(), Event.objects.count()
    for attempt in (
        lambda: projects.create(portfolio.pk, name="New", owner=person, actor=SYSTEM),
        lambda: projects.edit(project.pk, version=None, name="Other", owner=person, actor=SYSTEM),
    ):
        with pytest.raises(Refused, match=f"{person.name} may not see this project") as caught:
            attempt()
        assert caught.value.code == "owner_cannot_see"
    assert (Project.objects.count(), Event.objects.count()) == before
    assert Project.objects.get(pk=project.pk).name == project.name
    assert person not in people.who_may_see_all(portfolio)


def test_somebody_on_the_team_can_own_this_project():
    project = a_project()
    person = on_team(project, "DS")
    assert projects.edit(project.pk, version=None, owner=person, actor=SYSTEM).owner == person


def test_the_present_owner_is_no_obstacle_to_other_changes():
    portfolio = a_portfolio()
    owner, editor = a_member(portfolio), a_member(portfolio)
    project = a_project(portfolio, owner=owner)
    Membership.objects.filter(user=owner).delete()
    owner.is_active = False
    owner.save()
    edited = projects.edit(project.pk, version=None, owner=owner, name="New name", actor=acting(editor))
    assert (edited.name, edited.owner) == ("New name", owner)


def test_an_owner_can_be_taken_away():
    portfolio = a_portfolio()
    project = a_project(portfolio, owner=a_member(portfolio))
    assert projects.edit(project.pk, version=None, owner=None, actor=SYSTEM).owner is None


def test_who_takes_over_sees_what_they_own():
    portfolio = a_portfolio()
    leaver, successor = a_member(portfolio), a_person()
    a_project(portfolio, owner=leaver)
    handovers.reassign(leaver.pk, successor_id=successor.pk, actor=acting(an_administrator()))
    assert Project.objects.visible_to(acting(successor)).get().owner == successor
