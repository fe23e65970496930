"""Roadmap, calibration and the forecast of a project in a real browser: keys, phone, both themes, axe."""

from datetime import UTC, date, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from projects.models import Project
from tests import factories
from tests.portfolio.insights.foretold import (
    a_forecast_of,
    a_portfolio_forecast,
    was_forecast,
    was_launched,
    was_stopped,
)
from tests.screenshots import AXE_RULES, EXTREMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Trials")
    for number, name in enumerate(("Claims triage with a rather long name", "Fraud alerts", "Visual search")):
        project = factories.a_project(portfolio, name)
        a_forecast_of(project, half=60 * (number + 1), on_time=0.2 + 0.3 * number, target=80)
        for days in (60, 30):
            was_forecast(project, timezone.now().date() - days * DAY)
    factories.a_project(portfolio, "Not foretold yet")
    for number in range(6):
        ended = factories.a_project(portfolio, f"Ended {number}")
        was_forecast(ended, date(2025, 1, 31), p=0.15 * (number + 1))
        (was_launched if number > 2 else was_stopped)(ended, datetime(2025, 9, 1, tzinfo=UTC))
    a_portfolio_forecast(portfolio)
    return portfolio


@pytest.fixture
def page(browser_page, portfolio, live_server):
    # The first page of a process compiles every template, which takes long on a busy machine.
    browser_page.set_default_timeout(30_000)
    client = Client()
    client.force_login(factories.a_member(portfolio, "manager", "Ada Lovelace"))
    browser_page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return browser_page


@pytest.fixture
def addresses(portfolio):
    project = Project.objects.get(name="Fraud alerts")
    start = f"/portfolios/{portfolio.slug}"
    return [
        f"{start}/roadmap/",
        f"{start}/roadmap/filters/",
        f"{start}/calibration/",
        f"/projects/{project.key}/",
    ]


def test_pages_fit_and_satisfy_axe(page, addresses):
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for width, height, theme in EXTREMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            found = Axe().run(page, options=AXE_RULES)
            assert not found.response["violations"], f"{address}: {found.generate_report()}"


def test_the_overview_loads_its_forecast(page, addresses):
    page.goto(addresses[-1])
    page.wait_for_selector("#forecast .drift")
    assert "likely to launch at all" in page.inner_text("#forecast")


def test_groups_change_in_place_and_by_the_keyboard(page, addresses):
    page.goto(addresses[0])
    page.get_by_role("link", name="By stage").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".road-group >> text=Idea")
    assert page.url.endswith("?by=stage")
    page.go_back()
    page.wait_for_selector(".road-group >> text=No unit")


def test_filters_open_by_their_key_and_narrow_the_rows(page, addresses):
    page.goto(addresses[0])
    page.wait_for_load_state("networkidle")
    page.keyboard.press("f")
    page.wait_for_selector("#overlay dialog[open]")
    page.select_option("#overlay select[name=status]", "on_hold")
    page.click("#overlay .btn--main")
    page.wait_for_selector("text=No project in flight passes these filters")
    assert page.url.endswith("?status=on_hold")
    page.get_by_label("Remove the filter Status").click()
    page.wait_for_selector("text=Fraud alerts")


def test_the_grid_and_the_line_of_today_are_drawn_in_every_row(page, addresses):
    """One grid serves all rows: a browser that did not resolve its percents would draw nothing."""
    page.goto(addresses[0])
    boxes = page.evaluate(
        "[...document.querySelectorAll('.road .svg-cell use')].map(one => one.getBBox().width)"
    )
    assert len(boxes) == 4 and min(boxes) > 300


def test_the_table_beside_the_rows_opens(page, addresses):
    page.goto(addresses[0])
    page.click("summary >> text=Show as table")
    rows = page.locator(".tip-table tbody tr")
    assert rows.count() == 4
    assert "no forecast yet" in rows.nth(3).inner_text()
