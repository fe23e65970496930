"""Public holidays of countries and regions, and the working days that they leave."""

from datetime import date, timedelta

import pytest

from projects.rules import public_holidays
from projects.rules.calendars import Calendar

pytestmark = pytest.mark.once

EPIPHANY, FRIDAY = date(2026, 1, 6), date(2026, 12, 18)


def test_a_region_has_days_that_its_country_has_not():
    assert public_holidays.of("DE-BY", 2026)[EPIPHANY] == "Epiphany"
    assert EPIPHANY not in public_holidays.of("DE", 2026)
    assert public_holidays.of("", 2026) == {}


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("DE", "DE"),
        ("de-by", "DE-BY"),
        (" Germany ", "DE"),
        ("germany-by", "DE-BY"),
        ("it-barletta", "IT-Barletta"),
        ("DE-ZZ", None),
        ("XX", None),
        ("", None),
        ("-", None),
        ("DE-\x00", None),
        ("BR-São Paulo Capital", None),  # longer than the column
    ],
)
def test_a_region_is_known_however_it_is_written(text, region):
    assert public_holidays.known(text) == region


def test_everything_that_can_be_chosen_is_known_and_fits():
    for country, name in public_holidays.countries().items():
        assert public_holidays.known(name) == country
        for region in (country, *public_holidays.parts(country)):
            assert public_holidays.known(region) == region
            assert len(region) <= public_holidays.LONGEST_REGION
            assert all(day.year == 2026 for day in public_holidays.of(region, 2026))


def test_what_a_later_version_no_longer_knows_stops_nothing():
    assert public_holidays.of("XX", 2026) == public_holidays.of("DE-ZZ", 2026) == {}


def test_working_days_go_round_public_holidays_into_the_next_year():
    """By hand from a Friday: 21, 22, 23, 24, 28, 29, 30, 31, 4; 25 and 1 are free, in Bavaria 6 as well."""
    of_germany, of_bavaria = Calendar(region="DE"), Calendar(region="DE-BY")
    assert of_germany.after(FRIDAY, 5) == date(2026, 12, 28)
    assert of_germany.after(FRIDAY, 9) == of_bavaria.after(FRIDAY, 9) == date(2027, 1, 4)
    assert of_germany.after(FRIDAY, 11) == date(2027, 1, 6)
    assert of_bavaria.after(FRIDAY, 11) == date(2027, 1, 7)
    assert Calendar().after(FRIDAY, 5) == date(2026, 12, 25)


def test_own_days_off_and_days_of_the_week_count_as_well():
    free = Calendar(frozenset([0, 1, 2, 3, 4]), frozenset([date(2026, 12, 21)]), "DE")
    assert free.after(FRIDAY, 1) == date(2026, 12, 22)
    assert Calendar(frozenset(), region="DE").after(date(2026, 12, 24), 1) == date(2026, 12, 27)


def test_a_year_is_worked_out_once():
    public_holidays.of.cache_clear()
    day = date(2026, 1, 1)
    for number in range(300):
        Calendar(region="FR").works_on(day + timedelta(days=number))
    assert public_holidays.of.cache_info().misses == 1
