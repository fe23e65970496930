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
# By name: what is drawn is shown when a test fails, and all facts are too much to show.
FACTS = {
    "ready": READY,
    "unknown": Facts(),
    "strict": Facts(tier="high", personal_data=True, vendor=True, llm=True, people={"PO": 1, "ML": 1}),
}

people = st.sampled_from([None, "ann", "bob", "may"])
dates = st.none() | st.sampled_from([date(2026, 11, 1), TODAY, date(2026, 12, 24), date(2027, 3, 1)])
wild = st.builds(
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
# Where a request that makes sense leads, in stages from here, and the reason that it gives.
SENSIBLE = {
    "advance": (1, ""),
    "back": (-1, "pivot"),
    "hold": (0, ""),
    "resume": (0, ""),
    "stop": (0, "budget"),
    "restart": (None, ""),
    "rollback": (None, ""),
    "retire": (0, ""),
    "report": (2, ""),
}
# Most moves of real projects go forward, and a walk that ends early sees little.
sensible = st.sampled_from(["advance"] * 6 + ["back", "hold", "resume", "restart"] * 2 + sorted(SENSIBLE))
waiver_papers = st.none() | st.builds(
    Waiver,
    gates=st.lists(st.sampled_from(["G0", "G1", "G2", "G3", "G4", "G5", "G6"]), unique=True).map(tuple),
    reason=st.sampled_from(["", "Shown elsewhere."]),
    expires_on=dates,
    manager=people,
    sponsor=people,
)
steps = st.lists(
    st.tuples(sensible | sensible | wild, st.sampled_from(["ready", "ready", *FACTS]), waiver_papers),
    min_size=4,
    max_size=30,
)


@st.composite
def walks(draw):
    """A workflow, a stage to begin at (an import may have put the project there), and what is asked."""
    # By name and place: Hypothesis writes out what it draws, and a whole workflow is long.
    workflow = presets.workflow(draw(st.sampled_from(presets.names())))
    return workflow, workflow.stages[draw(st.sampled_from([0, -2, -1]))], draw(steps)


def meant(workflow, position, kind):
    """The request that somebody who knows the rules would make here."""
    offset, reason = SENSIBLE[kind]
    number = workflow.index(position.stage) + (offset or 0)
    number = min(max(number, 0), len(workflow.stages) - 1)
    to = "" if offset is None else workflow.stages[number].code
    return MoveRequest(kind, to, reason, "A note.", date(2027, 1, 15), "ann", "bob", frozenset({"SP"}))


def walk(workflow, start, asked):
    """Carry the requests out one after the other; yields where it was, what came of it, what was asked."""
    live = workflow.is_production(start.code)
    position = Position(
        start.code,
        outcome="in_production" if live else "open",
        ever_in_production=live,
        furthest_stage=start.code,
    )
    for wish, named, waiver in asked:
        facts = FACTS[named]
        request = meant(workflow, position, wish) if isinstance(wish, str) else wish
        plan = moves.plan(workflow, position, request, facts, today=TODAY, waiver=waiver)
        yield position, plan, (request, facts, waiver)
        position = after(position, plan)


@given(walks())
def test_the_state_stays_sound(asked):
    workflow = asked[0]
    for before, plan, _ in walk(*asked):
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


@given(walks())
def test_within_an_attempt_the_furthest_stage_never_drops(asked):
    workflow = asked[0]
    for before, plan, _ in walk(*asked):
        now = after(before, plan)
        assert now.ever_in_production >= before.ever_in_production
        assert now.attempt - before.attempt in (0, 1)
        if now.attempt == before.attempt:
            earlier = before.furthest_stage or before.stage
            assert workflow.index(now.furthest_stage or now.stage) >= workflow.index(earlier)
        else:
            assert before.outcome == "stopped"


@given(walks())
def test_retired_is_final_and_stopped_only_restarts(asked):
    for before, plan, _ in walk(*asked):
        if before.outcome == "retired":
            assert plan.no_change or plan.obstacles
        if before.outcome == "stopped" and not (plan.no_change or plan.obstacles):
            assert plan.kind in ("restart", "report")


@given(walks())
def test_the_same_request_again_is_no_change(asked):
    workflow = asked[0]
    for before, plan, (request, facts, waiver) in walk(*asked):
        if plan.is_allowed:
            again = moves.plan(workflow, after(before, plan), request, facts, today=TODAY, waiver=waiver)
            assert again.no_change
            assert not again.obstacles


@given(walks())
def test_every_refusal_says_why_and_what_would_help_and_changes_nothing(asked):
    for before, plan, _ in walk(*asked):
        assert not (plan.no_change and plan.obstacles)
        for obstacle in (*plan.obstacles, *plan.warnings, *plan.recorded):
            assert obstacle.code.isidentifier()
            assert obstacle.message.endswith(".")
            assert obstacle.remedy.endswith(".")
        if plan.obstacles or plan.no_change:
            state = (plan.status, plan.outcome, plan.attempt, plan.hold_until)
            assert state == (before.status, before.outcome, before.attempt, before.hold_until)


@given(walks())
def test_no_closed_gate_is_passed_unless_it_is_waived_or_only_reported(asked):
    workflow = asked[0]
    for _, plan, (_, facts, waiver) in walk(*asked):
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


@given(walks())
def test_what_a_page_offers_covers_every_move_that_is_made(asked):
    workflow = asked[0]
    for before, plan, (request, _, _) in walk(*asked):
        if plan.is_allowed and not plan.no_change and request.kind != "report":
            assert plan.kind in moves.available(workflow, before)
