"""The balance in a real browser: switches, link, dialogs, keys, both themes and a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from portfolio.insights.models import Dismissal, Scenario
from projects.models import Project
from tests.factories import a_member, a_portfolio, a_project
from tests.portfolio.insights.pages.test_balances import placed
from tests.screenshots import AXE_RULES, EXTREMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DIALOG = "#overlay dialog[open]"
SWITCH = "What if: Stop or reshape 2 projects"


@pytest.fixture
def portfolio():
    portfolio = a_portfolio("Trials")
    for number in range(9):
        quadrant = "reconsider" if number < 2 else ("quick_win", "big_bet", "fill_in")[number % 3]
        placed(a_project(portfolio, f"Project number {number}"), quadrant)
    return portfolio


@pytest.fixture
def address(portfolio):
    return f"/portfolios/{portfolio.slug}/balance/"


@pytest.fixture
def page(browser_page, client, live_server, portfolio):
    """A window in which a manager has signed in."""
    client.force_login(a_member(portfolio, "manager", "Mira Moss"))
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.set_viewport_size({"width": 1440, "height": 900})
    return browser_page


def test_a_switch_changes_the_page_and_the_address_and_keeps_the_focus(page, address):
    page.goto(address)
    switch = page.get_by_role("switch", name=SWITCH)
    assert switch.get_attribute("aria-checked") == "false"
    switch.focus()
    place = switch.bounding_box()["y"]
    page.keyboard.press("Space")
    page.get_by_role("status", name="What if").get_by_text("What if: 2 changes").wait_for()
    assert page.url.count("wi=hold") == 2
    switch = page.get_by_role("switch", name=SWITCH)
    assert switch.get_attribute("aria-checked") == "true"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "switch"
    assert abs(switch.bounding_box()["y"] - place) < 60, "the page stays where it is, but for the third bar"
    with_it = page.url
    page.reload()
    assert page.get_by_role("switch", name=SWITCH).get_attribute("aria-checked") == "true"
    page.get_by_role("link", name="Reset").click()
    page.get_by_text("What if: 2 changes").wait_for(state="detached")
    assert page.url.endswith(address)
    page.goto(with_it)
    page.get_by_role("switch", name=SWITCH).click()
    page.get_by_text("What if: 2 changes").wait_for(state="detached")
    assert set(Project.objects.values_list("status", flat=True)) == {"active"}, "nothing was saved"


def test_the_link_of_a_what_if_can_be_copied(page, address, live_server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    key = Project.objects.first().key
    page.goto(f"{address}?measure=count&wi=hold:{key}")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{live_server.url}{address}?measure=count&wi=hold%3A{key}"


def test_another_measure_swaps_the_body_and_every_share_follows(page, address):
    page.goto(address)
    page.get_by_role("navigation", name="Measured by").get_by_role("link", name="Cost").click()
    page.get_by_role("heading", name="Mix of remaining cost against target").wait_for()
    assert page.url.endswith(f"{address}?measure=cost")
    assert page.locator("html").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1


def test_how_a_figure_is_computed_is_one_click_away(page, address):
    page.goto(address)
    page.get_by_role("link", name="How it is computed: Risk load").first.click()
    dialog = page.locator(DIALOG)
    dialog.get_by_role("heading", name="Risk load").wait_for()
    assert page.url.endswith(f"{address}formulas/risk_load/")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert page.url.endswith(address)
    page.goto(f"{address}formulas/risk_load/")
    assert page.get_by_role("heading", level=1).inner_text() == "Risk load"


def test_a_recommendation_is_put_aside_by_keys_and_undone(page, address):
    page.goto(address)
    page.get_by_role("link", name="Put aside: Stop or reshape 2 projects").focus()
    page.keyboard.press("Enter")
    field = page.locator(DIALOG).get_by_label("Why is it not followed?")
    field.wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.activeElement.name === 'reason'")
    assert not Dismissal.objects.exists()
    field.fill("The sponsor has paid for two more months.")
    page.keyboard.press("Control+Enter")
    page.locator("#toasts").get_by_text("Put aside").wait_for()
    assert page.get_by_role("switch", name=SWITCH).count() == 0
    page.locator(".dismissed summary").click()
    page.get_by_text("The sponsor has paid for two more months.").wait_for()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_role("switch", name=SWITCH).wait_for()
    assert not Dismissal.objects.exists()


def test_without_script_switches_and_measures_are_links_and_forms(
    browser, client, live_server, portfolio, address
):
    client.force_login(a_member(portfolio, "viewer"))
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(address)
        page.get_by_role("switch", name=SWITCH).click()
        page.get_by_text("What if: 2 changes").wait_for()
        page.get_by_role("link", name="Cost", exact=True).click()
        page.get_by_text("What if: 2 changes").wait_for()  # The measure keeps the what-if.
        assert "measure=cost" in page.url


def test_axe_finds_nothing_and_a_phone_does_not_scroll_sideways(page, address):
    page.goto(f"{address}?wi=hold:{Project.objects.first().key}")
    page.locator(".ages").first.wait_for()
    for place in page.locator("details.tip-table > summary").all():
        place.click()
    for width, height, theme in EXTREMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "with every table open"
        found = Axe().run(page, options=AXE_RULES)
        assert found.violations_count == 0, found.generate_report()


def test_a_what_if_is_kept_as_a_scenario(page, address):
    key = Project.objects.first().key
    page.goto(f"{address}?wi=hold:{key}")
    page.get_by_role("link", name="Keep as a scenario").click()
    dialog = page.locator(DIALOG)
    dialog.get_by_label("Name").fill("One on hold")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/scenarios/*/")
    kept = Scenario.objects.get()
    assert (kept.name, kept.changes) == ("One on hold", [{"do": "hold", "project": key}])
