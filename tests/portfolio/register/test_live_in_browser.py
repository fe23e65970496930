"""Open pages in a real browser: what others change appears by itself, and nothing moves under the cursor."""

import re

import pytest
from playwright.sync_api import expect

from projects.actions import projects, updates
from tests.factories import SYSTEM, a_flag, a_member, a_portfolio, a_project, acting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
A_LOOK = 40_000  # ms; longer than the longest time between two looks


@pytest.fixture
def project():
    return a_project(a_portfolio(), "Claims triage")


@pytest.fixture
def page(browser_page, client, live_server, project):
    """A signed-in manager whose clock the test moves on; `answers` has the status of every look."""
    client.force_login(a_member(project.portfolio, "manager", "Maya Manager"))
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.answers = []

    def note(answer):
        if "x-live" in answer.request.headers:
            browser_page.answers.append((answer.request.headers["x-live"], answer.status))

    browser_page.on("response", note)
    browser_page.set_default_timeout(30_000)  # a busy machine answers late
    browser_page.clock.install()
    return browser_page


def answers(part):
    """What the server answers when a part looks again."""
    return lambda answer: answer.request.headers.get("x-live") == part


def look(page, part, status):
    """Let the clock run until a part has looked again, and see what it was answered."""
    with page.expect_response(answers(part)) as answered:
        page.clock.fast_forward(A_LOOK)
    assert answered.value.status == status


def renamed(project, name):
    projects.edit(project.pk, version=None, name=name, actor=SYSTEM)


def test_what_others_change_appears_and_is_said_without_a_reload(page, project):
    page.goto("/projects/?sort=name")
    page.mouse.move(5, 5)
    row = page.locator("tr[data-row]")
    row.evaluate("row => { row.isTheSame = true; scrollTo(0, 50) }")
    look(page, "list", 304)
    assert row.evaluate("row => row.isTheSame")
    renamed(project, "Claims triage, second try")
    look(page, "list", 200)
    expect(row.locator(".cell-name > a").first).to_have_text("Claims triage, second try")
    expect(page.locator("p[role=status]").last).to_have_text("Projects: 1 change")
    expect(page).to_have_url(re.compile(r"/projects/\?sort=name$"))
    look(page, "list", 304)  # what it has just brought is known

    page.goto(f"/projects/{project.key}/")
    flags = page.locator("#project-flags")
    expect(flags).to_be_hidden()
    a_flag(project, facts={"days": 31, "limit": 30})
    look(page, "project-flags", 200)
    flags.get_by_role("link", name="No update for 31 days").click()
    expect(page.get_by_role("dialog")).to_contain_text("the limit is 30 days")


def test_nothing_moves_under_the_cursor_the_focus_a_tick_or_a_dialog(page, project):
    page.goto("/projects/")
    row = page.locator("tr[data-row]")
    name, tick = row.locator(".cell-name > a").first, row.locator(".check")
    renamed(project, "Renamed meanwhile")

    def stays():
        page.clock.fast_forward(A_LOOK)
        page.clock.run_for(5_000)
        assert ("list", 200) not in page.answers
        expect(name).to_have_text("Claims triage")

    row.hover()
    stays()
    name.focus()
    page.mouse.move(5, 5)
    stays()
    tick.check()
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    stays()
    page.keyboard.press("?")
    tick.evaluate("box => box.click()")
    stays()
    with page.expect_response(answers("list")):
        page.keyboard.press("Escape")
        page.clock.run_for(5_000)
    expect(name).to_have_text("Renamed meanwhile")


def test_a_page_of_somebody_who_was_signed_out_stops_looking(page, project, client):
    page.goto(f"/projects/{project.key}/")
    page.mouse.move(5, 5)
    updates.post(project.pk, health="on_track", text="Going well.", actor=acting(a_member(project.portfolio)))
    client.logout()
    with (
        page.expect_response(answers("project-head")),
        page.expect_response(answers("project-flags")),
        page.expect_response(answers("project-latest")) as answered,
    ):
        page.clock.fast_forward(A_LOOK)
    assert answered.value.status == 204
    page.answers.clear()
    page.clock.fast_forward(A_LOOK)
    page.clock.run_for(5_000)
    assert page.answers == []
    expect(page.locator("#project-latest")).to_contain_text("Nobody has posted an update yet.")
