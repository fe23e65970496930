"""Two people at once. On a real PostgreSQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import blockers, moves
from projects.models import Blocker
from tests.factories import (
    SYSTEM,
    a_member,
    a_portfolio,
    a_project,
    acting,
)
from tests.projects.actions.blockers.cases import (
    kinds,
    raised,
    risk,
    scored_anew,
)
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def together():
    """Everything that a race needs, outside the transaction of a test."""
    portfolio = a_portfolio()
    first, second = a_project(portfolio), a_project(portfolio)
    return portfolio, first, second


def test_two_who_resolve_it_resolve_it_once(together):
    portfolio, project, _ = together
    people = [acting(a_member(portfolio)) for _ in range(2)]
    blocker = raised(project)
    same = at_once(
        *[lambda who=who: blockers.resolve(blocker.pk, resolution="solved", actor=who) for who in people]
    )
    assert [type(one) for one in same] == [Blocker, Blocker]
    assert kinds(project).count("blocker.resolved") == 1
    other = raised(project)
    ways = [("solved", people[0]), ("obsolete", people[1])]
    results = at_once(
        *[lambda way=way, who=who: blockers.resolve(other.pk, resolution=way, actor=who) for way, who in ways]
    )
    assert sorted(type(one).__name__ for one in results) == ["Blocker", "Refused"]


def test_two_edits_of_one_version_are_not_both_saved(together):
    portfolio, project, _ = together
    blocker = raised(project)
    people = [acting(a_member(portfolio)) for _ in range(2)]
    results = at_once(
        *[
            lambda who=who: blockers.edit(blocker.pk, version=1, title=who.user.email, actor=who)
            for who in people
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["Blocker", "Stale"]


def test_blockers_that_stop_each_others_projects_do_not_lock_each_other_out(together):
    portfolio, first, second = together
    actor = acting(a_member(portfolio))
    one = raised(first, affected=[second.pk])
    two = raised(second, affected=[first.pk])
    for severity in ("critical", "low", "medium", "high"):
        results = at_once(
            *[
                lambda pk=pk, severity=severity: blockers.edit(
                    pk, version=None, severity=severity, actor=actor
                )
                for pk in (one.pk, two.pk)
            ],
            lambda: moves.make(first.pk, kind="advance", to="framing", actor=actor),
            lambda: blockers.rise(actor=SYSTEM, now=timezone.now() + timedelta(30)),
        )
        assert [each for each in results if isinstance(each, Exception)] == []
    for project in (first, second):
        assert risk(project) == scored_anew(project).risk


def test_the_third_project_promotes_once(together):
    portfolio, project, other = together
    manager, actor = a_member(portfolio, "manager"), acting(a_member(portfolio))
    third = a_project(portfolio)
    blocker = raised(project)
    at_once(
        *[lambda: blockers.edit(blocker.pk, version=None, affected=[other.pk, third.pk], actor=actor)] * 3
    )
    assert kinds(project).count("blocker.shared") == 1
    assert Blocker.objects.get().shared_owner == manager
