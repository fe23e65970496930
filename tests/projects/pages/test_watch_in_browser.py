"""Signals, metric pairs and the audit in a real browser: a dialog by keyboard, both themes, a phone, axe."""

from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from projects.actions import measurements, metric_pairs, signals
from projects.actors import Actor
from projects.models import Project
from projects.rules.metric_pairs import MetricPair
from tests.factories import SYSTEM
from tests.screenshots import AXE_RULES, EXTREMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser_page, client, live_server, world):
    """A window in which the editor has signed in; one signal is silent, one pair too far apart."""
    long_ago = Actor(None, "command", at=timezone.now() - timedelta(days=20))
    signals.declare(world.project.pk, name="nightly_predictions", every_days=1, actor=long_ago)
    signals.see(world.project.pk, name="weekly_report", actor=SYSTEM)
    pair = MetricPair("recall", "recall_test", "recall_live", gap=Decimal("0.05"))
    metric_pairs.declare(world.project.pk, pair=pair, actor=SYSTEM)
    for metric, value in (("recall_test", "0.83"), ("recall_live", "0.7")):
        said = {"value": Decimal(value), "measured_on": timezone.localdate()}
        measurements.post(world.project.pk, metric=metric, actor=SYSTEM, **said)
    Project.objects.update(furthest_stage="poc", stage="poc", standard_stage="poc")
    client.force_login(world.editor)
    session = client.cookies["sessionid"].value
    browser_page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browser_page


def test_a_period_is_changed_in_a_dialog_by_keyboard(page, world):
    page.goto(f"{world.url}measurements/")
    page.get_by_role("link", name="Change the signal nightly_predictions").click()
    days = page.get_by_role("dialog").get_by_label("Comes every … days")
    assert days.input_value() == "1"
    days.fill("30")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Signal nightly_predictions declared").wait_for()
    assert Project.objects.get().signals["nightly_predictions"]["every_days"] == 30


@pytest.mark.parametrize(("width", "height", "theme"), EXTREMES)
def test_the_pages_are_readable_for_all(page, world, width, height, theme):
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for tail in ("measurements/", "metric-pairs/declare/?name=recall", "checklists/pipeline_audit/", "edit/"):
        page.goto(f"{world.url}{tail}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tail
        found = Axe().run(page, options=AXE_RULES)
        assert found.violations_count == 0, found.generate_report()
