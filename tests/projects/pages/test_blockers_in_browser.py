"""Blockers in a real browser: raised by a key, read beside the page, resolved; many changed at once."""

import pytest

from projects.actions import blockers
from projects.models import Blocker
from tests.factories import acting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "No pilot, because the review has no date"


@pytest.fixture
def page(browser_page, client, live_server, world):
    """A window in which the editor has signed in."""
    client.force_login(world.editor)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browser_page


def a_blocker(world, title=TITLE):
    said = {"title": title, "category": "security_review", "severity": "high"}
    return blockers.raise_(world.project.pk, actor=acting(world.editor), **said)


def test_one_is_raised_by_a_key_and_resolved_beside_the_page(page, world):
    page.goto(world.url)
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What cannot happen").wait_for()
    page.keyboard.type(TITLE)
    dialog.get_by_label("High: stops the next gate").check()
    page.keyboard.press("Control+Enter")
    # The browser itself points at the category that is missing.
    page.wait_for_function("document.activeElement.name === 'category'")
    assert not Blocker.objects.exists()
    dialog.get_by_label("Category", exact=True).select_option("security_review")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Blocker raised. It has 14 days.").wait_for()
    assert page.url.endswith(world.url)
    page.locator("#blockers").get_by_role("link", name=TITLE).click()
    page.get_by_role("dialog").get_by_role("link", name="Resolve").click()
    page.get_by_label("Solved:").check()
    page.get_by_role("button", name="Resolve").click()
    page.locator("#toasts").get_by_text("Blocker resolved").wait_for()
    assert page.url.endswith(world.url)
    assert Blocker.objects.get().resolution == "solved"


def test_from_the_register_the_project_is_chosen_first(page, world):
    a_blocker(world)
    page.goto("/blockers/")
    page.keyboard.press("r")
    field = page.get_by_role("dialog").get_by_label("What does it stop?")
    field.fill("NO-1")
    page.keyboard.press("Enter")
    page.get_by_text("You know of no project NO-1").wait_for()
    page.get_by_role("dialog").get_by_label("What does it stop?").fill(world.project.key)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("What cannot happen").fill("No data, because nobody may read it")
    page.get_by_label("Low: a nuisance").check()
    page.get_by_label("Category", exact=True).select_option("data_access")
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="No data, because nobody may read it").wait_for()
    assert "/blockers/" in page.url
    assert "/projects/" not in page.url


def test_rows_are_ticked_by_key_and_changed_together(page, world):
    for number in range(3):
        a_blocker(world, f"Number {number}")
    page.goto("/blockers/")
    for key in "jxjx":
        page.keyboard.press(key)
    page.get_by_role("toolbar").get_by_text("2 selected").wait_for()
    page.get_by_role("toolbar").get_by_role("button", name="Category").click()
    page.get_by_role("dialog").get_by_label("Category").select_option("budget")
    page.get_by_role("dialog").get_by_role("button", name="Change the category").click()
    page.get_by_text("2 blockers changed.").wait_for()
    found = Blocker.objects.filter(category="budget").order_by("title").values_list("title", flat=True)
    assert list(found) == ["Number 0", "Number 1"]


def leave_dialog(page):
    """The focus is back on the page once the dialog has gone."""
    page.keyboard.press("Escape")
    page.locator("#overlay dialog").wait_for(state="detached")


def test_the_key_works_from_anywhere_and_knows_the_project(page, world):
    page.goto(f"{world.url}history/")
    page.keyboard.press("r")
    page.get_by_role("dialog", name=f"Raise a blocker: {world.project.name}").wait_for()
    leave_dialog(page)
    page.goto("/projects/")
    page.keyboard.press("r")
    page.get_by_role("dialog").get_by_label("What does it stop?").wait_for()
    leave_dialog(page)
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.get_by_role("dialog", name=f"Raise a blocker: {world.project.name}").wait_for()
    leave_dialog(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("raise")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("What does it stop?").wait_for()
    assert page.locator("#palette").is_hidden()
