"""Which moves exist, and what each of them does to stage, status and outcome."""

from dataclasses import replace
from datetime import timedelta

import pytest

from projects.rules import moves, presets, workflow
from projects.rules.gates import Facts
from projects.rules.moves import Position
from tests.projects.rules.cases import (
    BACK,
    HELD,
    LIVE,
    READY,
    RETIRED,
    ROLLED_BACK,
    STANDARD,
    STOPPED,
    TODAY,
    ask,
    codes,
)

pytestmark = pytest.mark.once

# Forward


@pytest.mark.parametrize("kind", [None, "advance"])
def test_one_stage_forward_through_its_gate(kind):
    plan = ask("data", kind, to="poc")
    assert (plan.from_stage, plan.to_stage, plan.furthest_stage) == ("data", "poc", "poc")
    assert (plan.kind, plan.status, plan.outcome, plan.gates_passed) == ("advance", "active", "open", ("G2",))
    assert plan.is_allowed
    assert not plan.no_change


def test_entering_production_is_an_outcome():
    plan = ask("pilot", to="production")
    assert (plan.outcome, plan.ever_in_production) == ("in_production", True)


def test_a_blocking_gate_refuses_with_every_obstacle():
    plan = ask("data", to="poc", facts=Facts(tier="low", personal_data=False, vendor=False, llm=False))
    assert {"gate_unplanned", "field_missing", "not_known"} <= set(codes(plan))
    assert codes(plan)[-3:] == ["role_unfilled"] * 3
    assert (plan.to_stage, plan.furthest_stage, plan.gates_passed) == ("poc", "data", ("G2",))


def test_a_warning_gate_lets_pass_and_tells():
    plan = ask("idea", to="framing", facts=Facts())
    assert plan.is_allowed
    assert {o.code for o in plan.warnings} == {"field_missing", "role_unfilled"}
    assert plan.recorded == ()


def test_a_recording_gate_lets_pass_and_keeps_what_it_found():
    document = presets.document("standard")
    document["gates"][0]["enforcement"] = "record"
    plan = ask("idea", to="framing", facts=Facts(), workflow=workflow.parse(document))
    assert plan.is_allowed
    assert plan.warnings == ()
    assert {o.code for o in plan.recorded} == {"field_missing", "role_unfilled"}


def test_the_regulated_workflow_blocks_what_the_standard_one_warns_of():
    regulated = presets.workflow("regulated")
    assert codes(ask("idea", to="framing", facts=Facts(), workflow=regulated))
    assert "role_unfilled" in codes(
        ask("mvp", "stop", reason_code="budget", facts=Facts(), workflow=regulated)
    )


def test_the_same_stage_again_is_no_change():
    for position in (Position("data"), replace(HELD, stage="data")):
        plan = ask(position, to="data", facts=Facts())
        assert plan.no_change
        assert plan.is_allowed


@pytest.mark.parametrize(
    ("position", "to", "code"),
    [
        ("data", "nowhere", "unknown_stage"),
        ("data", "", "stage_needed"),
        ("production", "", "stage_needed"),
        ("data", "idea", "not_forward"),
        (HELD, "validation", "on_hold"),
        (STOPPED, "poc", "already_ended"),
        (STOPPED, "data", "already_ended"),
        (RETIRED, "production", "retired_is_final"),
    ],
)
def test_forward_moves_that_do_not_exist(position, to, code):
    assert codes(ask(position, to=to)) == [code]


def test_a_held_project_is_told_all_that_is_in_the_way():
    found = codes(ask(replace(HELD, stage="data"), to="poc", facts=Facts(tier="low", personal_data=False)))
    assert found[0] == "on_hold"
    assert "gate_unplanned" in found


def test_the_remedy_names_the_next_stage():
    assert "“poc”" in ask("data").obstacles[0].remedy


def test_a_move_that_does_not_exist_is_told():
    assert codes(ask("data", "teleport", to="poc")) == ["unknown_kind"]


