"""Quiet hours and digests by a person's own clock, also when it is put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portfolio.notifications.rules.rhythms import Clock, last_digest, not_before

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHT = {"quiet_from": time(20), "quiet_to": time(7)}


def at(text, zone=BERLIN, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-11-24 19:59", "2026-11-24 19:59"),
        ("2026-11-24 20:00", "2026-11-25 07:00"),
        ("2026-11-25 06:59", "2026-11-25 07:00"),
        ("2026-11-25 07:00", "2026-11-25 07:00"),
        # Friday evening to Monday morning.
        ("2026-11-20 21:00", "2026-11-23 07:00"),
        ("2026-11-21 12:00", "2026-11-23 07:00"),
    ],
)
def test_a_mail_waits_for_the_end_of_the_quiet(now, goes):
    assert not_before(Clock(BERLIN, **NIGHT), at(now)) == at(goes)


def test_a_rest_at_noon_ends_on_its_day():
    clock = Clock(BERLIN, quiet_from=time(12), quiet_to=time(13))
    assert not_before(clock, at("2026-11-24 12:30")) == at("2026-11-24 13:00")
    assert not_before(clock, at("2026-11-24 13:00")) == at("2026-11-24 13:00")


def test_without_quiet_hours_a_mail_goes_on_a_weekend_too():
    assert not_before(Clock(BERLIN), at("2026-11-21 12:00")) == at("2026-11-21 12:00")
    loud = Clock(BERLIN, **NIGHT, quiet_weekends=False)
    assert not_before(loud, at("2026-11-21 12:00")) == at("2026-11-21 12:00")


def test_everybody_has_a_night_of_their_own():
    now = at("2026-11-24 21:00", BERLIN)  # 15:00 in New York
    assert not_before(Clock(NEW_YORK, **NIGHT), now) == now
    assert not_before(Clock(BERLIN, **NIGHT), now) == at("2026-11-25 07:00")


def test_in_the_night_of_the_change_the_quiet_ends_when_the_clock_on_the_wall_says_so():
    clock = Clock(BERLIN, **NIGHT, quiet_weekends=False)
    for evening, hours in (("2026-03-28 21:00", 9), ("2026-10-24 21:00", 11), ("2026-10-27 21:00", 10)):
        assert not_before(clock, at(evening)) - at(evening) == timedelta(hours=hours)


def test_a_quiet_that_ends_in_the_hour_that_comes_twice_ends_for_good():
    clock = Clock(BERLIN, quiet_from=time(1), quiet_to=time(2, 30), quiet_weekends=False)
    first, second = at("2026-10-25 02:10"), at("2026-10-25 02:10", fold=1)
    assert not_before(clock, first) == at("2026-10-25 02:30")
    assert not_before(clock, second) == at("2026-10-25 02:30", fold=1)


def test_a_quiet_that_ends_in_the_hour_that_is_left_out_ends_after_it():
    clock = Clock(BERLIN, quiet_from=time(1), quiet_to=time(2, 30), quiet_weekends=False)
    assert not_before(clock, at("2026-03-29 01:30")) == at("2026-03-29 03:30")


ZONES = [BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")]
SPANS = [(time(20), time(7)), (time(1), time(2, 15)), (time(), time(23))]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("begins", "ends"), SPANS)
def test_over_a_year_the_quiet_ends_always_and_outside_itself(zone, begins, ends):
    clock = Clock(zone, quiet_from=begins, quiet_to=ends)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    while now.year == 2026:
        goes = not_before(clock, now)
        assert goes >= now
        assert not_before(clock, goes) == goes
        assert goes.astimezone(zone).weekday() < 5
        now += timedelta(minutes=97)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-24 07:29", "2026-11-23"),
        ("2026-11-24 07:30", "2026-11-24"),
        ("2026-11-24 23:59", "2026-11-24"),
        # On a weekend Friday's was the last; Monday's takes all.
        ("2026-11-22 12:00", "2026-11-20"),
        ("2026-11-23 07:00", "2026-11-20"),
        ("2026-11-23 07:30", "2026-11-23"),
    ],
)
def test_a_daily_digest_is_due_in_the_morning_of_working_days(now, day):
    found, moment = last_digest(Clock(BERLIN), "daily", at(now))
    assert (found, moment) == (date.fromisoformat(day), at(f"{day} 07:30"))


def test_who_wants_no_quiet_weekend_has_a_digest_on_each_day():
    found, _ = last_digest(Clock(BERLIN, quiet_weekends=False), "daily", at("2026-11-22 12:00"))
    assert found == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-26 07:29", "2026-11-19"),
        ("2026-11-26 07:30", "2026-11-26"),
        ("2026-12-02 23:00", "2026-11-26"),
    ],
)
def test_a_weekly_digest_is_due_on_its_day(now, day):
    found, _ = last_digest(Clock(BERLIN, digest_weekday=3), "weekly", at(now))
    assert found == date.fromisoformat(day)


def test_over_a_year_each_day_has_one_digest_whatever_the_clock_does():
    clock = Clock(BERLIN, digest_at=time(2, 30), quiet_weekends=False)
    now, found = datetime(2026, 1, 2, tzinfo=UTC), []
    while now.year == 2026:
        found.append(last_digest(clock, "daily", now))
        now += timedelta(minutes=15)
    days = sorted(set(found))
    assert len(days) == len({day for day, _ in days})
    assert [day - days[0][0] for day, _ in days] == [timedelta(n) for n in range(len(days))]
