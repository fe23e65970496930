import pytest

from portfolio.insights.actions import scenarios
from portfolio.insights.models import Scenario
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return factories.a_portfolio()


@pytest.fixture
def planner(portfolio):
    return factories.acting(factories.a_member(portfolio, "contributor"))


def kept(portfolio, actor, *changes, **more):
    return scenarios.keep(portfolio.pk, name="Fewer bets", changes=changes, actor=actor, **more)


def test_a_scenario_is_kept_with_who_what_and_why(portfolio, planner):
    scenario = kept(portfolio, planner, "stop:AB-1", "budget:1000", note="Too much at once")
    assert scenario.changes == [{"do": "stop", "project": "AB-1"}, {"do": "budget", "amount": 1000.0}]
    event = Event.objects.get(kind="scenario.kept")
    assert event.actor_id == planner.user_id
    assert event.payload["note"] == "Too much at once"
    assert event.payload["changes"] == ["stop:AB-1", "budget:1000"]


def test_what_is_wrong_with_the_changes_is_said_completely_and_nothing_is_kept(portfolio, planner):
    with pytest.raises(Refused) as caught:
        kept(portfolio, planner, "burn:AB-1", "stop:AB-1", "hold:AB-1")
    assert [each.code for each in caught.value.obstacles] == ["unknown_change", "twice"]
    assert not Scenario.objects.exists()


def test_a_choice_of_the_optimiser_needs_its_reason(portfolio, planner):
    with pytest.raises(Refused, match="Say why"):
        kept(portfolio, planner, "stop:AB-1", asked={"budget": 10}, note="  ")
    assert kept(portfolio, planner, "stop:AB-1", asked={"budget": 10}, note="Best value").asked == {
        "budget": 10
    }


def test_a_stale_change_is_refused(portfolio, planner):
    scenario = kept(portfolio, planner)
    scenarios.change(scenario.pk, version=1, changes=["budget:5"], actor=planner)
    with pytest.raises(Stale):
        scenarios.change(scenario.pk, version=1, changes=["budget:6"], actor=planner)
    with pytest.raises(Stale):
        scenarios.remove(scenario.pk, version=1, actor=planner)
    scenario.refresh_from_db()
    assert (scenario.version, scenario.changes) == (2, [{"do": "budget", "amount": 5.0}])


def test_the_same_again_is_no_change(portfolio, planner):
    scenario = kept(portfolio, planner, "budget:5")
    scenarios.change(scenario.pk, version=1, changes=["budget:5.00"], name=" Fewer  bets ", actor=planner)
    scenario.refresh_from_db()
    assert scenario.version == 1
    assert not Event.objects.filter(kind="scenario.changed").exists()


def test_a_removed_scenario_leaves_its_events(portfolio, planner):
    scenario = kept(portfolio, planner, "budget:5")
    scenarios.remove(scenario.pk, version=1, actor=planner)
    assert not Scenario.objects.exists()
    assert Event.objects.get(kind="scenario.removed").payload["name"] == "Fewer bets"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_scenario_needs_a_name(portfolio, planner, name):
    with pytest.raises(Refused):
        scenarios.keep(portfolio.pk, name=name, actor=planner)


def test_a_viewer_and_a_stranger_may_not(portfolio, planner):
    scenario = kept(portfolio, planner)
    for person in (factories.a_member(portfolio, "viewer"), factories.a_person()):
        actor = factories.acting(person)
        with pytest.raises(NotAllowed):
            kept(portfolio, actor)
        with pytest.raises(NotAllowed):
            scenarios.change(scenario.pk, version=1, name="Mine", actor=actor)
        with pytest.raises(NotAllowed):
            scenarios.remove(scenario.pk, version=1, actor=actor)
    assert Scenario.objects.get().name == "Fewer bets"
