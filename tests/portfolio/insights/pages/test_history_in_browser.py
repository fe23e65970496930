"""Decisions, comparisons and looking back in a real browser: keys, dialogs, a phone, both themes."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from portfolio.insights.actions import summaries
from projects.actions import days, moves, retrospectives, stages
from projects.actors import Actor
from projects.models import Project, Retrospective
from tests.factories import a_member, a_portfolio, a_project, on_team
from tests.screenshots import AXE_RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAST = timezone.now() - timedelta(days=30)
THEN = Actor(None, "command", at=PAST)
NOW = Actor.system("command")


@pytest.fixture
def portfolio():
    """Kept a month ago; since then one has moved, one was stopped with a lesson, one is new."""
    portfolio = a_portfolio("Trials", slug="trials", time_zone="UTC")
    for name in ("Claims triage", "Fraud scoring", "Letter reader"):
        project = a_project(portfolio, name, capacity_fte=Decimal(2))
        stages.report(project.pk, to="poc", actor=NOW)
    Project.objects.update(created_at=PAST - timedelta(days=60))
    days.take(portfolio.pk, actor=NOW, now=PAST)
    summaries.take(portfolio.pk, actor=NOW, now=PAST)
    stages.report(one("Claims triage").pk, to="pilot", actor=NOW)
    stop = moves.make(one("Fraud scoring").pk, kind="stop", reason_code="data_quality", actor=NOW).move
    said = {"happened": "The data came for one region.", "lesson": "Access that is not signed is no access."}
    retrospectives.write(one("Fraud scoring").pk, move_id=stop.pk, actor=NOW, **said)
    a_project(portfolio, "Newcomer")
    return portfolio


def one(name):
    return Project.objects.get(name=name)


@pytest.fixture
def page(browser_page, client, live_server, portfolio):
    """A window in which a manager has signed in, who owns a project as well."""
    manager = a_member(portfolio, "manager", "Mira Moss")
    on_team(one("Letter reader"), "PO", manager)
    client.force_login(manager)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.set_viewport_size({"width": 1440, "height": 900})
    return browser_page


def violations(page):
    """What is wrong, with the place where it is."""
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    return [(each["id"], node["html"]) for each in found for node in each["nodes"]]


def day():
    return PAST.date().isoformat()


def test_the_register_is_compared_with_a_day_and_stays_so_while_one_searches(page):
    page.goto("/projects/?portfolio=trials")
    page.get_by_text("Compare with", exact=True).first.click()
    page.get_by_label("Compare with").fill(day())
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#row-" + one("Claims triage").key)).to_contain_text("Proof of concept")
    expect(page.locator("#row-" + one("Newcomer").key)).to_contain_text("New")
    expect(page.get_by_role("heading", name="No longer there since")).to_be_visible()
    expect(page.get_by_text("Stopped: Data quality or labelling")).to_be_visible()
    page.locator("#q").fill("claims")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page.locator(".was")).to_contain_text("Proof of concept")
    page.get_by_role("link", name="Remove the filter Compared with").click()
    expect(page.locator(".was")).to_have_count(0)


def test_right_after_a_stop_one_is_asked_what_was_learned(page):
    key = one("Letter reader").key
    page.goto(f"/projects/{key}/moves/stop/")
    page.get_by_label("Reason").select_option("budget")
    page.get_by_role("button", name="Stop the project").click()
    dialog = page.locator("#overlay dialog[open]")
    expect(dialog.get_by_role("heading", name="Look back at Letter reader")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_label("What happened?").fill(" ")
    dialog.get_by_label("What would you do again").fill(" ")
    dialog.get_by_role("button", name="Write it down").click()
    expect(dialog.get_by_text("Say what happened.")).to_be_visible()
    dialog.get_by_label("What happened?").fill("The money went elsewhere.")
    dialog.get_by_label("What would you do again").fill("Spend to the next gate only.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(rf"/projects/{key}/history/$"))
    expect(page.get_by_text("Spend to the next gate only.").first).to_be_visible()
    assert Retrospective.objects.get(project__key=key).move.kind == "stop"


def test_lessons_are_found_while_one_types(page):
    page.goto("/portfolios/trials/decisions/")
    expect(page.get_by_role("heading", name="Fraud scoring")).to_be_visible()
    page.get_by_label("Search decisions and lessons").fill("nothing like this")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_label("Search decisions and lessons").fill("REGION")
    expect(page.get_by_role("heading", name="Fraud scoring")).to_be_visible()
    expect(page).to_have_url(re.compile("q=REGION"))


def test_the_pages_are_accessible_and_fit_a_phone(page):
    for path in (
        "/portfolios/trials/decisions/",
        f"/portfolios/trials/compare/?from={day()}",
        f"/projects/?compare={day()}",
    ):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert violations(page) == [], path
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
