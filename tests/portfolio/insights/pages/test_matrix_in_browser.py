"""The matrix in a real browser: choosing, going through days, putting a bubble elsewhere, presenting."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import a_member, a_portfolio
from tests.portfolio.insights.placed import keep, placed
from tests.portfolio.insights.sights import SIGHTS
from tests.screenshots import AXE_RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FULL = "svg.matrix--full"
DIALOG = "#overlay dialog[open]"
# Every text of a drawing that must not lie on another, and every bubble.
BOXES = """svg => {
  const box = (element) => {
    const { x, y, width, height } = element.getBBox();
    return [x, y, width, height];
  };
  const seen = [...svg.querySelectorAll(".lbl:not(.lbl--pointed), .qname, .qsub")];
  return {
    texts: seen.map((each) => [each.textContent, ...box(each)]),
    dots: [...svg.querySelectorAll(".dot")]
      .map((dot) => [dot.cx, dot.cy, dot.r].map((each) => each.baseVal.value)),
  };
}"""


@pytest.fixture
def portfolio():
    """24 projects, kept 40 days ago when one of them stood elsewhere."""
    portfolio = a_portfolio("Sights")
    for sight in SIGHTS:
        placed(
            portfolio,
            sight.name,
            float(sight.x),
            float(sight.y),
            health=sight.health,
            capacity_fte=sight.amount,
            has_critical_gap=sight.has_gap,
        )
    keep(portfolio, timezone.now() - timedelta(days=40))
    return portfolio


@pytest.fixture
def page(browser_page, client, live_server, portfolio):
    """A window on the matrix in which a contributor has signed in."""
    client.force_login(a_member(portfolio, "contributor", "Mira Moss"))
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    browser_page.set_viewport_size({"width": 1440, "height": 1000})
    browser_page.goto(f"/portfolios/{portfolio.slug}/matrix/")
    return browser_page


def bubble(page, name):
    return page.locator(f"{FULL} a.bubble[aria-label^='{name}']")


def test_measured_no_name_touches_another_a_bubble_or_a_quadrant(page):
    found = page.locator(FULL).evaluate(BOXES)
    assert len([text for text in found["texts"] if text[0] in {sight.name for sight in SIGHTS}]) == 24
    texts = [(text, *letters(*box)) for text, *box in found["texts"]]
    for at, (text, *box) in enumerate(texts):
        for other, *another in texts[at + 1 :]:
            assert apart(box, another), (text, other)
        for dot in found["dots"]:
            assert not covers(box, *dot), text


def letters(x, y, width, height):
    """A box of the browser has room above and below the letters; the letters are what is seen."""
    return x, y + height * 0.15, width, height * 0.7


def apart(one, other):
    beside = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
    return beside or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]


def covers(box, x, y, r):
    near = (max(box[0], min(x, box[0] + box[2])), max(box[1], min(y, box[1] + box[3])))
    return (near[0] - x) ** 2 + (near[1] - y) ** 2 < r**2


def test_a_bubble_is_chosen_by_pointer_and_by_key(page):
    bubble(page, "Markdown pricing").click()
    expect(page.locator("#mx-side h2")).to_have_text("Markdown pricing")
    expect(page).to_have_url(re.compile(r"\?project=P\d+-3$"))
    expect(bubble(page, "Markdown pricing")).to_be_focused()
    expect(page.locator(f"{FULL} .halo")).to_have_count(1)
    bubble(page, "Visual search").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#mx-side h2")).to_have_text("Visual search")
    page.get_by_role("link", name="Clear the choice").click()
    expect(page.locator("#mx-side h2")).to_have_text("No project chosen")


def test_the_slider_and_the_list_go_to_a_past_day(page):
    slider = page.get_by_role("slider", name="Day")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("status").filter(has_text="As it was on")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]day=\d{4}-\d\d-\d\d"))
    page.get_by_label("Show the matrix of").select_option("")
    expect(page.get_by_text("As it was on")).to_have_count(0)


def test_a_switch_works_by_space_and_keeps_the_focus(page):
    switch = page.get_by_role("switch", name="What unknowns add")
    switch.focus()
    page.keyboard.press(" ")
    expect(page.get_by_role("switch", name="What unknowns add")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("switch", name="What unknowns add")).to_be_focused()


def test_a_bubble_put_elsewhere_asks_what_would_have_to_change(page):
    dot = bubble(page, "Credit limit review").locator(".dot")
    place, start = dot.get_attribute("cx"), dot.bounding_box()
    middle = (start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 260, middle[1], steps=8)
    expect(page.locator(".ghost text")).to_have_text(re.compile(r"Risk \d+, impact 60"))
    page.mouse.up()
    dialog = page.locator(DIALOG)
    expect(dialog.get_by_role("heading", name="What has to change")).to_be_visible()
    expect(dialog).to_contain_text(re.compile(r"Risk from \d+ to \d+"))
    page.keyboard.press("Escape")
    # Nothing was moved: a position is never set.
    expect(page.locator(".ghost")).to_have_count(0)
    expect(dot).to_have_attribute("cx", place)


def test_arrow_keys_ask_the_same(page):
    bubble(page, "Credit limit review").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#mx-said")).to_contain_text("Risk 77, impact 60")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(DIALOG)).to_contain_text("Impact from")


def test_the_picture_is_drawn_as_png(page):
    page.get_by_text("Picture", exact=True).click()
    with page.expect_download() as got:
        page.get_by_role("link", name="Picture, PNG").click()
    assert got.value.path().read_bytes().startswith(b"\x89PNG")
    assert got.value.suggested_filename.endswith(".png")


def test_presenting_goes_through_the_months_by_arrows(page):
    page.keyboard.press("p")
    expect(page.locator(".present h1")).to_be_visible()
    expect(page.locator(".side")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"[?&]day="))
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(r"[?&]day="))
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Risk and impact")).to_be_visible()


def test_on_a_phone_numbers_lead_to_names_and_nothing_runs_over(page):
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(FULL)).to_be_hidden()
    expect(page.locator("svg.matrix--compact")).to_be_visible()
    expect(page.locator(".mx-list li")).to_have_count(24)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_stands_in_anybodys_way(page, portfolio):
    for path in ("?unknowns=1&sort=x", "present/"):
        page.goto(f"/portfolios/{portfolio.slug}/matrix/{path}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page, options=AXE_RULES)
            assert found.violations_count == 0, found.generate_report()
