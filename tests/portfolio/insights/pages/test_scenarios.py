"""Pages of scenarios: kept from a what-if, changed, compared, adopted; whose they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.insights.actions import scenarios
from portfolio.insights.models import Scenario
from projects.actions import capacity
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db
PLACED = {"stage": "poc", "standard_stage": "poc", "quadrant": "big_bet", "risk": 70.0, "impact": 60.0}


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    for number in range(4):
        factories.a_project(portfolio, f"Number {number}")
    Project.objects.update(**PLACED, furthest_stage="poc", p_production=0.2, remaining_cost=100)
    return portfolio


@pytest.fixture
def home(portfolio):
    return f"/portfolios/{portfolio.slug}/scenarios/"


@pytest.fixture
def planner(client, portfolio):
    person = factories.a_member(portfolio, "manager")
    client.force_login(person)
    return person


def kept(portfolio, *changes, name="Focus"):
    return scenarios.keep(portfolio.pk, name=name, changes=changes, note="Too much", actor=factories.SYSTEM)


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_without_a_scenario_the_list_says_what_one_is(client, home, planner):
    page = text(client.get(home))
    assert "No scenario yet" in page
    assert "New scenario" in page


def test_a_what_if_of_the_balance_is_kept_with_its_changes(client, home, planner):
    dialog = text(client.get(f"{home}new/?wi=stop:COM-1&wi=budget:500"))
    assert "Stop Number 0 (COM-1)" in dialog
    sent = {"name": "Fewer", "note": "Because", "wi": ["stop:COM-1", "budget:500"]}
    page = text(client.post(f"{home}new/", sent, follow=True))
    assert Scenario.objects.get().changes[0] == {"do": "stop", "project": "COM-1"}
    assert "With these 2 changes 3 projects are in the balance instead of 4." in page
    assert "200 EUR left" in page  # 500 less three times 100
    assert "Because" in page


def test_a_scenario_without_a_name_is_asked_for_one(client, home, planner):
    assert "Give the scenario a name." in text(client.post(f"{home}new/", {"name": ""}), 422)
    assert "no change" in text(client.post(f"{home}new/", {"name": "x", "wi": "burn"}), 409)


EVEN = dict.fromkeys(("quick_win", "big_bet", "fill_in", "reconsider"), 25)
PEOPLE = {"do": "people", "capability": "Data", "fte": 2.0, "from": "2027-01"}


@pytest.mark.parametrize(
    ("do", "sent", "stored"),
    [
        ("stop", {"project": "COM-2"}, {"do": "stop", "project": "COM-2"}),
        ("people", {"capability": "Data", "fte": "2", "since": "2027-01"}, PEOPLE),
        ("budget", {"amount": "1000"}, {"do": "budget", "amount": 1000.0}),
        ("mix", EVEN, {"do": "mix", "target": EVEN}),
    ],
)
def test_each_kind_of_change_has_its_form(client, portfolio, home, planner, do, sent, stored):
    capacity.add(portfolio.pk, name="Data", actor=factories.SYSTEM)
    scenario = kept(portfolio, "hold:COM-1", "budget:5")
    address = f"{home}{scenario.pk}/changes/{do}/"
    assert 'name="version" value="1"' in text(client.get(address))
    text(client.post(address, {**sent, "version": 1}, follow=True))
    scenario.refresh_from_db()
    assert stored in scenario.changes
    assert sum(each["do"] == "budget" for each in scenario.changes) == 1
    assert "Somebody changed this scenario" in text(client.post(address, {**sent, "version": 1}), 409)


def test_what_cannot_be_meant_is_said_at_its_field(client, portfolio, home, planner):
    scenario = kept(portfolio)
    wrong = {"quick_win": 25, "big_bet": 25, "fill_in": 25, "reconsider": 5, "version": 1}
    assert "add up to 100" in text(client.post(f"{home}{scenario.pk}/changes/mix/", wrong), 422)
    assert "Choose a project" in text(client.post(f"{home}{scenario.pk}/changes/stop/", {"version": 1}), 422)
    assert "none is on hold or in intake" in text(client.get(f"{home}{scenario.pk}/changes/start/"))
    assert client.get(f"{home}{scenario.pk}/changes/burn/").status_code == 404


def test_a_change_is_taken_away(client, portfolio, home, planner):
    scenario = kept(portfolio, "stop:COM-1", "hold:COM-2")
    client.post(f"{home}{scenario.pk}/changes/", {"change": "stop:COM-1", "version": 1})
    scenario.refresh_from_db()
    assert scenario.changes == [{"do": "hold", "project": "COM-2"}]
    page = text(
        client.post(f"{home}{scenario.pk}/changes/", {"change": "hold:COM-2", "version": 1}, follow=True)
    )
    assert "Not done. Somebody changed this scenario" in page


def test_two_scenarios_stand_side_by_side(client, portfolio, home, planner):
    one, two = kept(portfolio, "stop:COM-1"), kept(portfolio, "stop:COM-1", "stop:COM-2", name="Bolder")
    page = text(client.get(f"{home}{one.pk}/?with={two.pk}"))
    assert "Stop Number 1 (COM-2)" in page
    rows = client.get(f"{home}{one.pk}/?with={two.pk}").context["rows"]
    counted = next(row for row in rows if row.label == "Projects in the balance")
    assert (counted.live, [cell.text for cell in counted.cells]) == ("4", ["3", "2"])
    assert client.get(f"{home}{one.pk}/?with=999").status_code == 404


def test_the_live_plan_stays_as_it_is_and_what_passed_is_named(client, portfolio, home, planner):
    scenario = kept(portfolio, "stop:COM-1", "stop:COM-77")
    page = text(client.get(f"{home}{scenario.pk}/"))
    assert "No running project of this portfolio has the key COM-77." in page
    assert Project.objects.get(key="COM-1").outcome == "open"


def test_adopting_shows_first_what_would_be_refused(client, portfolio, home, planner):
    scenario = kept(portfolio, "stop:COM-1", "mix:25,25,25,25", "hold:COM-2")
    dialog = text(client.get(f"{home}{scenario.pk}/adopt/"))
    assert "You may not change this portfolio" in dialog
    assert dialog.count("Would be refused") == 1
    wrong = text(
        client.post(f"{home}{scenario.pk}/adopt/", {"version": 1, "only": ["stop:COM-1", "hold:COM-2"]}), 422
    )
    for said in ("Say why.", "Choose a reason.", "A hold needs a note", "Choose who agrees."):
        assert said in wrong
    sent = {
        "version": 1,
        "only": ["stop:COM-1"],
        "reason": "Board",
        "stop_reason": "budget",
        "stop_note": "x",
    }
    page = text(client.post(f"{home}{scenario.pk}/adopt/", sent, follow=True))
    assert "1 of 1 changes adopted" in page
    assert "Adopt 2 changes" in page
    assert Project.objects.get(key="COM-1").outcome == "stopped"
    assert "Board" in page
    assert "adopted 1 of 1 change" in page


def test_a_scenario_is_renamed_and_removed(client, portfolio, home, planner):
    scenario = kept(portfolio)
    page = text(
        client.post(f"{home}{scenario.pk}/edit/", {"name": "New name", "note": "", "version": 1}, follow=True)
    )
    assert "New name" in page
    assert "stays done" in text(client.get(f"{home}{scenario.pk}/remove/"))
    assert "No scenario yet" in text(client.post(f"{home}{scenario.pk}/remove/", follow=True))


def test_strangers_find_nothing_and_viewers_only_read(client, portfolio, home):
    scenario = kept(portfolio, "stop:COM-1")
    one = f"{home}{scenario.pk}/"
    read = [home, one, "/portfolios/commerce/choose/"]
    written = [f"{home}new/", *(f"{one}{page}" for page in ("edit/", "remove/", "adopt/", "changes/stop/"))]
    client.force_login(factories.a_person())
    assert {client.get(each).status_code for each in (*read, *written)} == {404}
    assert {client.post(each).status_code for each in (*written, f"{one}changes/")} == {404}
    client.force_login(factories.a_member(portfolio, "viewer"))
    assert {client.get(each).status_code for each in read} == {200}
    assert "Adopt" not in text(client.get(one))
    assert {client.get(each).status_code for each in written} == {403}
    assert {client.post(each).status_code for each in (*written, f"{one}changes/")} == {403}
    client.force_login(factories.on_team(Project.objects.get(key="COM-1"), "DS"))
    assert {client.get(each).status_code for each in read} == {403}


def test_another_portfolios_scenario_is_not_found(client, portfolio, home, planner):
    other = kept(factories.a_portfolio())
    assert {client.get(f"{home}{other.pk}/{page}").status_code for page in ("", "edit/", "adopt/")} == {404}


def test_pages_take_the_same_queries_for_any_size(client, portfolio, home, planner):
    scenario = kept(portfolio, "stop:COM-1", "hold:COM-2")
    counts = []
    for number in (1, 25):
        factories.a_crowd(portfolio, number, quadrant="big_bet", risk=60.0, impact=60.0, p_production=0.5)
        for _ in range(number):
            kept(portfolio, "stop:COM-1")
        client.get(home)
        found = []
        for address in (home, f"{home}{scenario.pk}/", "/portfolios/commerce/choose/?budget=100"):
            with CaptureQueriesContext(connection) as captured:
                text(client.get(address))
            found.append(len(captured))
        counts.append(found)
    assert counts[0] == counts[1]
