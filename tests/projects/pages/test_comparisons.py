"""An assessment on two days."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone


def test_two_days_show_what_changed_and_can_be_passed_on(world, says, give):
    give("WP1", "N", days_ago=40)
    give("WP1", "C", world.manager)
    page = says("assessment/compare/?" + _span(30, 0))
    assert "1 between" in page
    assert re.search(r"a date\? WP1 No then Yes, claimed Mara Manager", page)
    assert "No score had been kept by" in page
    page = says("assessment/compare/?" + _span(60, 50))
    assert "Every answer counts as the same on both days." in page


@pytest.mark.parametrize(
    "query", ["from=x", "to=1905-01-01", "from=2026-02-30", "to=%00", "from=" + "9" * 400]
)
def test_a_wrong_day_says_what_to_do(world, as_, query):
    response = as_(world.viewer).get(f"{world.url}assessment/compare/?{query}")
    assert response.status_code == 422
    assert re.search(r"Use a date|Null characters", response.content.decode())


def _span(start, end):
    today = timezone.localdate()
    first, last = today - timedelta(days=start), today - timedelta(days=end)
    return f"from={first.isoformat()}&to={last.isoformat()}"
