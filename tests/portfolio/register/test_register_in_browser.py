"""The register in a real browser: searching while typing, keys, an edit in place, a change of many."""

import re

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests.factories import a_member, a_portfolio, a_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def register(browser_page, client, live_server):
    """A signed-in manager on the register of three projects."""
    portfolio = a_portfolio()
    manager = a_member(portfolio, "manager", "Maya Manager")
    for name in ["Claims triage", "Fraud scoring", "Прогноз спроса"]:
        a_project(portfolio, name)
    client.force_login(manager)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.goto("/projects/")
    return browser_page


def names(page):
    return page.locator("tr[data-row] .cell-name > a")


def test_typing_narrows_the_list_and_the_address_follows(register):
    register.keyboard.press("/")
    register.keyboard.type("СПРОС")
    expect(names(register)).to_have_text(["Прогноз спроса"])
    expect(register.locator("#q")).to_be_focused()
    expect(register).to_have_url(re.compile(r"/projects/\?q=%D0%A1"))
    expect(register.locator("#export a").first).to_have_attribute(
        "href", re.compile(r"/projects/\?q=%D0%A1.*export=csv")
    )
    register.reload()
    expect(names(register)).to_have_text(["Прогноз спроса"])
    expect(register.locator("#q")).to_have_value("СПРОС")


def test_sorting_keeps_the_search_and_back_undoes_it(register):
    register.get_by_role("link", name="Project", exact=True).click()
    expect(register.locator("th[aria-sort]")).to_have_text("Project")
    expect(names(register)).to_have_text(["Claims triage", "Fraud scoring", "Прогноз спроса"])
    register.get_by_role("link", name="Project", exact=True).click()
    expect(names(register)).to_have_text(["Прогноз спроса", "Fraud scoring", "Claims triage"])
    expect(register).to_have_url(re.compile(r"sort=-name"))
    register.go_back()
    expect(names(register)).to_have_text(["Claims triage", "Fraud scoring", "Прогноз спроса"])
    expect(register.locator(".side")).to_be_visible()


def test_keys_walk_tick_and_filter(register):
    register.keyboard.press("j")
    expect(names(register).nth(0)).to_be_focused()
    register.keyboard.press("j")
    register.keyboard.press("x")
    expect(register.locator("tr.is-picked")).to_contain_text("Fraud scoring")
    expect(register.locator(".bulk")).to_contain_text("1 selected")
    register.keyboard.press("f")
    expect(register.get_by_role("dialog", name="Filter projects")).to_be_visible()
    register.get_by_label("Framing").check()
    register.get_by_role("button", name="Show projects").click()
    expect(register).to_have_url(re.compile(r"/projects/\?stage=framing$"))
    expect(register.get_by_text("No project matches")).to_be_visible()
    register.get_by_label("Remove the filter Stage").click()
    expect(names(register)).to_have_count(3)


def test_an_owner_is_changed_in_the_row(register):
    row = register.locator("tr[data-row]").first
    row.get_by_title("Change the owner").click()
    choice = row.locator("select")
    expect(choice).to_be_focused()
    choice.select_option(label="Maya Manager")
    row.get_by_label("Save").click()
    expect(row.get_by_title("Change the owner")).to_contain_text("Maya Manager")
    expect(row.get_by_title("Change the owner")).to_be_focused()
    row.get_by_title("Change the date of the next gate").click()
    row.get_by_label("Cancel").click()
    expect(row.get_by_title("Change the date of the next gate")).to_be_focused()


def test_ticked_projects_are_archived_together(register):
    register.get_by_label("Select all on this page").check()
    register.get_by_label("Select Fraud scoring").uncheck()
    register.locator(".bulk").get_by_role("button", name="Archive").click()
    dialog = register.get_by_role("dialog", name="Archive: 2 projects")
    dialog.get_by_role("button", name="Archive", exact=True).click()
    expect(register.get_by_text("2 projects archived.")).to_be_visible()
    expect(names(register)).to_have_text(["Fraud scoring"])


def test_scores_are_filtered_by_keys_and_sorted_from_the_highest(register):
    for name, risk, quadrant in [("Claims triage", 70.0, "big_bet"), ("Fraud scoring", 82.0, "big_bet")]:
        Project.objects.filter(name=name).update(risk=risk, quadrant=quadrant)
    register.keyboard.press("f")
    dialog = register.get_by_role("dialog", name="Filter projects")
    dialog.get_by_label("Big bet").focus()
    register.keyboard.press("Space")
    dialog.get_by_role("button", name="Show projects").press("Enter")
    expect(register).to_have_url(re.compile(r"/projects/\?quadrant=big_bet$"))
    expect(names(register)).to_have_text(["Claims triage", "Fraud scoring"])
    register.get_by_role("link", name="Risk", exact=True).press("Enter")
    expect(register.locator("th[aria-sort=descending]")).to_have_text("Risk")
    expect(names(register)).to_have_text(["Fraud scoring", "Claims triage"])
    register.get_by_label("Remove the filter Quadrant").click()
    expect(names(register)).to_have_count(3)
