"""The questions of a portfolio in a real browser: folded out, checked and published by keys."""

import pytest
from playwright.sync_api import expect

from tests.factories import a_member, a_portfolio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def questions(browser_page, client, live_server):
    """An administrator on the questions of a portfolio."""
    portfolio = a_portfolio(slug="claims")
    client.force_login(a_member(portfolio, "administrator", "Ada"))
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.goto("/portfolios/claims/settings/questions/")
    return browser_page


def test_a_question_and_a_number_fold_out_by_a_key(questions):
    evidence = questions.get_by_text("Metric sheet signed by the sponsor")
    expect(evidence).to_be_hidden()
    questions.locator("summary", has_text="WP1").press("Enter")
    expect(evidence).to_be_visible()
    questions.locator("summary", has_text="How the five pitfalls make up the risk").press("Enter")
    expect(questions.get_by_text("risk.critical_floor")).to_be_visible()


def test_a_change_is_checked_then_published_and_the_result_has_the_focus(questions):
    questions.get_by_role("link", name="Edit").click()
    text = questions.get_by_label("Scorecard file")
    text.fill(text.input_value().replace("weight: 3", "weight: 99", 1))
    questions.get_by_role("button", name="Check").press("Enter")
    card = questions.locator("[data-focus]")
    expect(card).to_contain_text("1 thing to put right")
    expect(card).to_contain_text("questions[0].weight")
    expect(card).to_be_focused()
    text.fill(text.input_value().replace("weight: 99", "weight: 2", 1))
    questions.get_by_role("button", name="Check").press("Enter")
    expect(card).to_contain_text("Question WP1: weight 3 becomes 2.")
    expect(card).to_be_focused()
    questions.get_by_role("button", name="Publish the next version").press("Enter")
    expect(questions.get_by_text("Published as version 2")).to_be_visible()
    expect(questions.get_by_text("All scores of this portfolio are being made anew")).to_be_visible()
