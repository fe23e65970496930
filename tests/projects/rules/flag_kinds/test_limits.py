"""Every rule about a project from both sides of each of its limits."""

from datetime import timedelta
from decimal import Decimal

import pytest

from projects.rules import flags
from projects.rules.flag_facts import Pair, Signal
from projects.rules.trends import Trend
from tests.projects.rules.flag_kinds.healthy import CODES, TODAY, ago, ahead, facts, found, look

pytestmark = pytest.mark.once
D = Decimal


@pytest.mark.parametrize("stage", CODES)
def test_a_healthy_project_has_no_flag(stage):
    assert found(facts(stage)) == []


def split(offline, online, *, up=True):
    """A pair whose sides rose by these parts, give or take a hundredth."""
    trends = [
        Trend(rise, rise - 0.01, rise + 0.01, 6, "version", ago(60), TODAY) for rise in (offline, online)
    ]
    return Pair("recall", up, offline_trend=trends[0], online_trend=trends[1])


def beyond(value, **limits):
    """A signal that is a metric, seen today."""
    given = {name: D(limit) for name, limit in limits.items()}
    return Signal("psi", 1, TODAY, TODAY, value=D(value), **given)


# stage, what is wrong, what is found
CASES = [
    ("poc", {"signoff_asked_on": ago(14)}, []),
    ("poc", {"signoff_asked_on": ago(15)}, ["SIGNOFF_PENDING"]),
    ("poc", {"signoff_asked_on": ago(28)}, ["SIGNOFF_PENDING"]),
    ("poc", {"signoff_asked_on": ago(29)}, ["SIGNOFF_PENDING!"]),
    ("poc", {"signature_ends_on": TODAY}, []),
    ("poc", {"signature_ends_on": ago(1)}, ["SIGNOFF_EXPIRED!"]),
    ("pilot", {"signatures_changed": 1}, ["SIGNOFF_INVALIDATED"]),
    ("production", {"signatures_changed": 2}, ["SIGNOFF_INVALIDATED!"]),
    ("data", {"signatures_refused": 1}, ["SIGNOFF_BLOCKED!"]),
    ("data", {"condition_due_on": TODAY}, []),
    ("data", {"condition_due_on": ago(1)}, ["CONDITION_OVERDUE"]),
    ("data", {"condition_due_on": ago(14)}, ["CONDITION_OVERDUE"]),
    ("data", {"condition_due_on": ago(15)}, ["CONDITION_OVERDUE!"]),
    ("idea", {"blocker_due_on": TODAY, "grave_blocker_due_on": TODAY}, []),
    ("idea", {"blocker_due_on": ago(200)}, ["BLOCKER_SLA"]),
    ("idea", {"grave_blocker_due_on": ago(1), "blocker_due_on": ago(50)}, ["BLOCKER_SLA!"]),
    ("idea", {"grave_blocker_due_on": ahead(1), "blocker_due_on": ago(1)}, ["BLOCKER_SLA"]),
    ("idea", {"unowned_blocker_on": ago(2)}, []),
    ("idea", {"unowned_blocker_on": ago(3)}, ["BLOCKER_UNOWNED"]),
    ("idea", {"unowned_blocker_on": TODAY, "has_unowned_critical": True}, ["BLOCKER_UNOWNED!"]),
    ("idea", {"assessed_on": None, "created_on": ago(14)}, []),
    ("idea", {"assessed_on": None, "created_on": ago(15)}, ["ASSESSMENT_MISSING"]),
    ("framing", {"assessed_on": None, "created_on": TODAY}, ["ASSESSMENT_MISSING!"]),
    ("pilot", {"assessed_on": ago(30)}, []),
    ("pilot", {"assessed_on": ago(31)}, ["ASSESSMENT_STALE"]),
    ("pilot", {"assessed_on": ago(60)}, ["ASSESSMENT_STALE"]),
    ("pilot", {"assessed_on": ago(61)}, ["ASSESSMENT_STALE!"]),
    ("pilot", {"assessed_on": ago(31), "on_hold": True, "resume_on": TODAY}, ["ASSESSMENT_STALE"]),
    ("idea", {"owner_acted_on": ago(30)}, []),
    ("idea", {"owner_acted_on": ago(31)}, ["OWNER_INACTIVE"]),
    ("idea", {"owner_acted_on": ago(60)}, ["OWNER_INACTIVE"]),
    ("idea", {"owner_acted_on": ago(61)}, ["OWNER_INACTIVE!"]),
    ("idea", {"owner_is_active": False}, ["OWNER_INACTIVE!"]),
    ("idea", {"owner_acted_on": None, "created_on": ago(31)}, ["OWNER_INACTIVE"]),
    ("idea", {"owner_acted_on": None, "has_owner": False}, []),
    ("idea", {"has_steward": False}, []),
    ("framing", {"has_steward": False}, ["NO_STEWARD"]),
    ("data", {"has_steward": False}, ["NO_STEWARD!"]),
    ("framing", {"letters": {"DQ2": "Y", "NT1": "N"}}, ["NO_STEWARD"]),
    ("idea", {"metric_is_complete": False}, []),
    ("framing", {"metric_is_complete": False}, ["METRIC_MISSING"]),
    ("data", {"metric_is_complete": False}, ["METRIC_MISSING"]),
    ("poc", {"metric_is_complete": False}, ["METRIC_MISSING!"]),
    ("pilot", {"pivoted_on": ago(3), "pivot_stage": "data"}, []),
    ("pilot", {"pivoted_on": ago(90), "pivot_stage": "poc"}, ["LATE_PIVOT"]),
    ("pilot", {"pivoted_on": ago(91), "pivot_stage": "poc"}, []),
    ("pilot", {"pivoted_on": ago(3), "pivot_stage": "mvp"}, ["LATE_PIVOT"]),
    ("pilot", {"pivoted_on": ago(3), "pivot_stage": "validation"}, ["LATE_PIVOT!"]),
    ("poc", {"letters": {"DQ2": "N"}}, []),
    ("mvp", {"letters": {"DQ2": "P"}}, []),
    *[("mvp", {"letters": letters}, ["LEAKAGE_UNREVIEWED!"]) for letters in ({"DQ2": "N"}, {"DQ2": "T"}, {})],
    ("mvp", {"p05_on": ahead(9), "p95_on": ahead(99), "stated_on": ahead(9)}, []),
    ("mvp", {"p05_on": ahead(9), "p95_on": ahead(99), "stated_on": ahead(99)}, []),
    ("mvp", {"p05_on": ahead(9), "p95_on": ahead(99), "stated_on": ahead(8)}, ["EXPECTATION_GAP"]),
    ("mvp", {"p05_on": ahead(9), "p95_on": ahead(99), "stated_on": ahead(100)}, ["EXPECTATION_GAP"]),
    ("mvp", {"stated_on": ahead(8)}, []),
    ("mvp", {"stated_value": D(9), "value_low": D(9), "value_high": D(20)}, []),
    ("mvp", {"stated_value": D(8), "value_low": D(9)}, ["EXPECTATION_GAP"]),
    ("mvp", {"stated_value": D(21), "value_high": D(20)}, ["EXPECTATION_GAP"]),
    ("data", {"letters": {"NT3": "N"}}, ["EXPECTATION_GAP"]),
    ("data", {"letters": {"NT3": "N"}, "stated_value": D(21), "value_high": D(20)}, ["EXPECTATION_GAP!"]),
    ("production", {"letters": {"DQ2": "Y", "NT3": "N"}}, []),
    ("mvp", {"committed_on": ahead(9), "p50_on": ahead(8), "p80_on": ahead(9)}, []),
    ("mvp", {"committed_on": ahead(9), "p50_on": ahead(9), "p80_on": ahead(10)}, ["FORECAST_SLIP"]),
    ("mvp", {"committed_on": ahead(9), "p50_on": ahead(10), "p80_on": ahead(20)}, ["FORECAST_SLIP!"]),
    ("mvp", {"p50_on": ahead(10)}, []),
    ("production", {"committed_on": ago(9), "p50_on": TODAY}, []),
    ("production", {"recertify_on": ahead(31)}, []),
    ("production", {"recertify_on": ahead(30)}, ["RECERT_OVERDUE"]),
    ("production", {"recertify_on": TODAY}, ["RECERT_OVERDUE"]),
    ("production", {"recertify_on": ago(1)}, ["RECERT_OVERDUE!"]),
    ("pilot", {"recertify_on": ago(1)}, []),
    ("production", {"monitoring_seen_on": ago(30)}, []),
    ("production", {"monitoring_seen_on": ago(31)}, ["MONITORING_GAP"]),
    ("production", {"monitoring_seen_on": ago(60)}, ["MONITORING_GAP"]),
    ("production", {"monitoring_seen_on": ago(61)}, ["MONITORING_GAP!"]),
    ("production", {"monitoring_seen_on": None, "stage_since_on": ago(31)}, ["MONITORING_GAP"]),
    ("production", {"lost_checks": ("C5",)}, ["MONITORING_GAP!"]),
    ("pilot", {"monitoring_seen_on": ago(61), "lost_checks": ("C5",)}, []),
    ("mvp", {"audited_on": None}, []),
    ("validation", {"audited_on": None}, ["AUDIT_DUE"]),
    ("production", {"audited_on": None}, ["AUDIT_DUE!"]),
    ("validation", {"audited_on": ago(180)}, []),
    ("validation", {"audited_on": ago(181)}, ["AUDIT_DUE"]),
    ("production", {"audited_on": ago(361)}, ["AUDIT_DUE!"]),
    ("mvp", {"signals": (Signal("drift", 1, ago(99), ago(99)),)}, []),
    ("pilot", {"signals": (Signal("drift", 3, ago(6), ago(99)),)}, []),
    (
        "pilot",
        {"signals": (Signal("drift", 3, ago(7), ago(99)), Signal("load", None, ago(14), ago(99)))},
        ["SIGNAL_SILENT"],
    ),
    (
        "pilot",
        {"signals": (Signal("drift", 3, ago(7), ago(99)), Signal("load", None, None, ago(15)))},
        ["SIGNAL_SILENT!"],
    ),
    ("poc", {"pairs": (Pair("auc", True, D("0.9"), TODAY, D("0.8"), D("0.1")),)}, []),
    ("poc", {"pairs": (Pair("auc", True, D("0.9"), TODAY, D("0.79"), D("0.1")),)}, ["OFFLINE_ONLINE_GAP"]),
    ("poc", {"pairs": (Pair("auc", True, D("0.9"), TODAY, D("0.7"), D("0.1")),)}, ["OFFLINE_ONLINE_GAP"]),
    ("poc", {"pairs": (Pair("auc", True, D("0.9"), TODAY, D("0.69"), D("0.1")),)}, ["OFFLINE_ONLINE_GAP!"]),
    ("poc", {"pairs": (Pair("mae", False, D(10), TODAY, D(12), D(1)),)}, ["OFFLINE_ONLINE_GAP"]),
    ("poc", {"pairs": (Pair("mae", False, D(10), TODAY, D(2), D(1)),)}, []),
    ("poc", {"pairs": (Pair("auc", True, D("0.9"), TODAY, D("0.1")),)}, []),
    (
        "pilot",
        {"pairs": (Pair("auc", True, D("0.9"), TODAY, baseline=D("0.8")),), "business_is_down": True},
        ["OFFLINE_ONLINE_GAP!"],
    ),
    (
        "mvp",
        {"pairs": (Pair("auc", True, D("0.9"), TODAY, baseline=D("0.8")),), "business_is_down": True},
        [],
    ),
    *[
        ("pilot", {"pairs": (Pair("auc", up, value, TODAY, baseline=D(8)),), "business_is_down": True}, [])
        for up, value in ((True, D(8)), (False, D(8)), (True, None))
    ],
    ("poc", {"pairs": (split(0.1, 0.0),)}, ["OFFLINE_ONLINE_SPLIT"]),
    ("poc", {"pairs": (split(0.1, -0.1),)}, ["OFFLINE_ONLINE_SPLIT"]),
    ("pilot", {"pairs": (split(0.1, -0.1),)}, ["OFFLINE_ONLINE_SPLIT!"]),
    ("pilot", {"pairs": (split(0.1, 0.1),)}, []),
    ("pilot", {"pairs": (split(-0.1, 0.0, up=False),)}, ["OFFLINE_ONLINE_SPLIT"]),
    ("poc", {"signals": (beyond("0.2", above="0.2"),)}, []),
    ("poc", {"signals": (beyond("0.21", above="0.2"), beyond("1", below="0"))}, ["METRIC_BEYOND"]),
    ("poc", {"signals": (beyond("-1", below="0"), beyond("0.21", above="0.2"))}, ["METRIC_BEYOND"]),
    ("mvp", {"pairs": (Pair("lift", True, D(9), TODAY, baseline=D(3)),)}, []),
    ("mvp", {"pairs": (Pair("mae", False, D(3), TODAY, ceiling=D(3)),)}, []),
    ("poc", {"pairs": (Pair("auc", True, D("0.95"), TODAY, ceiling=D("0.95")),)}, []),
    ("poc", {"pairs": (Pair("auc", True, D("0.96"), TODAY, ceiling=D("0.95")),)}, ["TOO_GOOD"]),
    ("mvp", {"pairs": (Pair("auc", True, D("0.96"), TODAY, ceiling=D("0.95")),)}, ["TOO_GOOD!"]),
    ("mvp", {"pairs": (Pair("mae", False, D(3), TODAY, baseline=D(9)),)}, []),
    ("mvp", {"pairs": (Pair("mae", False, D("2.9"), TODAY, baseline=D(9)),)}, ["TOO_GOOD!"]),
    ("mvp", {"pairs": (Pair("lift", True, D(9), TODAY, baseline=D(0)),)}, []),
    (
        "mvp",
        {"pairs": (Pair("auc", True, D("0.96"), ago(3), ceiling=D("0.95")),), "leakage_reviewed_on": ago(3)},
        [],
    ),
    (
        "mvp",
        {"pairs": (Pair("auc", True, D("0.96"), ago(3), ceiling=D("0.95")),), "leakage_reviewed_on": ago(4)},
        ["TOO_GOOD!"],
    ),
]


