"""Keys, palette, dialogs, theme and ticks, driven in a real browser on the register."""

import re

import pytest
from django.test import Client

from projects.permissions import MANAGER
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DIALOG = "#overlay dialog[open]"


@pytest.fixture
def person():
    portfolio = factories.a_portfolio("Trials")
    for name in ("Claims triage", "Fraud alerts", "Visual search"):
        factories.a_project(portfolio, name)
    return factories.a_member(portfolio, MANAGER, "Ada Lovelace")


@pytest.fixture
def page(browser_page, person, live_server):
    client = Client()
    client.force_login(person)
    browser_page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    browser_page.goto("/projects/")
    return browser_page


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name")


def test_a_dialog_takes_the_focus_and_gives_back_focus_and_address(page):
    opener = page.locator("[data-key=f]")
    opener.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(DIALOG)
    assert page.url.endswith("/projects/filters/")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    assert page.evaluate("document.activeElement.matches('input')"), "the first field, not the close button"
    page.keyboard.press("Escape")
    page.wait_for_selector("#overlay dialog", state="detached")
    assert page.url.endswith("/projects/")
    assert "Filter" in focused(page), "the link that opened it"


def test_the_address_of_a_dialog_is_a_page(page):
    page.goto("/projects/filters/")
    assert page.get_by_role("heading", level=1).inner_text() == "Filter projects"
    assert page.locator("dialog[open]").count() == 0


def test_a_project_is_added_by_keys_alone(page):
    page.keyboard.press("n")
    page.wait_for_url("**/projects/new/**")
    page.locator("[name=name]:focus").wait_for()
    page.keyboard.type("Parcel routing")
    page.keyboard.press("Tab")
    page.keyboard.type("Vans drive half empty")
    page.keyboard.press("Tab")
    page.keyboard.type("Logistics")
    for _ in ("team", "owner", "kind"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", level=1, name="Parcel routing").wait_for()


def test_a_link_whose_page_is_no_dialog_leads_there(page):
    page.locator("[data-key=f]").evaluate("link => link.setAttribute('hx-get', '/my-work/')")
    page.evaluate("htmx.process(document.querySelector('[data-key=f]'))")
    page.locator("[data-key=f]").click()
    page.wait_for_url("**/my-work/")


def test_rows_are_walked_and_ticked_by_keys(page):
    page.keyboard.press("j")
    first = focused(page)
    page.keyboard.press("j")
    assert focused(page) != first
    page.keyboard.press("x")
    assert page.locator("tr.is-picked").count() == 1
    assert page.locator(".bulk .n").inner_text() == "1 selected"
    page.keyboard.press("k")
    assert focused(page) == first


def test_a_range_is_ticked_with_shift_and_cleared_at_once(page):
    boxes = page.locator("[data-row] .check")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    assert page.locator("tr.is-picked").count() == 3
    assert page.locator("[data-tick-all]").is_checked()
    page.locator("[data-tick-none]").click()
    assert page.locator("tr.is-picked").count() == 0
    assert not page.locator(".bulk").is_visible()


def test_the_palette_goes_to_pages_and_runs_what_this_page_offers(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("my proj")
    assert page.locator("#palette .hit:visible").count() == 2  # the view, and the search
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/?owner=me**")
    page.keyboard.press("Control+k")
    page.keyboard.type("filter")
    page.keyboard.press("Enter")
    page.wait_for_selector(DIALOG)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("fraud")
    found = page.locator("#palette [data-found]")
    found.get_by_text("Fraud alerts").wait_for()
    page.keyboard.press("ArrowUp")  # round to the last: all that the register finds
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/?q=fraud")
    assert page.locator("[data-row]").count() == 1
    page.keyboard.press("Control+k")
    page.keyboard.type("sea")
    found.get_by_text("Visual search").wait_for()
    page.keyboard.type("x")  # what was found for less goes before the next answer comes
    assert not found.is_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/projects/P\d+-\d+/$"))
    assert page.get_by_role("heading", level=1).inner_text() == "Visual search"


def test_a_pair_of_keys_goes_to_a_page_and_the_list_names_it(page):
    page.goto("/projects/filters/")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    assert "Projects" in page.locator("#keys [data-keys-here]").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/projects/")


def test_single_keys_stay_quiet_in_a_field_and_when_switched_off(page, person):
    page.locator("#q").click()
    page.keyboard.type("?j")
    assert page.locator("#q").input_value() == "?j"
    assert page.locator("dialog[open]").count() == 0
    person.single_keys = False
    person.save(update_fields=["single_keys"])
    page.goto("/projects/")
    page.keyboard.press("?")
    page.keyboard.press("j")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("Control+k")
    assert page.locator("#palette[open]").count() == 1


def test_the_theme_is_kept_for_the_next_page(page):
    page.locator(".side [data-theme-toggle]").first.click()
    chosen = page.evaluate("document.documentElement.dataset.theme")
    assert chosen == "dark"
    page.goto("/projects/")
    assert page.evaluate("document.documentElement.dataset.theme") == chosen


def test_sorting_changes_the_list_and_the_address_and_back_brings_them_back(page):
    page.get_by_role("link", name="Project", exact=True).click()
    page.wait_for_url("**sort=**")
    page.wait_for_selector("th[aria-sort]")
    page.go_back()
    page.wait_for_url(lambda url: "sort=" not in url)
    page.wait_for_selector("[data-row]")
    assert page.locator("th[aria-sort] a[href*='sort=name']").count() == 0


def test_without_an_answer_a_toast_says_so_until_it_is_closed(page, console_errors):
    page.route("**/projects/filters/", lambda route: route.abort())
    page.locator("[data-key=f]").click()
    toast = page.locator("#toasts .toast--bad")
    toast.wait_for()
    assert "no answer" in toast.inner_text()
    toast.locator("[data-dismiss]").click()
    assert toast.count() == 0
    console_errors.clear()
