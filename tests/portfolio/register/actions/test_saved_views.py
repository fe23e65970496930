"""Saved views: a filter under a name, of one person alone, in the filters' own order."""

import pytest

from portfolio.register.actions import saved_views
from projects.errors import NotAllowed, Refused
from projects.models import Follow, SavedView
from projects.queries import saved_views as view_queries
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db


def keep(person, name="Late ones", query="health=off_track", **said):
    return saved_views.keep(name=name, query=query, actor=acting(person), **said)


def test_a_view_keeps_what_was_asked_in_one_order_and_nothing_else():
    person = factories.a_person()
    view = keep(
        person,
        "  My \n late  ones ",
        "page=4&sort=-risk&health=off_track&stage=pilot&nonsense=1&compare=2026-01-01",
    )
    assert (view.name, view.query) == ("My late ones", "stage=pilot&health=off_track&sort=-risk")
    assert not Follow.objects.exists()


def test_a_name_is_there_once_for_each_person():
    person, other = factories.a_person(), factories.a_person()
    view = keep(person, is_followed=True)
    keep(other)
    for name in ("Late ones", "late ones", "", "x" * 61):
        with pytest.raises(Refused):
            keep(person, name)
    assert saved_views.rename(view.pk, name="LATE ones", actor=acting(person)).name == "LATE ones"
    second = keep(person, "Second")
    with pytest.raises(Refused, match="already"):
        saved_views.rename(second.pk, name="Late ones", actor=acting(person))
    assert Follow.objects.get().view == view
    saved_views.remove(view.pk, actor=acting(person))
    assert not Follow.objects.exists()


def test_nobody_touches_the_view_of_another():
    view, other = keep(factories.a_person()), acting(factories.an_administrator())
    for act in (saved_views.remove, saved_views.follow, saved_views.unfollow):
        with pytest.raises(NotAllowed):
            act(view.pk, actor=other)
    with pytest.raises(NotAllowed):
        saved_views.rename(view.pk, name="Mine", actor=other)
    with pytest.raises(Refused, match="Only people"):
        saved_views.keep(name="x", query="", actor=SYSTEM)
    assert SavedView.objects.get().name == "Late ones"


def test_there_is_an_end_to_them_and_to_their_length(monkeypatch):
    person = factories.a_person()
    monkeypatch.setattr(saved_views, "MOST", 1)
    with pytest.raises(Refused, match="too long"):
        keep(person, query="&".join(f"stage=s{number:030}" for number in range(40)))
    keep(person)
    with pytest.raises(Refused, match="Delete one"):
        keep(person, "Second")


def test_a_view_whose_filter_is_gone_says_so_and_counts_nothing():
    portfolio = factories.a_portfolio("Claims")
    person = factories.a_member(portfolio)
    factories.a_project(portfolio)
    sound = keep(person, "All of Claims", f"portfolio={portfolio.slug}", is_followed=True)
    for name, query in (
        ("A rule that was", "flag=WAS_A_RULE"),
        ("Gone", "portfolio=was-once"),
        ("Unit", "unit=4711"),
    ):
        SavedView.objects.create(user=person, name=name, query=query)
    found = {each.view.name: each for each in view_queries.kept(acting(person))}
    assert found.pop("All of Claims") == view_queries.Kept(sound, view_queries.filters(sound), True, (), 1)
    assert [(each.is_sound, each.count) for each in found.values()] == [(False, 0)] * 3
    assert found["A rule that was"].problems[0].startswith("There is no flag WAS_A_RULE")
    assert found["Gone"].problems == (view_queries.GONE_PORTFOLIO,)
