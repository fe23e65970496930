from datetime import date

import pytest

from portfolio.insights.charts import words


def test_what_is_not_known_says_so():
    assert {words.percent(None), words.number(None), words.money(None, "EUR")} == {"not known"}
    assert words.signed(None) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.536, "54%"), (0, "0%"), (1, "100%"), (-0.001, "0%"), (1.25, "125%")],
)
def test_shares_are_whole_percents(value, said):
    assert words.percent(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(9.64, "9.6"), (10.0, "10"), (100, "100"), (-2.5, "−2.5"), (-0.01, "0")]
)
def test_numbers_have_no_idle_decimals(value, said):
    assert words.number(value) == said


@pytest.mark.parametrize(("value", "said"), [(15.2, "+15"), (-8, "−8"), (0.2, "0"), (-0.4, "0")])
def test_a_difference_has_its_sign(value, said):
    assert words.signed(value) == said


def test_money_in_few_words_also_below_zero():
    assert words.money(1_234_567, "EUR") == "1.2 m EUR"
    assert words.money(-45_000, "CHF") == "−45 k CHF"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 8, 31), "in August"),
        (date(2026, 11, 2), "on 2 Nov"),
        (date(2025, 11, 30), "in November 2025"),
        (date(2026, 1, 1), "in January"),
    ],
)
def test_a_past_day_is_named_so_that_it_is_not_mistaken(day, said):
    assert words.when(day, date(2026, 11, 21)) == said


def test_one_thing_is_not_called_many():
    assert [words.count(n, "launch", "launches") for n in (0, 1, 2)] == [
        "0 launches",
        "1 launch",
        "2 launches",
    ]
    assert words.count(1.5, "project") == "1.5 projects"
