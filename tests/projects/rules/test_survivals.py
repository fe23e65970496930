"""Durations with open ones among them."""

import pytest

from projects.rules import survivals
from projects.rules.survivals import Stay
from tests.projects.rules.score_cases import near, vectors

pytestmark = pytest.mark.once

DAYS = (12, 20, 20, 33, 45, 45, 60, 75, 90, 120)
OVER = (1, 1, 1, 1, 1, 0, 1, 0, 1, 1)
STAYS = [Stay(days, bool(over)) for days, over in zip(DAYS, OVER, strict=True)]


def test_open_ones_count_while_they_last():
    found = survivals.curve(STAYS)
    assert [step.days for step in found] == [12, 20, 33, 45, 60, 90, 120]
    assert [step.share for step in found] == near([0.9, 0.7, 0.6, 0.5, 0.375, 0.1875, 0])


def test_quantiles():
    assert survivals.median(STAYS) == 45
    assert [survivals.quantile(STAYS, share) for share in (0.25, 0.75, 0.85)] == [20, 90, 120]


def test_too_many_open_ones_leave_the_median_unknown():
    assert survivals.median([Stay(5, True), Stay(9, False), Stay(9, False)]) is None
    assert survivals.median([]) is None
    assert survivals.median([Stay(0, True)]) == 0


def test_published_survival():
    case = vectors("kaplan_meier_aalen_johansen")
    stays = [
        Stay(days, cause > 0)
        for days, cause in zip(case["durations"], case["event(1=advance,2=stop,0=censored)"], strict=True)
    ]
    rows = case["rows(t,at_risk,advance,stop,S,F_advance,F_stop)"]
    assert [tuple(step) for step in survivals.curve(stays)] == [(row[0], near(row[4])) for row in rows]
    assert survivals.median(stays) == case["median"]
    assert survivals.quantile(stays, 0.25) == case["P25"]
    assert survivals.quantile(stays, 0.75) == case["P75"]
    assert survivals.quantile(stays, 0.85) == case["P85"]
