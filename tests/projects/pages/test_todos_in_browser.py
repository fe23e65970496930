"""To-dos in a real browser: from a mitigation to My work, ticked off there, and taken back."""

import pytest
from django.utils import timezone

from projects.actions import answers, todos
from projects.actions.answers import Given
from projects.models import Todo
from tests.factories import acting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_page, client, live_server, world):
    """A window in which the editor has signed in."""
    client.force_login(world.editor)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browser_page


def focused(page, label):
    """Wait until the focus is on the control with this label."""
    page.wait_for_function("label => document.activeElement.getAttribute('aria-label') === label", arg=label)


def test_a_mitigation_becomes_a_todo_that_is_ticked_off_in_my_work(page, world):
    answers.give(world.project.pk, given=Given("WP1", "N"), actor=acting(world.editor))
    page.goto(world.url)
    link = page.get_by_role("link", name="Add as to-do").first
    words = link.get_attribute("aria-label").removeprefix("Add as to-do: ")
    link.click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_label("What is to be done").input_value() == words
    dialog.get_by_label("Due").fill(timezone.localdate().isoformat())
    page.keyboard.press("Control+Enter")
    page.get_by_text("To-do added").wait_for()
    assert page.url.endswith(world.url)
    assert Todo.objects.get().owner == world.editor
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/my-work/")
    page.get_by_role("button", name=f"Done: {words}").click()
    page.get_by_text("Nothing waits for you").wait_for()
    assert Todo.objects.get().done_by == world.editor
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_role("button", name=f"Done: {words}").wait_for()
    assert Todo.objects.get().done_at is None


def test_rows_are_walked_and_ticked_by_key_and_the_focus_goes_on(page, world):
    for words in ("First", "Second", "Third"):
        todos.add(world.project.pk, text=words, owner=world.editor, actor=acting(world.editor))
    page.goto("/my-work/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("#toasts .toast", has_text="Done: First").wait_for()
    focused(page, "Done: Second")
    page.keyboard.press("j")
    page.keyboard.press("x")
    focused(page, "Done: Second")
    assert list(Todo.objects.filter(done_at=None).values_list("text", flat=True)) == ["Second"]


def test_on_the_project_a_tick_stays_on_the_page_and_the_list_of_done_tells(page, world):
    todos.add(world.project.pk, text="First", actor=acting(world.editor))
    page.goto(world.url)
    page.get_by_role("button", name="Done: First").click()
    page.get_by_text("All done.").wait_for()
    page.locator("#todos").get_by_text("Done lately").click()
    page.get_by_role("button", name="Open again: First").click()
    page.get_by_role("button", name="Done: First").wait_for()
    focused(page, "Done: First")
    assert page.url.endswith(world.url)


def test_a_wrong_link_is_said_in_the_dialog_and_closing_it_returns_the_focus(page, world):
    page.goto(world.url)
    page.get_by_role("link", name="Add a to-do").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is to be done").fill("Ask")
    dialog.get_by_label("Link").fill("javascript:alert(1)")
    dialog.get_by_role("button", name="Add to-do").click()
    dialog.get_by_text("This is not the address of a page.").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'id_link'")
    page.keyboard.press("Escape")
    focused(page, "Add a to-do")
    assert not Todo.objects.exists()


def test_a_phone_shows_it_without_scrolling_sideways(page, world):
    page.set_viewport_size({"width": 390, "height": 844})
    todos.add(world.project.pk, text="W" * 300, owner=world.editor, actor=acting(world.editor))
    for address in ("/my-work/", world.url, f"{world.url}edit/", f"{world.url}todos/add/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
