"""When projects are looked at again, and what is read of them for their flags."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Flag, Project
from projects.queries import flag_facts, flags
from tests.factories import a_crowd, a_portfolio

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
# Ahead and behind, midnights that clocks leave out (Santiago, Beirut) or show twice (Havana, the Azores),
# and a place that has left out a whole day.
ZONES = (
    *("UTC", "Pacific/Kiritimati", "America/Anchorage", "Europe/Lisbon", "Asia/Kolkata"),
    *("America/Santiago", "Asia/Beirut", "America/Havana", "Atlantic/Azores", "Pacific/Apia"),
)


@pytest.mark.once
@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("year", [2011, 2026])
def test_midnight_is_the_first_moment_of_a_day(name, year):
    zone = ZoneInfo(name)
    for place in range(365):
        day = date(year, 1, 1) + timedelta(days=place)
        first = flags.midnight(day, zone)
        left_out = (name, day) == ("Pacific/Apia", date(2011, 12, 30))
        assert first.astimezone(zone).date() == day + timedelta(days=left_out)
        assert (first - TICK).astimezone(zone).date() < day


@pytest.mark.django_db
@pytest.mark.postgres
def test_what_is_due_is_found_by_its_index():
    portfolio = a_portfolio()
    a_crowd(portfolio, 3_000, flags_due_at=timezone.now() + timedelta(days=30))
    Project.objects.filter(pk__in=[each.pk for each in portfolio.projects.all()[:20]]).update(
        flags_due_at=timezone.now()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Project._meta.db_table}")
    with CaptureQueriesContext(connection) as captured:
        assert len(flags.due(None, now=timezone.now(), size=2_000)) == 20
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "projects_whose_flags_are_due" in plan
    assert "Seq Scan" not in plan


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 20])
def test_facts_of_any_number_of_projects_are_one_query(number, django_assert_num_queries):
    made = a_crowd(a_portfolio(), number)
    assert connection.features.supports_json_field  # asked once by a process
    with django_assert_num_queries(1):
        found = flag_facts.of_many([project.pk for project in made])
    assert len(found) == number


@pytest.mark.django_db
def test_a_locked_project_reads_the_same_as_one_of_many(django_assert_num_queries):
    now = timezone.now()
    made, other = a_crowd(a_portfolio(time_zone="America/Anchorage"), 2)
    told = {"rule": "NO_UPDATE", "severity": "amber", "rule_version": 1, "facts": {"days": 1.5, "on": None}}
    told |= {"opened_at": now, "severity_since": now}
    for project in (made, other):
        for rule, cleared_at in (("NO_UPDATE", None), ("NO_OWNER", now), ("NO_STEWARD", now - 9 * DAY)):
            columns = {**told, "rule": rule, "cleared_at": cleared_at, "snoozed_until": date(2026, 3, 1)}
            Flag.objects.create(project=project, portfolio=project.portfolio, **columns)
    days = {"now": now, "cleared_since": now - 7 * DAY}
    project = Project.objects.select_related("portfolio").get(pk=made.pk)
    with django_assert_num_queries(1):
        found = flags.of_locked(project, **days)
    assert found == flags.of_held([made.pk, other.pk], **days)[0]
    assert [(flag.rule, flag.facts) for flag in found.open] == [("NO_UPDATE", told["facts"])]
    assert list(found.cleared) == ["NO_OWNER"]
