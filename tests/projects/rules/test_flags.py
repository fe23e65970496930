"""The flag rules of pace: each limit from both sides, holds, endings, and where the limits come from."""

from datetime import date

import pytest

from projects.rules import flags, presets, workflow
from projects.rules.flag_facts import limits
from tests.projects.rules.flag_kinds.healthy import CODES, LIMITS, STANDARD, TODAY, ago, facts, look

pytestmark = pytest.mark.once
OF_PACE = {"NO_UPDATE", "STAGE_OVERRUN", "GATE_UNPLANNED", "GATE_OVERDUE", "HOLD_EXPIRED"}


def raised(project, of_stage=LIMITS):
    return [each for each in look(project, stages=of_stage).findings if each.rule in OF_PACE]


def found(project, of_stage=LIMITS):
    return [(f.rule, f.severity) for f in raised(project, of_stage)]


@pytest.mark.parametrize("stage", CODES)
def test_no_update_is_raised_after_the_cadence_and_critical_after_twice_of_it(stage):
    limit = STANDARD.stage(stage).update_every_days
    assert limit
    for days, expected in [
        (limit, []),
        (limit + 1, [("NO_UPDATE", "warn")]),
        (2 * limit, [("NO_UPDATE", "warn")]),
        (2 * limit + 1, [("NO_UPDATE", "critical")]),
    ]:
        assert found(facts(stage, last_update_on=ago(days))) == expected
        assert found(facts(stage, last_update_on=None, created_on=ago(days))) == expected


@pytest.mark.parametrize("stage", CODES)
@pytest.mark.parametrize(
    ("days", "expected"), [(60, []), (61, ["warn"]), (120, ["warn"]), (121, ["critical"])]
)
def test_on_hold_an_update_is_due_every_sixty_days(stage, days, expected):
    project = facts(stage, last_update_on=ago(days), on_hold=True, resume_on=TODAY)
    assert found(project) == [("NO_UPDATE", severity) for severity in expected]


@pytest.mark.parametrize("stage", CODES[:-1])
@pytest.mark.parametrize("on_hold", [False, True])
def test_a_long_stay_is_raised_after_the_85th_and_critical_after_the_95th_of_a_hundred(stage, on_hold):
    typical = STANDARD.stage(stage).typical_days
    assert typical
    hold = {"on_hold": on_hold, "resume_on": TODAY if on_hold else None}
    for days, expected in [
        (typical.p85, []),
        (typical.p85 + 1, [("STAGE_OVERRUN", "warn")]),
        (typical.p95, [("STAGE_OVERRUN", "warn")]),
        (typical.p95 + 1, [("STAGE_OVERRUN", "critical")]),
    ]:
        assert found(facts(stage, active_days_in_stage=days, **hold)) == expected


def test_production_may_last():
    assert found(facts("production", active_days_in_stage=5000)) == []


@pytest.mark.parametrize("stage", CODES)
def test_a_gate_date_is_wanted_from_framing_to_pilot(stage):
    expected = [] if stage in ("idea", "production") else [("GATE_UNPLANNED", "warn")]
    assert found(facts(stage, gate_planned_on=None)) == expected


@pytest.mark.parametrize(("days", "expected"), [(0, []), (1, ["warn"]), (14, ["warn"]), (15, ["critical"])])
@pytest.mark.parametrize("stage", ["idea", "mvp"])
def test_a_gate_date_is_overdue_from_the_day_after(stage, days, expected):
    assert found(facts(stage, gate_planned_on=ago(days))) == [("GATE_OVERDUE", s) for s in expected]


def test_a_gate_date_left_over_in_production_means_nothing():
    assert found(facts("production", gate_planned_on=ago(100))) == []


@pytest.mark.parametrize("planned", [None, ago(100)])
def test_on_hold_the_gate_flags_are_off(planned):
    assert found(facts(gate_planned_on=planned, on_hold=True, resume_on=TODAY)) == []


