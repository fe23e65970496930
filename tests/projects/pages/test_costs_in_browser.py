"""People, links, capacity and rates in a real browser: dialogs by keyboard, both themes, a phone, axe."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from projects.actions import capacity, demands, links, rates
from projects.models import Demand, ProjectLink, Supply
from tests import factories
from tests.factories import SYSTEM
from tests.screenshots import AXE_RULES, EXTREMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_page, client, live_server, world):
    """A window in which the manager has signed in; there is something on every page."""
    kind = capacity.add(world.portfolio.pk, name="Data engineer", actor=SYSTEM)
    today = timezone.localdate()
    capacity.set_supply(kind.pk, supplies={today: Decimal(1)}, actor=SYSTEM)
    demands.state(world.project.pk, capability=kind.name, fte=Decimal("2.5"), actor=SYSTEM)
    rates.set_(world.portfolio.pk, currency="USD", from_on=today, rate=Decimal("0.92"), actor=SYSTEM)
    other = factories.a_project(world.portfolio, "Parcel volume forecast")
    links.add(world.project.pk, kind="needs", other_id=other.pk, note="Its forecast", actor=SYSTEM)
    client.force_login(world.manager)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browser_page


@pytest.fixture
def settings_url(world):
    return f"/portfolios/{world.portfolio.slug}/settings/"


def clean(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options=AXE_RULES)
    assert found.violations_count == 0, found.generate_report()


def test_people_are_changed_in_a_dialog_by_keyboard(page, world):
    page.goto(world.url)
    page.locator("#costs").get_by_role("link", name="Change the people needed").click()
    dialog = page.get_by_role("dialog")
    people = dialog.get_by_label("Full-time people")
    assert people.input_value() == "2.5"
    people.fill("3.25")
    page.keyboard.press("Control+Enter")
    page.get_by_text("People needed saved").wait_for()
    assert Demand.objects.get().fte == Decimal("3.25")
    page.locator("#costs").get_by_text("3.25 Data engineer").wait_for()


def test_another_project_is_found_while_typing_and_linked(page, world):
    factories.a_project(world.portfolio, "Visual search")
    page.goto(world.url)
    page.get_by_role("link", name="Link another project").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Either this or the other").check()
    dialog.get_by_label("The other project").fill("visual")
    found = dialog.get_by_role("radio", name="Visual search")
    found.wait_for()
    assert found.is_checked(), "the only one is chosen"
    clean(page)
    page.keyboard.press("Control+Enter")
    page.locator("#links").get_by_text("Either this or Visual search").wait_for()
    assert ProjectLink.objects.filter(kind="either_or").count() == 1
    page.get_by_role("button", name="Remove the link to Visual search").click()
    page.get_by_text("Link removed").wait_for()


def test_a_table_is_looked_at_and_taken(page, settings_url):
    page.goto(f"{settings_url}capacity/")
    page.get_by_role("link", name="Bring a table").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Table", exact=True).fill("k\t2030-05\nData engineer\tmany")
    dialog.get_by_role("button", name="See what it would change").click()
    dialog.get_by_text("many is no number of full-time people").wait_for()
    clean(page)
    dialog.get_by_label("Table", exact=True).fill("k\t2030-05\nData engineer\t3")
    dialog.get_by_role("button", name="See what it would change").click()
    dialog.get_by_text("1 month of 1 kind of work would change.").wait_for()
    dialog.get_by_role("button", name="Take it").click()
    page.get_by_text("1 month changed").wait_for()
    assert Supply.objects.filter(from_month__year=2030).get().fte == 3


def test_axe_finds_nothing_and_a_phone_does_not_scroll_sideways(page, world, settings_url):
    pages = (world.url, f"{world.url}edit/", f"{settings_url}capacity/", f"{settings_url}rates/")
    forms = [f"{settings_url}{name}/" for name in ("capacity/table", "capacity/add", "rates/add")]
    for address in (*pages, f"{world.url}people-needed/", f"{world.url}links/add/", *forms):
        page.goto(address)
        for width, height, theme in EXTREMES if address in pages else EXTREMES[1:]:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            clean(page)
