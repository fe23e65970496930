"""Who sees which projects in long lists: the same as everywhere else, whatever way it is asked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import projects
from projects.actors import Actor
from projects.models import Project
from projects.queries import reach
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, an_administrator, on_team

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(for_the_module):
    return for_the_module(_world)


def _world():
    """Three portfolios with three projects each, one of them deleted, and people with every kind of reach."""
    found = [a_portfolio(slug=f"reach-{number}") for number in range(3)]
    made = [[a_project(portfolio, f"Project {n}") for n in range(3)] for portfolio in found]
    both = a_member(found[0], "viewer")
    on_team(made[0][1], "DS", both)
    on_team(made[1][1], "DS", both)
    on_team(made[1][1], "ML", both)
    on_team(made[1][0], "DS", both)
    for first, *_ in made:
        projects.delete(first.pk, actor=SYSTEM)
    return {
        "system": None,
        "administrator": an_administrator(),
        "member": a_member(found[0], "viewer"),
        "team": on_team(made[2][1], "DS"),
        "both": both,
        "stranger": a_person(),
    }


@pytest.mark.parametrize("slug", ["", "reach-0", "reach-1", "reach-2", "nowhere"])
@pytest.mark.parametrize("narrowed", [False, True])
@pytest.mark.parametrize("who", ["system", "administrator", "member", "team", "both", "stranger"])
@pytest.mark.parametrize("most", [0, reach.MOST], ids=["by subquery", "by ids"])
def test_reach_is_what_may_be_seen(world, who, slug, narrowed, most, monkeypatch):
    monkeypatch.setattr(reach, "MOST", most)
    only = Project.objects.exclude(portfolio__slug="reach-2").values_list("portfolio_id", flat=True)
    actor = Actor(world[who], "page", portfolios=frozenset(only) if narrowed else None)
    expected = Project.objects.visible_to(actor)
    if slug:
        expected = expected.filter(portfolio__slug=slug)
    assert set(reach.of(actor, slug)) == set(expected)


def test_some_see_all_some_see_a_part_and_strangers_nothing(world):
    numbers = {who: reach.of(Actor(person, "page")).count() for who, person in world.items()}
    assert numbers == {"system": 6, "administrator": 6, "member": 2, "team": 1, "both": 3, "stranger": 0}


@pytest.mark.parametrize(("who", "most"), [("administrator", 1), ("member", 2), ("both", 3)])
def test_what_was_asked_for_a_request_is_not_asked_again(world, who, most):
    actor = Actor(world[who], "page")
    with CaptureQueriesContext(connection) as captured:
        for _ in range(3):
            reach.of(actor)
            reach.of(actor, "reach-1")
    assert len(captured) <= most + 1
