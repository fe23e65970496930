"""My work in a real browser: emptied by keyboard, taken back, readable in both themes and on a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from portfolio import outbox
from projects.actions import comments, todos, updates
from projects.actors import Actor
from projects.models import Follow, Project, StatusUpdate
from tests.factories import SYSTEM, a_flag, a_member, a_portfolio, a_project, acting
from tests.screenshots import AXE_RULES, PHONE, WIDE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def portfolio(transactional_db):
    return a_portfolio()


@pytest.fixture
def me(portfolio):
    return a_member(portfolio, "contributor", "Edgar Editor")


@pytest.fixture
def page(browser_page, client, live_server, me):
    client.force_login(me)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browser_page


def silent(portfolio, owner, name, days):
    """A project of which nobody has said anything for so long."""
    project = a_project(portfolio, name, owner=owner)
    then = timezone.now() - timedelta(days)
    updates.post(project.pk, health="at_risk", text="Waiting.", actor=Actor(None, "sample", at=then))
    Project.objects.filter(pk=project.pk).update(last_update_at=then, flag_level=0)
    project.flags.all().delete()
    return project


def waiting(portfolio, me):
    """Two updates that are due, a mention and a to-do."""
    silent(portfolio, me, "Claims triage", 40)
    second = silent(portfolio, me, "Fraud scoring", 35)
    comments.post(second.pk, text="@[Edgar Editor] look", actor=acting(a_member(portfolio)))
    todos.add(second.pk, text="Ask for the data", owner=me, actor=SYSTEM)
    while outbox.pass_on():
        pass


def test_it_is_emptied_by_keyboard_and_a_click_takes_back(page, portfolio, me):
    waiting(portfolio, me)
    page.goto("/my-work/")
    count = page.locator("#work-count")
    expect(count).to_contain_text("3")
    page.keyboard.press("j")
    expect(page.locator("[id^=due-] a", has_text="Claims triage")).to_be_focused()
    page.keyboard.press("n")
    expect(count).to_contain_text("2")
    expect(page.locator("[id^=due-]").get_by_role("link", name="Fraud scoring", exact=True)).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("[id^=mention-] a").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[id^=my-todo-] button").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    expect(page.locator("#my-work .empty")).to_be_focused()
    expect(count).to_have_text("")
    assert StatusUpdate.objects.filter(is_no_change=True).count() == 2
    page.locator(".toast", has_text="No change since").last.get_by_role("button", name="Undo").click()
    expect(page.locator("[id^=due-]")).to_have_count(1)
    expect(count).to_contain_text("1")
    # The dialog leads back here.
    page.keyboard.press("u")
    dialog = page.get_by_role("dialog", name="Update Fraud scoring")
    dialog.get_by_role("textbox", name="In a sentence or two").fill("The data are there.")
    dialog.get_by_text("On track").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/my-work/")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert StatusUpdate.objects.order_by("-at")[0].health == "on_track"


def test_a_project_is_followed_by_a_key_and_a_view_from_the_register(page, portfolio, me):
    project = a_project(portfolio, "Claims triage")
    page.goto(f"/projects/{project.key}/")
    page.keyboard.press("w")
    button = page.get_by_role("button", name="Following Claims triage: stop, 1 follower")
    expect(button).to_be_focused()
    expect(page.get_by_text(f"You follow {project.key}")).to_be_visible()
    page.goto("/projects/?health=unknown")
    page.get_by_role("link", name="Save view").click()
    dialog = page.get_by_role("dialog", name="Save view")
    expect(dialog.get_by_label("Name")).to_have_value("Unknown")
    dialog.get_by_label("Follow it").check()
    dialog.get_by_role("button", name="Save view").click()
    expect(page.locator("#saved-views").get_by_role("link", name="Unknown")).to_be_visible()
    assert set(Follow.objects.values_list("project", "view__name")) == {(project.pk, None), (None, "Unknown")}


def test_full_of_rows_it_is_readable_in_both_themes_and_on_a_phone(page, portfolio, me):
    waiting(portfolio, me)
    long = silent(portfolio, me, "Supplier lead-time risk for all of northern Europe and the islands", 33)
    a_flag(long, "GATE_OVERDUE", "critical", facts={"days": 12})
    Project.objects.filter(pk=long.pk).update(flag_level=2)
    for size, theme in ((WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.goto("/my-work/")
        expect(page.locator("[id^=flag-]")).to_have_count(1)
        expect(page.locator("#work-count")).to_contain_text("4")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        found = Axe().run(page, options=AXE_RULES).response["violations"]
        assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
