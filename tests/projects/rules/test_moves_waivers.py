"""Skipping stages needs a valid waiver, and two gates can never be waived at tier high."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from projects.rules import presets, waivers
from projects.rules.gates import Facts
from tests.projects.rules.cases import READY, SIGNED, STANDARD, TODAY, ask, codes

pytestmark = pytest.mark.once

LOW = Facts(tier="low", personal_data=False, vendor=False, llm=False)
HIGH = replace(READY, tier="high")


def test_a_skip_needs_a_waiver_even_where_all_gates_are_open():
    plan = ask("poc", to="validation")
    assert codes(plan) == ["waiver_needed"]
    assert "MVP" in plan.obstacles[0].message
    assert plan.gates_passed == ("G3", "G4")


def test_a_valid_waiver_passes_over_its_gates_and_keeps_what_they_lacked():
    plan = ask("poc", to="validation", facts=LOW, waiver=SIGNED)
    assert plan.is_allowed
    assert plan.uses_waiver
    assert [check.treatment for check in plan.checks] == ["waived", "waived"]
    assert {o.code for o in plan.recorded} >= {"gate_unplanned", "role_unfilled"}
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "waiver_reason_needed"),
        ({"manager": None}, "waiver_not_signed"),
        ({"sponsor": None}, "waiver_not_signed"),
        ({"sponsor": "may"}, "waiver_same_person"),
        ({"expires_on": TODAY - timedelta(days=1)}, "waiver_expired"),
        ({"expires_on": None}, "waiver_expired"),
        ({"gates": ("G4",)}, "waiver_gate_missing"),
    ],
)
def test_a_waiver_that_does_not_hold_is_refused_with_its_reason(change, code):
    assert codes(ask("poc", to="validation", waiver=replace(SIGNED, **change))) == [code]


def test_a_waiver_holds_through_its_last_day():
    assert ask("poc", to="validation", waiver=replace(SIGNED, expires_on=TODAY)).is_allowed


def test_everything_wrong_with_a_waiver_is_told_at_once():
    bad = waivers.Waiver((), "", date(2020, 1, 1))
    assert codes(ask("poc", to="validation", waiver=bad)) == [
        "waiver_reason_needed",
        "waiver_not_signed",
        "waiver_expired",
        "waiver_gate_missing",
    ]


def test_the_last_gate_is_examined_when_the_waiver_does_not_cover_it():
    over_mvp_and_validation = replace(SIGNED, gates=("G3", "G4"))
    plan = ask("poc", to="pilot", waiver=over_mvp_and_validation)
    assert plan.is_allowed
    assert [check.treatment for check in plan.checks] == ["waived", "waived", "examined"]
    closed = ask("poc", to="pilot", facts=LOW, waiver=over_mvp_and_validation)
    assert set(codes(closed)) >= {"gate_unplanned", "role_unfilled"}


@pytest.mark.parametrize(("tier", "allowed"), [("low", True), ("medium", True), ("high", False), ("", False)])
@pytest.mark.parametrize(("start", "to"), [("idea", "mvp"), ("data", "mvp")])
def test_the_data_gate_is_not_passed_over_at_tier_high_or_unknown(tier, allowed, start, to):
    waiver = replace(SIGNED, gates=("G0", "G1", "G2", "G3"))
    plan = ask(start, to=to, facts=replace(READY, tier=tier), waiver=waiver)
    assert plan.is_allowed is allowed
    assert allowed or "waiver_not_allowed" in codes(plan)


@pytest.mark.parametrize(
    ("tier", "expected"), [("medium", []), ("high", ["gate_unplanned", "waiver_not_allowed"])]
)
def test_the_launch_is_never_waived_at_tier_high(tier, expected):
    facts = replace(READY, tier=tier, planned_on={})
    plan = ask("pilot", to="production", facts=facts, waiver=replace(SIGNED, gates=("G6",)))
    assert sorted(codes(plan)) == expected


def test_a_closed_gate_into_production_is_examined_at_tier_high():
    waiver = replace(SIGNED, gates=("G5", "G6"))
    assert ask("validation", to="production", facts=HIGH, waiver=waiver).is_allowed
    nobody = replace(HIGH, people={}, signing={})
    assert {"role_unfilled", "waiver_not_allowed"} <= set(
        codes(ask("validation", to="production", facts=nobody, waiver=waiver))
    )


def test_without_a_waiver_both_the_need_and_the_limit_are_told():
    assert codes(ask("data", to="mvp", facts=HIGH)) == ["waiver_needed", "waiver_not_allowed"]


def test_one_closed_gate_can_be_waived_and_an_open_one_needs_no_waiver():
    waived = ask("data", to="poc", facts=LOW, waiver=replace(SIGNED, gates=("G2",)))
    assert waived.is_allowed
    assert waived.uses_waiver
    expired = replace(SIGNED, gates=("G2",), expires_on=date(2020, 1, 1))
    assert ask("data", to="poc", waiver=expired).is_allowed
    assert "waiver_expired" in codes(ask("data", to="poc", facts=LOW, waiver=expired))


def test_a_waiver_for_other_gates_does_not_trouble_a_single_step():
    other = replace(SIGNED, gates=("G5",))
    assert "waiver_gate_missing" not in codes(ask("data", to="poc", facts=LOW, waiver=other))
    assert not ask("data", to="poc", waiver=other).uses_waiver


def test_a_merged_stage_guards_the_same_door():
    """The lean gate into Build leads past data and proof of concept in one go."""
    lean = presets.workflow("lean")
    assert not waivers.can_be_waived(lean, lean.gate("G3"), "high")
    assert waivers.can_be_waived(lean, lean.gate("G3"), "low")
    assert waivers.can_be_waived(lean, lean.gate("G5"), "high")
    assert not waivers.can_be_waived(lean, lean.gate("G6"), "high")


def test_only_two_standard_gates_are_guarded():
    guarded = [gate.code for gate in STANDARD.gates if not waivers.can_be_waived(STANDARD, gate, "high")]
    assert guarded == ["G2", "G6"]