@pytest.mark.parametrize(("days", "expected"), [(0, []), (1, ["warn"]), (30, ["warn"]), (31, ["critical"])])
def test_a_hold_has_expired_from_the_day_after_its_resume_date(days, expected):
    assert found(facts(on_hold=True, resume_on=ago(days))) == [("HOLD_EXPIRED", s) for s in expected]


def test_a_resume_date_of_an_active_project_means_nothing():
    assert found(facts(resume_on=ago(100))) == []


def test_an_ended_project_has_no_flag():
    worst = facts(
        last_update_on=ago(500), active_days_in_stage=900, gate_planned_on=None, has_ended=True, on_hold=True
    )
    assert found(worst) == []
    assert len(found(worst._replace(has_ended=False))) == 2


def test_limits_come_from_the_workflow():
    document = presets.document("lean")
    document["stages"][1] |= {
        "update_every_days": 3,
        "typical_days": {"p50": 1, "p85": 5, "p95": 6},
        "label": "Make",
    }
    document["hold"] = {"update_every_days": 10}
    document["flags"] = {
        "update_critical_times": 4,
        "gate_overdue_critical_days": 2,
        "hold_expired_critical_days": 1,
    }
    stages = limits(workflow.parse(document))
    late = facts("build", last_update_on=ago(12), active_days_in_stage=6, gate_planned_on=ago(3))
    assert found(late, stages) == [
        ("NO_UPDATE", "warn"),
        ("STAGE_OVERRUN", "warn"),
        ("GATE_OVERDUE", "critical"),
    ]
    held = facts("build", last_update_on=ago(41), on_hold=True, resume_on=ago(2))
    assert found(held, stages) == [("NO_UPDATE", "critical"), ("HOLD_EXPIRED", "critical")]
    second = raised(late, stages)[1]
    assert flags.label(second.rule, second.facts, TODAY) == "6 days in Make"


def test_a_limit_that_is_not_set_raises_nothing():
    document = presets.document("lean")
    document["stages"][1] |= {"update_every_days": None, "typical_days": None}
    stages = limits(workflow.parse(document))
    assert found(facts("build", last_update_on=ago(999), active_days_in_stage=999), stages) == []


def test_stages_that_share_a_standard_code_share_their_days_and_add_their_limits():
    document = presets.document("standard")
    document["stages"][4]["standard"] = "poc"  # MVP counts as proof of concept: 90 + 120 days
    stages = limits(workflow.parse(document))
    assert (stages["poc"].stay_days, stages["poc"].stay_critical_days) == (90, 135)
    assert (stages["mvp"].stay_days, stages["mvp"].stay_critical_days) == (210, 315)


@pytest.mark.parametrize(
    ("project", "labels"),
    [
        (facts(last_update_on=ago(46)), ["No update for 46 days"]),
        (facts("idea", active_days_in_stage=103), ["103 days in Idea"]),
        (facts(gate_planned_on=ago(1)), ["Gate date passed 1 day ago"]),
        (facts(gate_planned_on=ago(12)), ["Gate date passed 12 days ago"]),
        (facts(gate_planned_on=None), ["No date for the next gate"]),
        (facts(on_hold=True, resume_on=ago(5)), ["Hold ended 5 days ago"]),
    ],
)
def test_a_flag_says_in_a_few_words_what_is_wrong(project, labels):
    now = raised(project)
    assert [flags.label(each.rule, each.facts, TODAY) for each in now] == labels
    assert all(flags.sentence(each.rule, each.facts, TODAY).endswith(".") for each in now)


def test_the_longest_label_fits_its_column():
    document = presets.document("lean")
    document["stages"][1]["label"] = "x" * 40
    stages = limits(workflow.parse(document))
    oldest = facts("build", active_days_in_stage=40000, last_update_on=date(1905, 1, 1))
    assert max(len(flags.label(each.rule, each.facts, TODAY)) for each in raised(oldest, stages)) <= 80
