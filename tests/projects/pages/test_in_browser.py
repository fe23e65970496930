"""A project's pages in a real browser: keys, dialogs, editing in place, mentions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import projects, stages, teams
from projects.models import Comment
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_page, client, live_server, world):
    """The overview of the project, looked at by the editor."""
    client.force_login(world.editor)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.goto(world.url)
    return browser_page


def test_an_update_is_posted_by_keyboard_alone(page, world):
    page.keyboard.press("u")
    page.wait_for_url("**/update/")
    page.keyboard.press("2")
    page.keyboard.press("t")
    page.keyboard.type("Labels arrive on Monday")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{world.url}")
    page.get_by_text("Update posted for").wait_for()
    assert page.get_by_text("Labels arrive on Monday").is_visible()
    world.project.refresh_from_db()
    assert world.project.health == "at_risk"


def test_the_gate_date_is_changed_in_place_and_the_focus_returns(page, world):
    stages.report(world.project.pk, to="data", actor=SYSTEM)
    page.reload()
    assert "Gate 1 of" in page.locator(".stepper .gate").inner_text()
    page.get_by_role("link", name="Change gate date: not set").click()
    field = page.locator("#field-gate_planned_on input[type=date]")
    field.fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.locator("#field-gate_planned_on").get_by_role("button", name="Save").click()
    page.locator(".stepper .gate", has_text="Gate 2 of").wait_for()
    page.wait_for_function("document.activeElement.closest('#field-gate_planned_on')")
    assert page.url.endswith(world.url)


def test_a_wrong_date_stays_in_its_place(page, world):
    page.get_by_role("link", name="Change promised for production: not set").click()
    page.locator("#field-committed_on input[type=date]").fill("1905-01-01")
    page.locator("#field-committed_on").get_by_role("button", name="Save").click()
    page.get_by_text("1905 is too long ago.").wait_for()
    assert page.locator("h1").inner_text() == "Claims triage router"
    page.locator("#field-committed_on").get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Change promised for production: not set").wait_for()


def test_a_blocked_gate_is_a_dialog_whose_button_says_why(page, world):
    stages.report(world.project.pk, to="data", actor=SYSTEM)
    page.reload()
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.locator(".t", has_text="Planned date").wait_for()
    button = dialog.get_by_role("button", name="Advance to Proof of concept")
    assert button.get_attribute("aria-disabled") == "true"
    assert page.url.endswith(f"{world.url}moves/advance/")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{world.url}")


def test_a_dialog_tells_of_somebody_who_was_faster_and_then_advances(page, world):
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    button = dialog.get_by_role("button", name="Advance with 5 open points")
    button.wait_for()
    teams.assign(world.project.pk, user_id=world.viewer.pk, role="PO", actor=acting(world.manager))
    button.click()
    dialog.get_by_text("named Vera Viewer as Product owner").wait_for()
    # Somebody can sign now, and nobody has: the point stays open.
    dialog.get_by_role("button", name="Advance with 5 open points").click()
    page.get_by_text("Advanced to Framing").wait_for()
    page.wait_for_url(f"**{world.url}")
    assert page.locator(".stepper [aria-current=step] .name").inner_text() == "Framing"


def test_a_person_is_mentioned_by_some_letters(page, world):
    page.get_by_label("Comment", exact=True).click()
    page.keyboard.type("Please look @ver")
    page.get_by_role("option", name="Vera Viewer").wait_for()
    page.keyboard.press("Enter")
    assert page.get_by_label("Comment", exact=True).input_value() == "Please look @[Vera Viewer] "
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator(".mention", has_text="@Vera Viewer").wait_for()
    assert list(Comment.objects.get().mentions.all()) == [world.viewer]


def test_a_similar_name_is_hinted_while_typing(page, world):
    page.goto("/projects/new/")
    page.get_by_label("Name").press_sequentially("Claims triage route")
    page.get_by_text("Perhaps it is there already").wait_for()
    assert page.locator("#similar").get_by_role("link", name="Claims triage router").is_visible()


def test_two_versions_are_shown_side_by_side(page, world):
    page.goto(f"{world.url}edit/")
    page.get_by_label("Name").fill("My name")
    projects.edit(world.project.pk, version=None, actor=acting(world.manager), name="Their name")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("There now").wait_for()
    page.get_by_label("Yours").check()
    page.get_by_role("button", name="Save with these choices").click()
    page.locator("h1", has_text="My name").wait_for()


def test_somebody_is_named_from_the_team_page(page, client, live_server, world):
    factories.on_team(world.project, "PM", world.editor)
    page.goto(f"{world.url}team/")
    row = page.locator("#team\\.PO")
    row.get_by_label("Name somebody as product owner").click()
    row.get_by_label("Product owner", exact=True).select_option(label="Vera Viewer")
    row.get_by_role("button", name="Name", exact=True).click()
    page.get_by_text("Vera Viewer is product owner").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
