"""Blockers of several projects, and what happens to them when somebody leaves."""

import pytest

from projects.actions import blockers, handovers, projects
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Todo
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
from tests.projects.actions.blockers.cases import (
    SAID,
    everything,
    kinds,
    newest,
    raised,
    refused,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night")]


def test_other_projects_are_named_by_who_may_change_them(project, portfolio, maker):
    elsewhere = a_project(a_portfolio())
    assert refused(lambda: raised(project, maker, affected=[elsewhere.pk])) == {
        "affected": "affected_refused"
    }
    assert refused(lambda: raised(project, maker, affected=[999_999])) == {"affected": "affected_refused"}
    assert refused(lambda: raised(project, maker, affected=[project.pk])) == {"affected": "affected_refused"}
    both = acting(a_member(elsewhere.portfolio))
    on_team(project, "PO", both.user)
    with pytest.raises(Refused, match="another portfolio"):
        raised(project, both, affected=[elsewhere.pk])
    put_away = a_project(portfolio)
    projects.archive(put_away.pk, actor=SYSTEM)
    assert refused(lambda: raised(project, maker, affected=[put_away.pk])) == {"affected": "affected_refused"}
    hidden = acting(on_team(project, "DX"))
    with pytest.raises(Refused, match="may not see it"):
        raised(project, hidden, affected=[a_project(portfolio).pk])


def test_a_viewer_of_the_other_project_may_not_name_it(project, portfolio):
    viewer = a_member(portfolio, "viewer")
    on_team(project, "PO", viewer)
    other = a_project(portfolio)
    before = everything()
    with pytest.raises(NotAllowed):
        raised(project, acting(viewer), affected=[other.pk])
    assert everything() == before


def test_the_third_project_makes_it_a_portfolio_blocker(project, portfolio, maker):
    others = [a_project(portfolio) for _ in range(3)]
    first, second = a_member(portfolio, "manager"), a_member(portfolio, "manager")
    blocker = raised(project, maker, affected=[others[0].pk])
    assert not blocker.is_shared
    edited = blockers.edit(blocker.pk, version=None, affected=[others[0].pk, others[1].pk], actor=maker)
    assert (edited.is_shared, edited.shared_owner) == (True, first)
    assert newest(project, "blocker.shared") == {
        "blocker": blocker.pk,
        "title": SAID["title"],
        "blocker_version": edited.version,
        "owner": [None, first.pk],
        "projects": 3,
    }
    assert blockers.share(blocker.pk, owner=second, actor=acting(first)).shared_owner == second
    chosen = raised(project, maker, affected=[one.pk for one in others], shared_owner=second)
    assert (chosen.is_shared, chosen.shared_owner) == (True, second)
    # A step tells its owner as well.
    blockers.escalate(blocker.pk, to=1, actor=maker)
    assert newest(project, "blocker.escalated")["people"] == [second.pk]


def test_sharing_is_for_managers_and_for_three_projects(project, portfolio, maker):
    blocker, manager = raised(project), acting(a_member(portfolio, "manager"))
    with pytest.raises(NotAllowed):
        blockers.share(blocker.pk, owner=None, actor=maker)
    assert refused(lambda: blockers.share(blocker.pk, owner=None, actor=manager)) == "not_shared"
    others = [a_project(portfolio).pk for _ in range(2)]
    blockers.edit(blocker.pk, version=None, affected=others, actor=maker)
    assert refused(lambda: blockers.unshare(blocker.pk, actor=manager)) == "still_shared"
    assert refused(lambda: blockers.share(blocker.pk, owner=a_person(), actor=manager)) == {
        "owner": "owner_cannot_see"
    }
    blockers.edit(blocker.pk, version=None, affected=others[:1], actor=maker)
    assert Blocker.objects.get().is_shared
    given_back = blockers.unshare(blocker.pk, actor=manager)
    assert (given_back.is_shared, given_back.shared_owner) == (False, None)
    assert kinds(project)[-1] == "blocker.unshared"


def test_who_leaves_hands_over_open_blockers_and_todos(project, portfolio):
    leaver, successor = a_member(portfolio), a_person()
    open_one, done = raised(project, owner=leaver), raised(project, owner=leaver)
    blockers.resolve(done.pk, resolution="solved", actor=SYSTEM)
    others = [a_project(portfolio).pk for _ in range(2)]
    shared = raised(project, affected=others, shared_owner=leaver)
    todo = Todo.objects.create(project=project, text="Ask again", owner=leaver)
    moved = handovers.reassign(leaver.pk, successor_id=successor.pk, actor=acting(an_administrator()))
    assert (moved["blockers"], moved["todos"]) == (2, 1)
    owners = dict(Blocker.objects.values_list("pk", "owner"))
    assert (owners[open_one.pk], owners[done.pk]) == (successor.pk, leaver.pk)
    assert Blocker.objects.get(pk=shared.pk).shared_owner == successor
    assert Todo.objects.get(pk=todo.pk).owner == successor
    assert newest(project, "blocker.edited")["changes"] == {"shared_owner": [leaver.pk, successor.pk]}


def test_without_a_successor_they_have_no_owner(project, portfolio):
    leaver = a_member(portfolio)
    blocker = raised(project, owner=leaver)
    handovers.reassign(leaver.pk, successor_id=None, actor=acting(an_administrator()))
    assert Blocker.objects.get(pk=blocker.pk).owner is None
