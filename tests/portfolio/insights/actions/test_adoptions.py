from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.insights.actions import adoptions, scenarios
from portfolio.insights.actions.adoptions import Terms
from projects.actions import capacity, moves
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Event, Supply
from tests import factories

pytestmark = pytest.mark.django_db
SOON = date.today() + timedelta(days=40)  # noqa: DTZ011 - some day to come


@pytest.fixture
def portfolio():
    return factories.a_portfolio()


@pytest.fixture
def manager(portfolio):
    return factories.acting(factories.a_member(portfolio, "manager"))


@pytest.fixture
def boss(portfolio):
    return factories.a_member(portfolio, "administrator")


def kept(portfolio, actor, *changes):
    return scenarios.keep(portfolio.pk, name="Focus", changes=changes, actor=actor)


def adopted(scenario, actor, **more):
    scenario.refresh_from_db()
    found = adoptions.adopt(scenario.pk, version=scenario.version, reason="Focus", actor=actor, **more)
    return {row["change"]: row for row in found.adoption}


def held(portfolio, manager, boss, name="Held"):
    project = factories.a_project(portfolio, name)
    moves.make(project.pk, kind="hold", note="Waits", until=SOON, approver=boss, actor=manager)
    return project


def test_stop_hold_and_start_go_through_the_normal_moves(portfolio, manager, boss):
    one, two = factories.a_project(portfolio, "One"), factories.a_project(portfolio, "Two")
    three = held(portfolio, manager, boss)
    scenario = kept(portfolio, manager, f"stop:{one.key}", f"hold:{two.key}", f"start:{three.key}")
    terms = Terms("budget", "No money", "Later", SOON, boss)
    found = adopted(scenario, manager, terms=terms)
    assert {row["state"] for row in found.values()} == {"done"}
    for project in (one, two, three):
        project.refresh_from_db()
    assert (one.outcome, two.status, two.resume_on, three.status) == ("stopped", "on_hold", SOON, "active")
    assert one.moves.get().reason_code == "budget"
    assert two.moves.get().approver == boss
    scenario.refresh_from_db()
    assert (scenario.adopted_by, scenario.version) == (manager.user, 2)
    event = Event.objects.get(kind="scenario.adopted")
    assert event.payload["note"] == "Focus"
    assert event.payload["outcomes"][f"stop:{one.key}"] == "done"


def test_what_is_refused_keeps_its_obstacles_and_the_rest_is_done(portfolio, manager, boss):
    one, two = factories.a_project(portfolio, "One"), factories.a_project(portfolio, "Two")
    scenario = kept(portfolio, manager, f"stop:{one.key}", f"hold:{two.key}", "stop:XX-99")
    found = adopted(scenario, manager, terms=Terms(stop_reason="budget", stop_note="x"))
    assert found[f"stop:{one.key}"]["state"] == "done"
    refused = found[f"hold:{two.key}"]
    assert refused["state"] == "refused"
    assert {each["code"] for each in refused["obstacles"]} == {
        *("note_needed", "resume_date_needed", "approver_needed"),
    }
    assert found["stop:XX-99"]["obstacles"][0]["code"] == "unknown_project"
    two.refresh_from_db()
    assert two.status == "active"


def test_adopting_again_does_only_what_is_still_open(portfolio, manager, boss):
    one, two = factories.a_project(portfolio, "One"), factories.a_project(portfolio, "Two")
    scenario = kept(portfolio, manager, f"stop:{one.key}", f"hold:{two.key}")
    adopted(scenario, manager, terms=Terms(stop_reason="budget", stop_note="x"))
    found = adopted(scenario, manager, terms=Terms(hold_note="y", hold_until=SOON, hold_approver=boss))
    assert {row["state"] for row in found.values()} == {"done"}
    assert one.moves.count() == 1
    with pytest.raises(Refused, match="nothing left"):
        adopted(scenario, manager)


def test_only_what_was_ticked_is_adopted(portfolio, manager):
    one, two = factories.a_project(portfolio, "One"), factories.a_project(portfolio, "Two")
    scenario = kept(portfolio, manager, f"stop:{one.key}", f"stop:{two.key}")
    found = adopted(scenario, manager, only=[f"stop:{two.key}"], terms=Terms("budget", "x"))
    assert list(found) == [f"stop:{two.key}"]
    one.refresh_from_db()
    assert one.outcome == "open"