# Back and roll back


@pytest.mark.parametrize("position", ["mvp", HELD])
def test_back_to_any_earlier_stage_keeps_the_furthest_and_ends_a_hold(position):
    plan = ask(position, "back", to="framing", **BACK)
    assert (plan.to_stage, plan.furthest_stage, plan.status, plan.hold_until) == (
        "framing",
        "mvp",
        "active",
        None,
    )
    assert plan.gates_passed == ()


def test_back_out_of_production_is_open_again_but_never_forgets():
    plan = ask(LIVE, "back", to="mvp", **BACK)
    assert (plan.outcome, plan.ever_in_production, plan.furthest_stage) == ("open", True, "production")


def test_the_gates_after_a_move_back_are_examined_again():
    position = Position("data", furthest_stage="mvp")
    assert "gate_unplanned" in codes(ask(position, to="poc", facts=replace(READY, planned_on={})))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"to": "poc"}, ["reason_needed", "note_needed"]),
        ({"to": "poc", "reason_code": "boredom", "note": " "}, ["reason_unknown", "note_needed"]),
        ({"to": "pilot", "note": "x"}, ["not_backward", "reason_needed"]),
        ({"to": "", **BACK}, ["stage_needed"]),
        ({"to": "nowhere", **BACK}, ["unknown_stage"]),
    ],
)
def test_back_needs_an_earlier_stage_a_reason_and_a_note(request_, expected):
    assert codes(ask("mvp", "back", **request_)) == expected


def test_back_to_where_it_is_is_no_change():
    assert ask("mvp", "back", to="mvp").no_change


@pytest.mark.parametrize(
    ("to", "expected"), [("", "pilot"), ("pilot", "pilot"), ("validation", "validation")]
)
@pytest.mark.parametrize("status", ["active", "on_hold"])
def test_a_rollback_is_immediate_and_reviewed_within_five_working_days(to, expected, status):
    plan = ask(replace(LIVE, status=status), "rollback", to=to, facts=Facts())
    assert plan.is_allowed
    assert (plan.to_stage, plan.outcome, plan.status) == (expected, "open", "active")
    assert plan.review_due_on == TODAY + timedelta(days=7)  # A weekend lies between.
    assert (plan.furthest_stage, plan.ever_in_production) == ("production", True)


@pytest.mark.parametrize(
    ("position", "to", "code"),
    [
        ("mvp", "pilot", "not_in_production"),
        ("pilot", "", "not_in_production"),
        (LIVE, "mvp", "not_a_rollback_stage"),
        (LIVE, "nowhere", "unknown_stage"),
        (RETIRED, "pilot", "retired_is_final"),
        (STOPPED, "pilot", "already_ended"),
    ],
)
def test_rollbacks_that_do_not_exist(position, to, code):
    assert codes(ask(position, "rollback", to=to)) == [code]


@pytest.mark.parametrize("to", ["", "pilot"])
def test_rolling_back_again_is_no_change(to):
    assert ask(ROLLED_BACK, "rollback", to=to).no_change


def test_a_workflow_without_pilot_and_validation_knows_no_rollback():
    document = presets.document("lean")
    document["stages"][2]["standard"] = "mvp"
    assert codes(ask(LIVE, "rollback", workflow=workflow.parse(document))) == ["no_rollback_stage"]


# What a page offers


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("idea", {"advance", "hold", "stop"}),
        ("mvp", {"advance", "back", "hold", "stop"}),
        (HELD, {"back", "hold", "resume", "stop"}),
        (LIVE, {"back", "hold", "recertify", "rollback", "retire"}),
        (ROLLED_BACK, {"advance", "back", "hold", "retire"}),
        (STOPPED, {"restart"}),
        (RETIRED, set()),
    ],
)
def test_pages_offer_the_moves_that_exist(position, expected):
    position = Position(position) if isinstance(position, str) else position
    assert set(moves.available(STANDARD, position)) == expected
