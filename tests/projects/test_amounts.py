"""Amounts in few words."""

from types import SimpleNamespace

import pytest

from projects.templatetags.amounts import amount, value_a_year

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (0, "0"),
        (7.4, "7"),
        (950, "950"),
        (999.96, "1 k"),
        (1_000, "1 k"),
        (45_000, "45 k"),
        (450_400, "450 k"),
        (999_960, "1 m"),
        (1_200_000, "1.2 m"),
        (2_000_000_000, "2 bn"),
        (99_999_999_999_999, "100000 bn"),
    ],
)
def test_an_amount_is_said_in_the_largest_unit_that_fits(value, words):
    assert amount(value) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((None, None, None), ""),
        ((None, 1_200_000, None), "1.2 m EUR a year"),
        ((400_000, 1_200_000, 1_800_000), "0.4 to 1.8 m EUR a year, likely 1.2 m"),
        ((20_000, 45_000, 90_000), "20 to 90 k EUR a year, likely 45 k"),
        ((5_000, 1_200_000, 2_000_000), "5 k to 2 m EUR a year, likely 1.2 m"),
        ((0, 500, 900), "0 to 900 EUR a year, likely 500"),
        ((0, 500_000, 900_000), "0 to 900 k EUR a year, likely 500 k"),
        ((1_000, 1_000, 1_000), "1 k EUR a year"),
        ((None, 45_000, 90_000), "at most 90 k EUR a year, likely 45 k"),
        ((20_000, 45_000, None), "at least 20 k EUR a year, likely 45 k"),
    ],
)
def test_a_range_says_its_unit_once(values, words):
    low, likely, high = values
    portfolio = SimpleNamespace(currency="EUR")
    project = SimpleNamespace(value_low=low, value_likely=likely, value_high=high, portfolio=portfolio)
    found = value_a_year(project)
    assert (f">{words}<" in found) if words else found == ""


def test_the_exact_amounts_stand_in_the_title():
    project = SimpleNamespace(
        value_low=1, value_likely=1_234_567, value_high=2_000_000, portfolio=SimpleNamespace(currency="EUR")
    )
    assert 'title="1 / 1,234,567 / 2,000,000 EUR"' in value_a_year(project)
