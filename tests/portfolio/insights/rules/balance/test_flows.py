"""Work in progress, launches and lead time; stage conversion by the quarter of entry."""

from datetime import date, timedelta

import pytest

from portfolio.insights.rules.balance import conversions, courses, flows
from portfolio.insights.rules.balance.courses import Course, Visit
from projects.rules.stages import Stage, TypicalDays
from tests.portfolio.insights.rules.portfolios import DAY, entry

pytestmark = pytest.mark.once
POC = Stage("poc", "poc", "Proof of concept", typical_days=TypicalDays(45, 90, 135), wip_limit=2)
LIVE = Stage("production", "production", "Production")


def course(*stays, key="X-1", **fields):
    """Visits as (stage, entered, left, cause) in days before DAY; of attempt 1 unless a fifth value says."""
    visits = tuple(
        Visit(
            (rest or [1])[0],
            stage,
            DAY - timedelta(entered),
            None if left is None else DAY - timedelta(left),
            cause,
        )
        for stage, entered, left, cause, *rest in stays
    )
    return Course(key, key, visits, **fields)


def launched(days_ago, before=100):
    return course(
        ("framing", days_ago + before, days_ago, "advance"),
        ("production", days_ago, None, ""),
    )


def test_eighteen_in_progress_and_three_in_two_months_are_a_year():
    assert flows.lead_months(18, 1.5) == 12
    assert flows.lead_months(18, 0) is None
    assert flows.lead_months(18, None) is None


def test_throughput_is_of_the_last_year():
    found = flows.of([launched(10), launched(364), launched(365), launched(600)], [], 18, [], DAY)
    assert (found["observed_days"], found["launched"]) == (365, 2)
    assert found["throughput"] == pytest.approx(2 / 365 * flows.DAYS_A_MONTH)
    assert found["lead_months"] == pytest.approx(18 / found["throughput"])


@pytest.mark.parametrize(("begun", "days"), [(89, None), (90, 90), (400, 365)])
def test_with_less_than_a_quarter_of_history_no_rate_is_told(begun, days):
    found = flows.of([course(("framing", begun, None, ""))], [], 1, [], DAY)
    assert found["observed_days"] == days
    assert found["throughput"] == (None if days is None else 0)
    assert flows.of([], [], 0, [], DAY)["throughput"] is None


def test_what_came_in_live_is_no_launch():
    assert courses.launches([course(("production", 30, None, ""))]) == []
    assert courses.launches([launched(30)]) == [DAY - timedelta(30)]


def test_a_second_way_into_production_is_no_second_launch():
    back = course(
        ("pilot", 300, 200, "advance"),
        ("production", 200, 100, "rollback"),
        ("pilot", 100, 50, "advance"),
        ("production", 50, None, ""),
    )
    assert courses.launches([back]) == [DAY - timedelta(200)]


def test_the_months_before_this_one():
    months = flows.months([course(("poc", 25, None, "")), launched(30)], DAY)
    assert [row["month"] for row in months][-2:] == ["2026-09", "2026-10"]
    # 30 days before 20 November is 21 October; 25 days before it is 26 October.
    assert months[-1] == {"month": "2026-10", "wip": 1, "launched": 1}
    assert months[-2] == {"month": "2026-09", "wip": 1, "launched": 0}


@pytest.mark.parametrize(
    ("advances", "days", "typical", "hint"),
    [(8, 365, 45, 1), (9, 365, 45, 2), (1, 365, 1, 1), (73, 365, 45, 9)],
)
def test_a_stage_can_hold_what_leaves_it_in_its_typical_time(advances, days, typical, hint):
    assert flows.hint(advances, days, typical) == hint


def test_a_stage_over_its_limit():
    found = flows.of([launched(200)], [entry(), entry(), entry()], 3, [POC, LIVE], DAY)["by_stage"]
    assert [(row["label"], row["wip"], row["limit"], row["is_over"]) for row in found] == [
        ("Proof of concept", 3, 2, True)
    ]
    assert found[0]["hint"] is None  # nothing has moved on from there


def test_what_became_of_those_who_entered():
    found = conversions.entered(
        [
            course(("poc", 400, 300, "advance"), ("mvp", 300, None, "")),
            course(("poc", 400, 300, "stop")),
            course(("poc", 400, None, "")),
            # Sent back, and still under way: neither moved on nor stopped.
            course(("data", 500, 400, "advance"), ("poc", 400, 300, "back"), ("data", 300, None, "")),
            # Sent back and forth: once, and it moved on.
            course(
                ("poc", 400, 300, "back"),
                ("data", 300, 250, "advance"),
                ("poc", 250, 200, "advance"),
                ("mvp", 200, None, ""),
            ),
            # A second attempt is a second entry; the first one was stopped.
            course(("poc", 400, 300, "stop"), ("poc", 200, None, "", 2)),
        ]
    )
    assert sorted(one.fate for one in found["poc"]) == [
        "advanced",
        "advanced",
        "still_in",
        "still_in",
        "still_in",
        "stopped",
        "stopped",
    ]


def test_a_way_that_was_given_up_for_another_was_stopped_whatever_its_last_stay_says():
    found = conversions.entered([course(("poc", 400, 300, ""), ("framing", 200, None, "", 2))])
    assert [one.fate for one in found["poc"]] == ["stopped"]


def test_only_decided_quarters_are_summed_up():
    """A quarter is decided when 95 of 100 have had their time: 135 days after its end."""
    old = [conversions.Entered(date(2026, 4, 1), fate) for fate in ("advanced", "advanced", "stopped")]
    new = [conversions.Entered(date(2026, 8, 1), "still_in")] * 5
    row = conversions.of(POC, old + new, date(2026, 11, 12))
    assert (row["entered"], row["undecided"]) == (3, 5)
    assert row["share"] == pytest.approx(2 / 3)
    assert [cohort["quarter"] for cohort in row["cohorts"]] == ["2026 Q2", "2026 Q3"]
    assert conversions.of(POC, old + new, date(2026, 11, 11))["share"] is None
    assert conversions.of(POC, [], DAY)["share"] is None


def test_usual_conversion_follows_from_the_chances_of_production():
    usual = conversions.references(
        {
            "idea": 0.2,
            "framing": 0.28,
            "data": 0.35,
            "poc": 0.42,
            "mvp": 0.52,
            "validation": 0.63,
            "pilot": 0.75,
        }
    )
    assert usual["poc"] == pytest.approx(0.42 / 0.52)
    assert usual["pilot"] == 0.75