def test_a_gate_stops_a_start_as_it_stops_anybody(portfolio, manager):
    factories.strict_gates(portfolio)
    project = factories.a_project(portfolio, "New")
    found = adopted(kept(portfolio, manager, f"start:{project.key}"), manager)
    row = found[f"start:{project.key}"]
    assert row["state"] == "refused"
    assert row["obstacles"]
    project.refresh_from_db()
    assert project.standard_stage == "idea"


def test_each_change_asks_for_its_own_right(portfolio, manager):
    scenario = kept(portfolio, manager, "mix:25,25,25,25", "people:Data:2:2027-01", "budget:10")
    capacity.add(portfolio.pk, name="Data", actor=manager)
    found = adopted(scenario, manager)
    assert found["mix:25,25,25,25"]["state"] == "refused"  # settings are an administrator's
    assert found["people:Data:+2:2027-01"]["state"] == "done"
    assert found["budget:10"]["state"] == "noted"
    portfolio.refresh_from_db()
    assert portfolio.target_mix["quick_win"] == 30
    contributor = factories.acting(factories.a_member(portfolio, "contributor"))
    people = adopted(kept(portfolio, contributor, "people:Data:1"), contributor)
    assert people["people:Data:+1"]["obstacles"][0]["code"] == "not_allowed"
    project = factories.a_project(portfolio)
    found = adopted(
        kept(portfolio, contributor, f"stop:{project.key}"), contributor, terms=Terms("budget", "x")
    )
    assert found[f"stop:{project.key}"]["obstacles"][0]["code"] == "not_allowed"
    project.refresh_from_db()
    assert project.outcome == "open"


def test_an_administrator_sets_the_mix(portfolio, boss):
    adopted(kept(portfolio, factories.acting(boss), "mix:25,25,25,25"), factories.acting(boss))
    portfolio.refresh_from_db()
    assert set(portfolio.target_mix.values()) == {25}


def test_people_are_added_in_every_later_month_too(portfolio, manager):
    kind = capacity.add(portfolio.pk, name="Data", actor=manager)
    supplies = {date(2026, 10, 1): Decimal(3), date(2027, 3, 1): Decimal("4.5")}
    capacity.set_supply(kind.pk, supplies=supplies, actor=manager)
    adopted(kept(portfolio, manager, "people:data:-1.5:2027-01"), manager)
    rows = dict(Supply.objects.filter(capability=kind).values_list("from_month", "fte"))
    assert rows == {
        date(2026, 10, 1): Decimal(3),
        date(2027, 1, 1): Decimal("1.5"),
        date(2027, 3, 1): Decimal(3),
    }


def test_more_people_cannot_leave_than_are_there(portfolio, manager):
    kind = capacity.add(portfolio.pk, name="Data", actor=manager)
    found = adopted(kept(portfolio, manager, "people:Data:-1", "people:Cooks:1"), manager)
    assert found["people:Data:-1"]["state"] == "refused"
    assert found["people:Cooks:+1"]["obstacles"][0]["code"] == "unknown_capability"
    assert not Supply.objects.filter(capability=kind).exists()


def test_a_changed_change_is_open_again(portfolio, manager):
    scenario = kept(portfolio, manager, "budget:10")
    adopted(scenario, manager)
    scenario.refresh_from_db()
    scenarios.change(scenario.pk, version=scenario.version, changes=["budget:11"], actor=manager)
    assert list(adopted(scenario, manager)) == ["budget:11"]


def test_a_reason_is_asked_for_and_a_stale_scenario_refused(portfolio, manager):
    scenario = kept(portfolio, manager, "budget:10")
    with pytest.raises(Refused, match="why"):
        adoptions.adopt(scenario.pk, version=1, reason=" ", actor=manager)
    with pytest.raises(Stale):
        adoptions.adopt(scenario.pk, version=7, reason="x", actor=manager)


def test_strangers_and_viewers_adopt_nothing(portfolio, manager):
    scenario = kept(portfolio, manager, "budget:10")
    for person in (factories.a_person(), factories.a_member(portfolio, "viewer")):
        with pytest.raises(NotAllowed):
            adopted(scenario, factories.acting(person))
    scenario.refresh_from_db()
    assert scenario.adoption == []
