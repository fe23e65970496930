"""What the tests of moves share: projects that pass every gate, and short ways to ask."""

from dataclasses import replace
from datetime import date

from projects.rules import moves, presets
from projects.rules.moves import MoveRequest, Position, Waiver
from tests.projects.rules import ready, signed

TODAY = date(2026, 11, 20)
STANDARD = presets.workflow("standard")
READY = ready.facts(STANDARD.gates, TODAY, signing=signed.by_all(STANDARD.gates))
BACK = {"reason_code": "pivot", "note": "The users want something else."}
HOLD = {
    "note": "The data owner is away.",
    "until": date(2027, 1, 15),
    "requested_by": "ann",
    "approver": "bob",
    "approver_roles": frozenset({"SP"}),
}
SIGNED = Waiver(("G3", "G4"), "The vendor has shown it.", date(2026, 12, 31), manager="may", sponsor="sam")

LIVE = Position("production", outcome="in_production", ever_in_production=True, furthest_stage="production")
ROLLED_BACK = replace(LIVE, stage="pilot", outcome="open")
HELD = Position("mvp", status="on_hold", hold_until=date(2027, 1, 15), furthest_stage="mvp")
STOPPED = Position("data", outcome="stopped", furthest_stage="mvp")
RETIRED = replace(LIVE, outcome="retired")


def ask(position, kind=None, *, facts=READY, workflow=STANDARD, waiver=None, **request):
    """The plan of one move for a project at this stage (a code) or position."""
    position = Position(position) if isinstance(position, str) else position
    plan = moves.plan(
        workflow, position, MoveRequest(kind=kind, **request), facts, today=TODAY, waiver=waiver
    )
    assert plan.is_allowed != bool(plan.obstacles)
    assert all(o.code and o.message and o.remedy for o in (*plan.obstacles, *plan.warnings, *plan.recorded))
    return plan


def codes(plan):
    """The codes of all obstacles, in order."""
    return [obstacle.code for obstacle in plan.obstacles]


def after(position, plan):
    """Where the project is when the plan has been carried out."""
    if plan.obstacles or plan.no_change:
        return position
    return replace(
        position,
        stage=plan.to_stage,
        status=plan.status,
        outcome=plan.outcome,
        furthest_stage=plan.furthest_stage,
        attempt=plan.attempt,
        ever_in_production=plan.ever_in_production,
        hold_until=plan.hold_until,
        recertify_on=plan.recertify_on or position.recertify_on,
    )
