from datetime import date

import pytest
from django.http import Http404
from django.test import RequestFactory

from portfolio.insights.pages.addresses import Asked, measures


def asked(query):
    return Asked.of(RequestFactory().get(f"/portfolios/sample/balance/?{query}"))


def test_an_address_read_and_written_again_is_the_same():
    query = "day=2026-11-01&compare=2026-08-31&measure=cost&wi=stop%3AA-1&wi=hold%3AA-2"
    assert asked(query).at("/b/") == f"/b/?{query}"
    assert asked("").at("/b/") == "/b/"


def test_a_measure_that_nobody_knows_is_left_out():
    assert asked("measure=beauty").measure == ""


@pytest.mark.parametrize("query", ["day=yesterday", "compare=2026-02-30"])
def test_a_day_that_is_no_day_is_not_found(query):
    with pytest.raises(Http404):
        asked(query)


def test_a_switch_adds_its_changes_and_takes_them_away_again():
    before = asked("measure=cost&wi=hold:A-9")
    on = before.switched(["stop:A-1", "stop:A-2"])
    assert on.wi == ("hold:A-9", "stop:A-1", "stop:A-2")
    assert on.measure == "cost"
    assert on.switched(["stop:A-1", "stop:A-2"]) == before


def test_a_switch_that_is_half_on_goes_on():
    assert asked("wi=stop:A-1").switched(["stop:A-1", "stop:A-2"]).wi == ("stop:A-1", "stop:A-2")


def test_the_choice_of_measures_keeps_the_rest_of_the_address():
    links = measures(asked("compare=2026-08-31&measure=cost"), "/b/", "cost")
    assert [(link["code"], link["is_current"]) for link in links] == [
        ("effort", False),
        ("cost", True),
        ("count", False),
    ]
    assert links[0]["href"] == "/b/?compare=2026-08-31&measure=effort"
    assert Asked(day=date(2026, 1, 2)).at("/b/", day=None) == "/b/"
