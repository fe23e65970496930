"""Whatever is asked in whatever order, a project never gets into a state that the rules exclude."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import moves, presets, waivers
from projects.rules.gates import Facts
from projects.rules.moves import MoveRequest, Position, Waiver
from tests.projects.rules.cases import READY, TODAY, after

pytestmark = pytest.mark.once

WORKFLOWS = [presets.workflow(name) for name in presets.names()]
STAGES = sorted({stage.code for workflow in WORKFLOWS for stage in workflow.stages} | {"", "nowhere"})
FACTS = [
    READY,
    Facts(),
    Facts(tier="high", personal_data=True, vendor=True, llm=True, people={"PO": 1, "ML": 1}),
]

people = st.sampled_from([None, "ann", "bob", "may"])
dates = st.none() | st.sampled_from([date(2026, 11, 1), TODAY, date(2026, 12, 24), date(2027, 3, 1)])
requests = st.builds(
    MoveRequest,
    kind=st.sampled_from([None, *moves.KINDS]),
    to=st.sampled_from(STAGES),
    reason_code=st.sampled_from(["", "pivot", "budget", "other", "boredom"]),
    note=st.sampled_from(["", "A note."]),
    until=dates,
    requested_by=people,
    approver=people,
    approver_roles=st.frozensets(st.sampled_from(["SP", "PM", "ML"])),
    outcome=st.sampled_from(["", "", "", "stopped", "retired", "open"]),
)
waiver_papers = st.none() | st.builds(
    Waiver,
    gates=st.lists(st.sampled_from(["G0", "G1", "G2", "G3", "G4", "G5", "G6"]), unique=True).map(tuple),
    reason=st.sampled_from(["", "Shown elsewhere."]),
    expires_on=dates,
    manager=people,
    sponsor=people,
)
steps = st.lists(st.tuples(requests, st.sampled_from(FACTS), waiver_papers), max_size=25)


def walk(workflow, asked):
    """Carry the requests out one after the other; yields where it was, what came of it, what was asked."""
    position = Position(workflow.first_stage.code)
    for request, facts, waiver in asked:
        plan = moves.plan(workflow, position, request, facts, today=TODAY, waiver=waiver)
        yield position, plan, (request, facts, waiver)
        position = after(position, plan)


@given(st.sampled_from(WORKFLOWS), steps)
def test_the_state_stays_sound(workflow, asked):
    for before, plan, _ in walk(workflow, asked):
        now = after(before, plan)
        here, furthest = workflow.index(now.stage), workflow.index(now.furthest_stage or now.stage)
        assert furthest >= here
        assert (now.status == "on_hold") == (now.hold_until is not None)
        if now.outcome in ("open", "in_production"):
            assert (now.outcome == "in_production") == workflow.is_production(now.stage)
        else:
            assert now.status == "active"
        assert (now.outcome != "retired") or now.ever_in_production
        assert (now.outcome != "stopped") or not now.ever_in_production
        assert not workflow.is_production(now.furthest_stage or now.stage) or now.ever_in_production


@given(st.sampled_from(WORKFLOWS), steps)
def test_within_an_attempt_the_furthest_stage_never_drops(workflow, asked):
    for before, plan, _ in walk(workflow, asked):
        now = after(before, plan)
        assert now.ever_in_production >= before.ever_in_production
        assert now.attempt - before.attempt in (0, 1)
        if now.attempt == before.attempt:
            earlier = before.furthest_stage or before.stage
            assert workflow.index(now.furthest_stage or now.stage) >= workflow.index(earlier)
        else:
            assert before.outcome == "stopped"


@given(st.sampled_from(WORKFLOWS), steps)
def test_retired_is_final_and_stopped_only_restarts(workflow, asked):
    for before, plan, _ in walk(workflow, asked):
        if before.outcome == "retired":
            assert plan.no_change or plan.obstacles
        if before.outcome == "stopped" and not (plan.no_change or plan.obstacles):
            assert plan.kind in ("restart", "report")


@given(st.sampled_from(WORKFLOWS), steps)
def test_the_same_request_again_is_no_change(workflow, asked):
    for before, plan, (request, facts, waiver) in walk(workflow, asked):
        if plan.is_allowed:
            again = moves.plan(workflow, after(before, plan), request, facts, today=TODAY, waiver=waiver)
            assert again.no_change
            assert not again.obstacles


@given(st.sampled_from(WORKFLOWS), steps)
def test_every_refusal_says_why_and_what_would_help_and_changes_nothing(workflow, asked):
    for before, plan, _ in walk(workflow, asked):
        assert not (plan.no_change and plan.obstacles)
        for obstacle in (*plan.obstacles, *plan.warnings, *plan.recorded):
            assert obstacle.code.isidentifier()
            assert obstacle.message.endswith(".")
            assert obstacle.remedy.endswith(".")
        if plan.obstacles or plan.no_change:
            state = (plan.status, plan.outcome, plan.attempt, plan.hold_until)
            assert state == (before.status, before.outcome, before.attempt, before.hold_until)


@given(st.sampled_from(WORKFLOWS), steps)
def test_no_closed_gate_is_passed_unless_it_is_waived_or_only_reported(workflow, asked):
    for _, plan, (_, facts, waiver) in walk(workflow, asked):
        if plan.obstacles:
            continue
        for check in plan.checks:
            if check.treatment == "examined":
                assert not (check.gate.enforcement == "block" and check.obstacles)
            elif check.treatment == "waived":
                assert check.gate.code in waiver.gates
                assert not waivers.obstacles(waiver, TODAY)
                assert waivers.can_be_waived(workflow, check.gate, facts.tier)
            else:
                assert plan.kind == "report"
        if plan.kind == "advance":
            assert all(check.treatment == "waived" for check in plan.checks[:-1])


@given(st.sampled_from(WORKFLOWS), steps)
def test_what_a_page_offers_covers_every_move_that_is_made(workflow, asked):
    for before, plan, (request, _, _) in walk(workflow, asked):
        if plan.is_allowed and not plan.no_change and request.kind != "report":
            assert plan.kind in moves.available(workflow, before)
