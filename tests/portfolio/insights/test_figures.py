"""The figures of a portfolio: what is counted, and that size costs no queries."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.insights.actions import summaries
from portfolio.insights.models import Snapshot
from portfolio.insights.queries import figures
from portfolio.insights.queries import summaries as summary_queries
from portfolio.register.actions import samples
from projects.actions import flags, moves, projects, stages, units
from projects.errors import NotAllowed
from projects.models import Portfolio
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


def body(portfolio, now=None):
    return figures.figures(Portfolio.objects.get(pk=portfolio.pk), now or timezone.now())


@pytest.fixture(scope="module")
def sample(for_the_module):
    return for_the_module(_sample)


def _sample():
    with time_machine.travel(AS_OF, tick=False):
        portfolio = samples.load()
        flags.sweep(portfolio.pk, actor=SYSTEM, now=AS_OF)
        return body(portfolio)


def test_the_sample_by_stage_in_the_workflows_order(sample):
    assert [(row["code"], row["projects"]) for row in sample["stages"]] == [
        ("idea", 1),
        ("framing", 2),
        ("data", 3),
        ("poc", 3),
        ("mvp", 4),
        ("validation", 4),
        ("pilot", 3),
        ("production", 4),
    ]
    medians = {row["code"]: row["median_days"] for row in sample["stages"]}
    # Days in stage of the sample's file: 19 and 62 in framing, 26, 38 and 112 in data.
    assert medians == {row: _median_of_file(row) for row in medians}


def _median_of_file(stage):
    days = sorted(int(row["days_in_stage"]) for row in samples.rows() if row["stage"] == stage)
    middle = len(days) // 2
    value = days[middle] if len(days) % 2 else (days[middle - 1] + days[middle]) / 2
    return int(value) if value == int(value) else value


def test_the_sample_by_unit_health_and_flag(sample):
    assert {unit["name"]: unit["projects"] for unit in sample["units"]} == {
        "Insurance": 6,
        "Retail": 6,
        "Logistics": 5,
        "Customer Operations": 4,
        "Corporate": 3,
    }
    assert sum(row["projects"] for row in sample["health"]) == 24
    found = {row["rule"]: (row["warn"], row["critical"]) for row in sample["flags"]}
    assert {rule: counts for rule, counts in found.items() if counts != (0, 0)} == _flags_of_file()
    assert sample["flagged"] == {"projects": 13, "critical": 7, "quiet": 9}
    assert sample["counts"]["running"] == 24
    assert sample["counts"]["on_hold"] == 1


def _flags_of_file():
    """Rule -> how many projects it warns of, and how many more it finds critical."""
    flags = Counter(flag for row in samples.rows() for flag in row["x_flags"].split())
    rules = {flag.rstrip("!") for flag in flags}
    return {rule: (flags[rule], flags[f"{rule}!"]) for rule in rules}


def test_who_has_gone_quiet_longest_comes_first(sample):
    first = sample["quietest"][0]
    assert (first["name"], first["days"], first["on_hold"]) == ("Autonomous yard vision", 95, True)
    days = [row["days"] for row in sample["quietest"]]
    assert days == sorted(days, reverse=True)
    assert len(days) == figures.QUIETEST


def test_what_has_ended_or_was_put_away_is_counted_apart():
    portfolio = a_portfolio()
    stopped, archived, deleted, _ = [a_project(portfolio) for _ in range(4)]
    moves.make(stopped.pk, kind="stop", reason_code="budget", note="No.", actor=SYSTEM)
    projects.archive(archived.pk, actor=SYSTEM)
    projects.delete(deleted.pk, actor=SYSTEM)
    found = body(portfolio)
    counts = found["counts"]
    assert (counts["running"], counts["stopped"], counts["archived"]) == (1, 1, 1)
    assert sum(row["projects"] for row in found["stages"]) == 1
    assert len(found["quietest"]) == 1


def test_units_of_the_second_level_stand_under_the_first():
    portfolio = a_portfolio()
    for team in ("Claims", "Claims", "Pricing", ""):
        unit = units.find_or_create(portfolio.pk, name="Insurance", team=team, actor=SYSTEM)
        a_project(portfolio, unit=unit)
    a_project(portfolio)
    insurance, none = body(portfolio)["units"]
    assert (insurance["name"], insurance["projects"]) == ("Insurance", 4)
    assert {unit["name"]: unit["projects"] for unit in insurance["units"]} == {"Claims": 2, "Pricing": 1}
    assert (none["id"], none["projects"]) == (None, 1)


def test_moves_of_the_week_are_listed_and_reported_ones_only_counted(time_machine):
    time_machine.move_to(AS_OF, tick=False)
    portfolio = a_portfolio()
    old, new, told = [a_project(portfolio, name) for name in ("Old", "New", "Told")]
    moves.make(old.pk, to="framing", actor=SYSTEM)
    time_machine.shift(timedelta(days=8))
    moves.make(new.pk, to="framing", actor=SYSTEM)
    stages.report(told.pk, to="pilot", actor=SYSTEM)
    found = body(portfolio)["moves"]
    assert (found["made"], found["reported"]) == (1, 1)
    assert [(row["name"], row["from"], row["to"]) for row in found["newest"]] == [("New", "Idea", "Framing")]


def test_size_costs_no_queries():
    small, large = a_portfolio(), a_portfolio()
    a_crowd(small, 1)
    a_crowd(large, 60)
    counts = []
    for portfolio in (small, large):
        body(portfolio)
        with CaptureQueriesContext(connection) as captured:
            body(portfolio)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_a_day_has_one_snapshot_and_the_later_figures_stay():
    portfolio = a_portfolio()
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF)
    a_project(portfolio)
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF + timedelta(hours=1))
    # Somebody who counted before and was slow must not undo it.
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF + timedelta(minutes=30))
    kept = Snapshot.objects.get()
    assert (kept.taken_at, kept.body["counts"]["running"]) == (AS_OF + timedelta(hours=1), 1)
    summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF + timedelta(days=1))
    assert [each.day for each in Snapshot.objects.all()] == [
        (AS_OF + timedelta(days=1)).date(),
        AS_OF.date(),
    ]
    assert summary_queries.latest(portfolio).day == (AS_OF + timedelta(days=1)).date()


def test_the_day_is_the_portfolios_own():
    portfolio = a_portfolio(time_zone="Pacific/Auckland")
    assert str(summaries.take(portfolio.pk, actor=SYSTEM, now=AS_OF).day) == "2026-11-21"


def test_a_contributor_may_not_take_a_summary():
    portfolio = a_portfolio()
    with pytest.raises(NotAllowed):
        summaries.take(portfolio.pk, actor=acting(a_member(portfolio, "contributor")), now=AS_OF)
    assert not Snapshot.objects.exists()
