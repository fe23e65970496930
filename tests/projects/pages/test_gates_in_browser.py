"""The way through a gate in a real browser: asked, reviewed, approved with a condition, closed, advanced."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from projects.actions import projects
from projects.models import Condition, Project, SignOff
from tests.factories import SYSTEM, a_person, asked, on_team, signs
from tests.screenshots import AXE_RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASK = re.compile("^Ask Paula")


@pytest.fixture
def owner(world):
    """The product owner; with them alone the intake gate can be passed."""
    projects.edit(
        world.project.pk, version=None, actor=SYSTEM, personal_data=False, vendor=False, llm=False, kind="new"
    )
    return on_team(world.project, "PO", a_person("Paula Owner"))


@pytest.fixture
def as_in(browser_page, client, live_server):
    """Sign somebody in: the same window, another person."""

    def sign_in(person):
        client.force_login(person)
        session = client.cookies["sessionid"].value
        browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return browser_page

    return sign_in


def no_findings(page):
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []


def test_the_whole_way_through_a_gate(as_in, world, owner):
    page = as_in(world.editor)
    page.goto(world.url)
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Last checked").wait_for()
    no_findings(page)
    dialog.get_by_text("Add a note to whoever is asked").click()
    dialog.get_by_label("Note", exact=True).first.fill("Two weeks of work")
    dialog.get_by_role("button", name=ASK).click()
    dialog.get_by_text("Asked today").wait_for()
    assert dialog.get_by_label("Note", exact=True).first.input_value() == "Two weeks of work"
    assert SignOff.objects.get().note == "Two weeks of work"

    page = as_in(owner)
    page.goto("/my-work/")
    page.get_by_role("heading", name="Sign-offs waiting for you").wait_for()
    no_findings(page)
    page.get_by_role("link", name="Review Claims triage router as Product owner").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Two weeks of work").wait_for()
    assert dialog.get_by_role("button", name="Decide", exact=True).is_visible()
    assert not dialog.get_by_label("Condition", exact=True).is_visible()
    page.locator("body").press("2")
    dialog.get_by_label("Condition", exact=True).fill("Name a deputy")
    dialog.get_by_label("To be met").select_option("Before this gate")
    assert dialog.get_by_role("button", name="Approve with 1 condition").is_visible()
    no_findings(page)
    dialog.get_by_role("button", name="Another condition").click()
    dialog.get_by_role("button", name="Approve with 2 conditions").wait_for()
    assert dialog.get_by_label("Condition", exact=True).first.input_value() == "Name a deputy"
    dialog.get_by_role("button", name="Approve with 2 conditions").click()
    page.get_by_text("Approved with 1 condition: Claims triage router").wait_for()
    assert page.url.endswith("/my-work/")

    page.get_by_role("link", name=re.compile("^Close")).click()
    page.get_by_role("dialog").get_by_label("What was done?").fill("It is Dana")
    page.get_by_role("dialog").get_by_role("button", name="Close it").click()
    page.get_by_text("Condition closed").wait_for()
    assert Condition.objects.get().closed_by == owner

    page = as_in(world.editor)
    page.goto(f"{world.url}gate/")
    page.get_by_text("Approved with 1 condition, today").wait_for()
    no_findings(page)
    page.get_by_role("link", name="Advance to Framing").last.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#move-go button").click()
    page.get_by_text("Advanced to Framing").wait_for()
    assert Project.objects.get().stage == "framing"
    assert SignOff.objects.get(role="PO").used_at


def test_an_open_dialog_sees_a_signature_arrive_and_leaves_what_is_typed_alone(as_in, world, owner):
    row = asked(world.project, "G0", "PO")["PO"]
    page = as_in(world.editor)
    page.goto(world.url)
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Asked today").wait_for()
    dialog.get_by_label("Note").last.fill("Typed before")
    missing = dialog.locator("#move-state").inner_text()
    signs(row, owner)
    # What the timer does every half minute; a browser's timer is not waited for.
    page.evaluate("document.body.dispatchEvent(new Event('gate-changed'))")
    dialog.get_by_text("Approved today").wait_for()
    assert dialog.get_by_label("Note").last.input_value() == "Typed before"
    assert dialog.locator("#move-state").inner_text() != missing
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('dialog[open]')")
    page.evaluate("document.body.dispatchEvent(new Event('gate-changed'))")


def test_what_changed_while_reading_is_shown_and_signed_in_one_more_step(as_in, world, owner):
    row = asked(world.project, "G0", "PO")["PO"]
    page = as_in(owner)
    page.goto(f"/signoffs/{row.pk}/")
    page.get_by_label("Reason").fill("Small and clear")
    page.keyboard.press("Tab")
    page.get_by_text("Approve", exact=True).first.click()
    projects.edit(world.project.pk, version=None, actor=SYSTEM, metric_target=7)
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("Not recorded:").wait_for()
    page.get_by_role("heading", name="Changed since you opened this page").wait_for()
    assert page.get_by_label("Reason").input_value() == "Small and clear"
    no_findings(page)
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("Approved: Claims triage router").wait_for()
    assert SignOff.objects.filter(decision="approved").get().reason == "Small and clear"


def test_without_script_it_is_asked_decided_and_recorded(browser, client, live_server, world, owner):
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:

        def come(person):
            client.force_login(person)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

        page = context.new_page()
        come(world.editor)
        page.goto(f"{world.url}gate/")
        page.get_by_role("button", name=ASK).click()
        page.get_by_role("button", name="Remind Product owner").click()
        assert SignOff.objects.get().reminded_at
        come(owner)
        page.goto(f"/signoffs/{SignOff.objects.get().pk}/")
        page.get_by_text("Approve with conditions").click()
        page.get_by_role("button", name="Another condition").click()
        page.get_by_label("Condition", exact=True).last.fill("Name a deputy")
        page.get_by_role("button", name="Approve with 2 conditions").click()
        assert page.url.endswith(f"{world.url}gates/G0/")
        assert Condition.objects.get().text == "Name a deputy"


def test_a_phone_shows_it_without_scrolling_sideways(as_in, world, owner):
    row = asked(world.project, "G0", "PO")["PO"]
    page = as_in(owner)
    for address in (
        f"{world.url}gate/",
        f"{world.url}signoffs/",
        f"/signoffs/{row.pk}/",
        f"/signoffs/{row.pk}/recuse/",
        "/my-work/",
        "/my-work/signoffs/",
    ):
        page.goto(address)
        for width, height in ((390, 844), (320, 640)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        no_findings(page)
