"""The inbox by keys alone: E goes through it, X and the bar mark several, undo takes all back."""

import pytest
from django.test import Client

from portfolio.notifications.models import Message
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_page, live_server):
    project = factories.a_project()
    person = factories.on_team(project, "PO")
    for number in range(4):
        Message.objects.create(
            recipient=person,
            project=project,
            kind="update.posted",
            topic="follows",
            way="off",
            cause=f"event:{number}",
            subject=f"News {number}",
            text="x",
        )
    client = Client()
    client.force_login(person)
    browser_page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    browser_page.goto("/profile/")
    return browser_page


def count(page, number):
    page.locator("#inbox-count .count", has_text=f"{number} unread").wait_for()


def test_the_inbox_is_gone_through_by_keys(page):
    count(page, 4)
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/inbox/")
    count(page, 4)
    page.keyboard.press("j")
    for left in (3, 2):
        page.keyboard.press("e")
        count(page, left)
        # The next unread one has the focus.
        page.locator("tr.unread:focus-within").wait_for()
    page.keyboard.press("x")
    page.get_by_role("toolbar").get_by_role("button", name="Mark read").click()
    count(page, 1)
    page.locator("[data-ticks]:focus").wait_for()
    page.keyboard.press("a")
    page.locator("#inbox-count:empty").wait_for(state="attached")
    page.get_by_role("button", name="Undo").click()
    count(page, 1)