@pytest.mark.parametrize(("stage", "changes", "expected"), CASES, ids=[f"{s}-{list(c)}" for s, c, _ in CASES])
def test_a_limit_counts_from_the_day_after_it(stage, changes, expected):
    letters = {"DQ2": "Y", "NT1": "Y", "NT3": "Y"}
    if changes.get("letters"):
        changes = {**changes, "letters": {**letters, **changes["letters"]}}
    assert found(facts(stage, **changes)) == expected


def test_the_next_day_on_which_time_changes_anything_is_never_too_late():
    """Going from one such day to the next finds what going day by day finds."""
    for stage, changes, _ in CASES:
        project = facts(stage, **changes)
        for number in range(1, 120):
            day = TODAY + timedelta(days=number)
            before = look(project, day - timedelta(days=1))
            if before.findings != look(project, day).findings:
                assert before.next_on == day, (stage, changes, day)
            assert before.next_on is None or before.next_on >= day


def test_every_finding_has_words_that_fit():
    seen = set()
    for stage, changes, _ in CASES:
        for each in look(facts(stage, **changes)).findings:
            seen.add(each.rule)
            assert 0 < len(flags.label(each.rule, each.facts, TODAY)) <= flags.LONGEST_LABEL
            assert flags.sentence(each.rule, each.facts, TODAY).endswith(".")
    assert seen == set(flags.OF_PROJECTS) - {
        "NO_UPDATE",
        "STAGE_OVERRUN",
        "GATE_UNPLANNED",
        "GATE_OVERDUE",
        "HOLD_EXPIRED",
    }


def test_every_rule_is_explained():
    assert (len(flags.OF_PROJECTS), len(flags.OF_STAGES), len(flags.RULES)) == (29, 1, 30)
    for rule in flags.RULES.values():
        assert rule.title and rule.explanation.endswith(".") and rule.clears.endswith(".")
        assert rule.warns or rule.is_critical
        assert len(rule.code) <= 24
    awake = {code for code, rule in flags.RULES.items() if not rule.may_sleep}
    assert awake == {"SIGNOFF_BLOCKED", "RECERT_OVERDUE", "LEAKAGE_UNREVIEWED", "MONITORING_GAP"}
