"""Limits of time in stage from history."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import flag_facts, presets, stay_limits
from projects.rules.stages import TypicalDays
from projects.rules.survivals import Stay
from tests.projects.rules.score_cases import UNTIMED

pytestmark = pytest.mark.once

POC = TypicalDays(45, 90, 135)
some_stays = st.lists(
    st.builds(Stay, st.integers(0, 900), st.sampled_from(["", "advance", "back", "stop"])), max_size=40
)
some_defaults = st.lists(st.integers(1, 400), min_size=3, max_size=3).map(
    lambda days: TypicalDays(*sorted(days))
)


def over(*days, cause="advance"):
    return [Stay(number, cause) for number in days]


def limits(line):
    return line["p50"], line["p85"], line["p95"]


def made(stays, default=POC, before=None):
    return stay_limits.line(default, stays, before)


def settled(stays, default=POC):
    """The limits once enough weeks have gone for them to arrive where history wants them."""
    line = None
    for _ in range(40):
        line = made(stays, default, line)
    return line


def test_five_exits_weigh_a_third():
    """By hand: of 50, 60, 70, 80, 90 three are half, five are 0.85; (5·70 + 10·45)/15 = 53.3."""
    line = made(over(50, 60, 70, 80, 90))
    assert line["observed"] == {"p50": 70, "p85": 90, "p95": 90}
    assert limits(line) == (53, 90, 120)  # (5·90 + 10·135)/15 = 120
    assert (line["exits"], line["weight"], line["held_back"]) == (5, 0.3333, False)


def test_below_five_exits_the_default_stands():
    line = made([*over(1, 2, 3, 4), *[Stay(500)] * 20])
    assert limits(line) == (45, 90, 135)
    assert (line["exits"], line["weight"], line["held_back"]) == (4, 0.0, False)


def test_open_projects_push_the_quantiles_out():
    """By hand: 10 projects, exits at 20, 30, 40, 50, 60, five open at 55.

    S after 50 is 0.6; at 60 one is at risk, so S falls to 0: every quantile is 60. (5·60 + 10·45)/15 = 50.
    """
    line = made([*over(20, 30, 40, 50, 60), *[Stay(55)] * 5])
    assert line["observed"] == {"p50": 60, "p85": 60, "p95": 60}
    assert limits(line) == (50, 80, 110)


def test_any_exit_counts():
    """Moved back or stopped is gone as well as advanced."""
    mixed = [*over(10, 20), *over(30, 40, cause="back"), *over(50, cause="stop")]
    assert made(mixed) == made(over(10, 20, 30, 40, 50))


def test_where_too_many_are_open_the_default_stands_but_not_below_the_last_time_seen():
    """By hand: 5 of 10 left by day 50, five open at 100: S stays at 0.5, so only the median is known."""
    stays = [*over(10, 20, 30, 40, 50), *[Stay(100)] * 5]
    line = made(stays)
    assert line["observed"] == {"p50": 50, "p85": None, "p95": None}
    assert limits(line) == (47, 100, 135)  # (5·50 + 10·45)/15 = 46.7; at least 100; 135 is above 100
    assert settled([*over(10, 20, 30, 40, 50), *[Stay(400)] * 5])["p95"] == 400


def test_a_limit_moves_by_a_quarter_at_most():
    """By hand: history wants (50·400 + 10·90)/60 = 348.3; 90, 112, 140, 175 … each at most a quarter more."""
    stays = over(*[400] * 50)
    first = made(stays)
    assert limits(first) == (56, 112, 168)
    assert first["held_back"]
    second = made(stays, before=first)
    assert limits(second) == (70, 140, 210)
    assert limits(settled(stays)) == (341, 348, 356)
    assert not settled(stays)["held_back"]


def test_down_is_as_slow_as_up():
    line = made(over(*[1] * 50))
    assert limits(line) == (34, 68, 102)  # three quarters, upwards to whole days


def test_gone_history_leads_back_to_the_default_step_by_step():
    before = settled(over(*[400] * 50))
    line = made([], before=before)
    assert limits(line) == (256, 261, 267)
    assert (line["weight"], line["held_back"]) == (0.0, True)


def test_a_changed_default_begins_anew():
    before = settled(over(*[400] * 50))
    assert limits(made([], TypicalDays(10, 20, 30), before)) == (10, 20, 30)


def test_invented_history_counts_and_is_counted():
    line = made([Stay(60, "advance", is_generated=True), *over(60, 60, 60, 60)])
    assert (line["exits"], line["generated"]) == (5, 1)


def test_every_stage_with_a_default_has_a_line():
    found = stay_limits.learn(presets.workflow("standard"), {"poc": over(*[90] * 5)}, {})
    assert list(found) == ["idea", "framing", "data", "poc", "mvp", "validation", "pilot"]
    assert [stage for stage, line in found.items() if line["weight"]] == ["poc"]


def test_what_moved_is_told_against_the_version_before_or_the_default():
    before = {"poc": made(over(*[400] * 50))}
    after = {"poc": made(over(*[400] * 50), before=before["poc"])}
    assert stay_limits.moved({}, before) == {"poc": {"p50": [45, 56], "p85": [90, 112], "p95": [135, 168]}}
    assert stay_limits.moved(before, after)["poc"]["p85"] == [112, 140]
    assert stay_limits.moved(after, after) == {}
    assert stay_limits.moved({}, {"poc": made([])}) == {}


def test_stages_of_one_standard_code_share_what_was_learnt():
    """Two stages of proof of concept have half the default each: the first has half of what was learnt."""
    rules = presets.workflow("standard")
    poc = rules.stage("poc")
    stages = tuple(
        part
        for stage in rules.stages
        for part in ([stage, replace(stage, code="poc-2")] if stage is poc else [stage])
    )
    doubled = replace(rules, stages=stages)
    found = flag_facts.limits(doubled, {"poc": (120, 200)})
    assert (found["poc"].stay_days, found["poc"].stay_critical_days) == (60, 100)
    assert (found["poc-2"].stay_days, found["poc-2"].stay_critical_days) == (120, 200)
    assert found["mvp"] == flag_facts.limits(doubled)["mvp"]
    assert stay_limits.defaults(doubled)["poc"] == TypicalDays(90, 180, 270)


@given(some_stays, some_stays, some_defaults)
@UNTIMED
def test_limits_are_in_order_and_within_a_quarter(stays, later, default):
    """Whatever happens in between, and whatever the history was before."""
    before = made(stays, default)
    after = made(later, default, before)
    usual = before["default"]
    for start, line in ((usual, before), (before, after)):
        assert line["p50"] <= line["p85"] <= line["p95"]
        for name in stay_limits.SHARES:
            assert isinstance(line[name], int)
            assert abs(line[name] - start[name]) * 4 <= start[name]


@given(some_stays, some_defaults)
@UNTIMED
def test_history_is_reached_sooner_or_later(stays, default):
    """Against the formula written out; a limit of few days stays, for a quarter of it is no whole day."""
    line = settled(stays, default)
    exits = sum(stay.is_over for stay in stays)
    for name in stay_limits.SHARES:
        usual, seen = getattr(default, name), line["observed"][name]
        wanted = usual
        if exits >= 5 and seen is None:
            wanted = max(usual, *(stay.days for stay in stays))
        elif exits >= 5:
            wanted = seen * exits / (exits + 10) + usual * 10 / (exits + 10)
        assert abs(line[name] - wanted) <= 0.5 or line["held_back"]
        if usual >= 8 and wanted >= 8:
            assert abs(line[name] - wanted) <= 0.5


@given(some_stays, some_defaults)
@UNTIMED
def test_the_same_again_moves_nothing_once_it_has_arrived(stays, default):
    line = settled(stays, default)
    assert stay_limits.moved({"poc": line}, {"poc": made(stays, default, line)}) == {}
