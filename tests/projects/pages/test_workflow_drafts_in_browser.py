"""A draft of a workflow in a real browser: read while it is written, tried and published by keys."""

import pytest
from playwright.sync_api import expect

from tests.factories import a_member, a_portfolio, a_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def workflow(browser_page, client, live_server):
    """An administrator on the workflow of a portfolio with one project."""
    portfolio = a_portfolio(slug="claims")
    a_project(portfolio, "Claims triage")
    client.force_login(a_member(portfolio, "administrator", "Ada"))
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.goto("/portfolios/claims/workflow/")
    return browser_page


def test_a_draft_is_discarded_after_a_question(workflow):
    workflow.get_by_role("link", name="Edit", exact=True).press("Enter")
    text = workflow.get_by_label("Workflow file")
    text.fill("stages: [")
    workflow.get_by_role("button", name="Save draft").press("Enter")
    expect(
        workflow.get_by_text("Saved. It can be published when nothing is left to put right")
    ).to_be_visible()
    expect(text).to_have_value("stages: [")
    workflow.get_by_role("link", name="Discard").press("Enter")
    workflow.get_by_role("button", name="Discard the draft").press("Enter")
    expect(workflow.get_by_text("Draft discarded")).to_be_visible()


def test_a_draft_is_read_while_it_is_written_then_tried_and_published(workflow):
    workflow.get_by_role("link", name="Edit", exact=True).press("Enter")
    text = workflow.get_by_label("Workflow file")
    status, changes = workflow.locator("#outline [role=status]"), workflow.locator("#changes")
    expect(status).to_have_text("Nothing changes against version 1")
    text.fill(text.input_value().replace("enforcement: warn", "enforcement: locked", 1))
    expect(status).to_have_text("1 thing to put right")
    expect(workflow.locator("#outline")).to_contain_text("gates[0].enforcement")
    text.fill(text.input_value().replace("enforcement: locked", "enforcement: block", 1))
    expect(status).to_have_text("1 change against version 1")
    expect(changes).to_contain_text("Closed until met")
    workflow.get_by_role("button", name="Save and try it on 1 project").press("Enter")
    expect(workflow.get_by_text("Newly closed").first).to_be_visible()
    workflow.get_by_role("link", name="More missing").press("Enter")
    expect(workflow.get_by_text("No project is of this kind.")).to_be_visible()
    workflow.get_by_role("link", name="Back to the draft").press("Enter")
    workflow.get_by_label("What changes, and why").fill("The first gate closes")
    workflow.get_by_role("button", name="Publish the saved draft").press("Enter")
    expect(workflow.get_by_text("Published as version 2")).to_be_visible()
    expect(workflow.get_by_text("The first gate closes")).to_be_visible()
