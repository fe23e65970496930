"""Lines, courses and versions of metrics, against the same found row by row."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from projects.actions import observations
from projects.queries import metrics
from projects.queries.metrics import BUCKETS, Series
from projects.rules.lifts import Seen
from projects.rules.observations import Observed
from tests.factories import SYSTEM, a_portfolio, a_project

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def project():
    return a_project(a_portfolio())


def post(project, rows):
    observations.post_many(project.pk, given=rows, actor=SYSTEM)


def test_a_course_has_few_parts_with_the_least_the_largest_and_the_last_of_each(project):
    dice = random.Random(3)
    rows = [
        Observed(
            "recall",
            "online",
            dice.random(),
            START + timedelta(minutes=7 * minute),
            version=str(minute // 900),
        )
        for minute in range(3000)
    ]
    post(project, [*rows, Observed("recall", "online", 9, START, segment="new")])
    until = START + timedelta(days=10)
    found = metrics.course(project.pk, Series("recall", "online", ""), START, until)
    shown = [row for row in rows if row.at <= until]
    assert len(found) <= BUCKETS + 1 and sum(each.number for each in found) == len(shown)
    began = START
    for each in found:
        mine = [row for row in shown if began <= row.at <= each.at]
        assert (each.least, each.most) == (min(row.value for row in mine), max(row.value for row in mine))
        assert (each.last, each.version) == (mine[-1].value, mine[-1].version)
        began = each.at + timedelta(seconds=1)


def test_a_few_values_are_all_there_with_their_intervals(project):
    rows = [
        Observed("recall", "offline", 0.5, START + timedelta(days=day), low=0.4, high=0.6) for day in range(4)
    ]
    post(project, rows)
    found = metrics.course(project.pk, Series("recall", "offline", ""), START, START + timedelta(days=30))
    assert [(each.at, each.low, each.high) for each in found] == [(row.at, 0.4, 0.6) for row in rows]


def test_each_metric_has_a_line_in_each_environment(project, django_assert_num_queries):
    later = START + timedelta(days=1)
    post(
        project,
        [
            *(Observed("recall", "online", 0.1 * hour, START + timedelta(hours=hour)) for hour in range(6)),
            Observed("recall", "online", 0.9, later, segment="new"),
            Observed("recall", "offline", 0.8, START, low=0.7, high=0.9),
            Observed("psi", "shadow", 0.2, later, segment="old"),
        ],
    )
    with django_assert_num_queries(2):
        found = metrics.lines(project.pk)
    told = [(line.metric, line.environment, line.newest.value, line.number, line.segments) for line in found]
    assert told == [
        ("psi", "shadow", 0.2, 1, ("old",)),
        ("recall", "offline", 0.8, 1, ()),
        ("recall", "online", 0.5, 7, ("new",)),
    ]
    assert found[2].recent == tuple(0.1 * hour for hour in range(6)) and found[0].trend is None


def test_versions_come_in_the_order_in_which_they_appeared(project):
    post(
        project,
        [
            Observed("recall", "offline", 0.5, START, version="b", low=0.4, high=0.6),
            Observed("recall", "offline", 0.7, START + timedelta(hours=1), version="b", low=0.6, high=0.8),
            Observed("live", "online", 0.4, START + timedelta(days=2), version="b"),
            Observed("recall", "offline", 0.8, START + timedelta(days=1), version="a"),
            Observed("recall", "offline", 0.8, START + timedelta(days=1)),
        ],
    )
    found = metrics.versions(project.pk, {"offline": "recall", "online": "live"}, "")
    assert [(version, sorted(sides)) for version, sides in found] == [
        ("b", ["offline", "online"]),
        ("a", ["offline"]),
    ]
    assert found[0][1]["offline"] == Seen(pytest.approx(0.6), pytest.approx(0.2))
    assert found[0][1]["online"] == Seen(0.4)
