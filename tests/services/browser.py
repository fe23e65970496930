"""Fixtures of the browser tests: a page that fails its test on any error in the console."""

import re

import pytest

from tests.services import chromium

# A refusal and an invalid form are answers that a page shows; the browser logs them as errors all the same.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (409|422) ")


@pytest.fixture(scope="session")
def browser(real):
    """One Chromium for all browser tests of this process."""
    from playwright.sync_api import sync_playwright

    program = real(chromium.program)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        yield running
        running.close()


@pytest.fixture
def console_errors():
    """What the pages complained about; a test that expects a complaint takes it out of the list."""
    return []


@pytest.fixture
def browser_page(browser, live_server, console_errors):
    """A page of a fresh browser on the live server; relative addresses work: page.goto("/projects/")."""
    with browser.new_context(base_url=live_server.url, locale="en-GB", timezone_id="UTC") as context:
        page = context.new_page()
        # Patience costs nothing where all is well, and a busy machine fails nobody.
        page.set_default_timeout(30_000)
        context.on("console", lambda message: message.type == "error" and console_errors.append(message.text))
        context.on("weberror", lambda error: console_errors.append(str(error.error)))
        yield page
    assert [error for error in console_errors if not EXPECTED.match(error)] == []
