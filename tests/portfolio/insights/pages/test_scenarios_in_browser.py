"""Scenarios and the optimiser in a real browser: found, kept, compared, adopted; on a phone too."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from portfolio.insights.actions import scenarios
from portfolio.insights.models import Scenario
from projects.actions import capacity
from projects.models import Project
from tests import factories
from tests.screenshots import AXE_RULES, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = (("quick_win", 0.8, 900, 200), ("big_bet", 0.35, 4000, 500), ("fill_in", 0.9, 280, 120))


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    capacity.add(portfolio.pk, name="Data engineering", actor=factories.SYSTEM)
    for number, (quadrant, p, value, cost) in enumerate(ROWS, 1):
        factories.a_project(portfolio, f"Number {number}")
        Project.objects.filter(key=f"COM-{number}").update(
            stage="poc",
            standard_stage="poc",
            furthest_stage="poc",
            quadrant=quadrant,
            risk=60,
            impact=60,
            p_production=p,
            annual_value=value * 1000,
            remaining_cost=cost * 1000,
        )
    return portfolio


@pytest.fixture
def page(browser_page, client, live_server, portfolio):
    """A window in which a manager has signed in."""
    client.force_login(factories.a_member(portfolio, "manager", "Maya"))
    # The first answer of a process takes seconds on a busy machine; a browser waits for ten.
    assert client.get("/portfolios/commerce/choose/").status_code == 200
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browser_page


def no_findings(page):
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_a_budget_to_an_adopted_scenario(page, portfolio):
    page.goto("/portfolios/commerce/choose/")
    page.get_by_label("Budget", exact=True).fill("700000")
    page.get_by_label("What is not chosen").select_option("stop")
    page.get_by_role("button", name="Find the best set").click()
    page.get_by_text("2 of 3 projects are worth most together").wait_for()
    no_findings(page)
    page.get_by_role("link", name="Keep as a scenario").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Within 700 k")
    dialog.get_by_label("Why").fill("Finance caps the year.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/scenarios/*/")
    page.get_by_text("With these 2 changes 2 projects are in the balance instead of 3.").wait_for()
    page.locator("#toasts").get_by_role("button").click()
    no_findings(page)
    page.get_by_role("link", name="Adopt 2 changes").click()
    dialog.get_by_label("Reason for the stops").select_option("budget")
    dialog.get_by_label("Note on the stops").fill("Not this year")
    no_findings(page)
    dialog.get_by_label("Why is this adopted?").fill("Agreed in the board")
    dialog.get_by_role("button", name="Adopt what is ticked").click()
    page.get_by_text("2 of 2 changes adopted").wait_for()
    assert Project.objects.filter(outcome="stopped").values_list("key", flat=True).get() == "COM-3"
    assert Scenario.objects.get().adopted_by.name == "Maya"
    page.locator(".timeline").get_by_text("Agreed in the board").wait_for()


def test_a_change_by_its_form_and_two_scenarios_side_by_side(page, portfolio):
    one = scenarios.keep(portfolio.pk, name="One", changes=["stop:COM-1"], actor=factories.SYSTEM)
    scenarios.keep(portfolio.pk, name="Two", changes=["hold:COM-2"], actor=factories.SYSTEM)
    page.goto(f"/portfolios/commerce/scenarios/{one.pk}/")
    page.get_by_text("Add a change").click()
    page.get_by_role("link", name="Add or take away people").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind of work").select_option("Data engineering")
    dialog.get_by_label("Full-time people").fill("1.5")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Add 1.5 FTE of Data engineering").wait_for()
    page.get_by_label("Compare with").select_option("Two")
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("First: One. Second: Two.").wait_for()
    no_findings(page)
    page.get_by_role("button", name="Take away: Stop Number 1 (COM-1)").click()
    page.get_by_text("Change taken away").wait_for()
    assert len(Scenario.objects.get(pk=one.pk).changes) == 1


def test_nothing_is_cut_off_on_a_phone(page, portfolio):
    one = scenarios.keep(portfolio.pk, name="One", changes=["stop:COM-1"], actor=factories.SYSTEM)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    home = "/portfolios/commerce"
    for address in (f"{home}/scenarios/", f"{home}/scenarios/{one.pk}/", f"{home}/choose/?budget=700000"):
        page.goto(address)
        fits(page)
        no_findings(page)
    page.goto(f"{home}/scenarios/{one.pk}/adopt/")
    fits(page)
