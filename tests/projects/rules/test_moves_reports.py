"""An import reports where a project is: no gate is examined, and those on the way are named."""

from dataclasses import replace
from datetime import date

import pytest

from projects.rules.gates import Facts
from projects.rules.moves import Position
from tests.projects.rules.cases import ask, codes

pytestmark = pytest.mark.once


def test_a_report_forward_names_the_gates_that_nobody_examined():
    plan = ask("idea", "report", to="pilot", facts=Facts())
    assert plan.is_allowed
    assert plan.gates_passed == ("G0", "G1", "G2", "G3", "G4", "G5")
    assert {check.treatment for check in plan.checks} == {"reported"}
    assert plan.recorded == ()
    assert plan.warnings == ()
    assert plan.furthest_stage == "pilot"


def test_a_report_of_production_is_an_outcome():
    plan = ask("idea", "report", to="production", facts=Facts())
    assert (plan.outcome, plan.ever_in_production) == ("in_production", True)


def test_a_report_backwards_passes_no_gate_and_keeps_the_furthest():
    plan = ask(Position("pilot", furthest_stage="pilot"), "report", to="data")
    assert (plan.gates_passed, plan.furthest_stage, plan.outcome) == ((), "pilot", "open")


@pytest.mark.parametrize(("outcome", "ever"), [("retired", True), ("stopped", False)])
def test_a_report_may_end_a_project(outcome, ever):
    plan = ask("mvp", "report", outcome=outcome)
    assert (plan.to_stage, plan.outcome, plan.ever_in_production) == ("mvp", outcome, ever)
    assert plan.gates_passed == ({"retired": "G8", "stopped": "GX"}[outcome],)


def test_what_was_in_production_is_not_reported_as_stopped():
    live = Position("production", outcome="in_production", ever_in_production=True)
    assert codes(ask(live, "report", outcome="stopped")) == ["use_retire"]
    assert ask(live, "report", outcome="retired").outcome == "retired"


def test_the_same_report_again_is_no_change():
    assert ask("mvp", "report", to="mvp").no_change
    retired = Position("production", outcome="retired", ever_in_production=True)
    assert ask(retired, "report", to="production", outcome="retired").no_change
    stopped = Position("mvp", outcome="stopped")
    assert ask(stopped, "report", outcome="stopped").no_change


def test_a_stopped_project_that_is_reported_again_begins_a_new_attempt():
    stopped = Position("pilot", outcome="stopped", furthest_stage="pilot")
    plan = ask(stopped, "report", to="data")
    assert (plan.outcome, plan.attempt, plan.furthest_stage) == ("open", 2, "data")


def test_a_report_leaves_a_hold_unless_it_ends_the_project():
    held = Position("mvp", status="on_hold", hold_until=date(2027, 1, 1))
    moved = ask(held, "report", to="pilot")
    assert (moved.status, moved.hold_until) == ("on_hold", date(2027, 1, 1))
    assert ask(held, "report", outcome="stopped").status == "active"


@pytest.mark.parametrize(
    ("request_", "code"),
    [({"to": "nowhere"}, "unknown_stage"), ({"to": "pilot", "outcome": "exploded"}, "outcome_unknown")],
)
def test_reports_that_cannot_be_read(request_, code):
    assert codes(ask("mvp", "report", **request_)) == [code]


def test_a_retired_project_is_not_reported_alive():
    retired = Position("production", outcome="retired", ever_in_production=True)
    assert codes(ask(retired, "report", to="production")) == ["retired_is_final"]
    assert codes(ask(replace(retired, stage="pilot"), "report", to="production", outcome="retired")) == [
        "retired_is_final"
    ]
