"""Moves that change status or outcome and leave the stage: hold, resume, stop, retire, and the restart."""

from datetime import date, timedelta

import pytest

from projects.rules.moves import Position
from tests.projects.rules.cases import HELD, HOLD, LIVE, RETIRED, ROLLED_BACK, STOPPED, TODAY, ask, codes

pytestmark = pytest.mark.once


# Hold and resume


def test_a_hold_keeps_the_stage():
    plan = ask("mvp", "hold", **HOLD)
    assert plan.is_allowed
    assert (plan.to_stage, plan.status, plan.hold_until) == ("mvp", "on_hold", date(2027, 1, 15))
    assert plan.outcome == "open"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"note": ""}, ["note_needed"]),
        ({"until": None}, ["resume_date_needed"]),
        ({"until": TODAY}, ["resume_date_passed"]),
        ({"until": TODAY - timedelta(days=1)}, ["resume_date_passed"]),
        ({"approver": None}, ["approver_needed"]),
        ({"approver": "ann"}, ["approver_is_requester"]),
        ({"approver_roles": frozenset({"ML", "PO"})}, ["approver_not_sponsor_or_manager"]),
        (
            {"approver": "ann", "approver_roles": frozenset()},
            ["approver_is_requester", "approver_not_sponsor_or_manager"],
        ),
        (
            {"note": "", "until": None, "approver": None},
            ["note_needed", "resume_date_needed", "approver_needed"],
        ),
    ],
)
def test_a_hold_needs_a_note_a_date_and_somebody_else_who_approves(change, expected):
    assert codes(ask("mvp", "hold", **{**HOLD, **change})) == expected


@pytest.mark.parametrize("role", ["SP", "PM"])
def test_sponsor_and_portfolio_manager_may_approve_a_hold(role):
    assert ask("mvp", "hold", **{**HOLD, "approver_roles": frozenset({role, "ML"})}).is_allowed


def test_a_hold_may_begin_tomorrow_at_the_shortest():
    assert ask("mvp", "hold", **{**HOLD, "until": TODAY + timedelta(days=1)}).is_allowed


def test_the_same_hold_again_is_no_change_and_another_date_extends_it():
    assert ask(HELD, "hold", until=HELD.hold_until).no_change
    longer = ask(HELD, "hold", **{**HOLD, "until": date(2027, 3, 1)})
    assert (longer.no_change, longer.hold_until) == (False, date(2027, 3, 1))
    assert codes(ask(HELD, "hold", until=date(2027, 3, 1))) == ["note_needed", "approver_needed"]


def test_resume_keeps_the_stage():
    plan = ask(HELD, "resume")
    assert (plan.to_stage, plan.status, plan.hold_until, plan.no_change) == ("mvp", "active", None, False)
    assert ask("mvp", "resume").no_change


@pytest.mark.parametrize("kind", ["hold", "resume", "back", "rollback", "report"])
def test_retired_is_final(kind):
    assert codes(ask(RETIRED, kind, to="pilot", **{**HOLD, "reason_code": "pivot"})) == ["retired_is_final"]
    assert codes(ask(RETIRED, "restart")) == codes(ask(RETIRED, "stop")) == ["retired_is_final"]


@pytest.mark.parametrize("kind", ["hold", "resume", "back", "rollback", "retire"])
def test_a_stopped_project_can_only_restart(kind):
    assert codes(ask(STOPPED, kind, to="idea", **{**HOLD, "reason_code": "pivot"})) == ["already_ended"]


# Endings and restart


@pytest.mark.parametrize("position", ["mvp", HELD])
def test_stop_keeps_the_stage_and_ends_a_hold(position):
    plan = ask(position, "stop", reason_code="budget")
    assert (plan.to_stage, plan.outcome, plan.status, plan.gates_passed) == (
        "mvp",
        "stopped",
        "active",
        ("GX",),
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, ["reason_needed"]),
        ({"reason_code": "boredom"}, ["reason_unknown"]),
        ({"reason_code": "other"}, ["note_needed"]),
        ({"reason_code": "other", "note": "Merged into another team."}, []),
    ],
)
def test_stop_needs_a_reason(request_, expected):
    assert codes(ask("mvp", "stop", **request_)) == expected


@pytest.mark.parametrize("position", [LIVE, ROLLED_BACK, Position("production")])
def test_what_was_in_production_is_retired_not_stopped(position):
    assert codes(ask(position, "stop", reason_code="budget")) == ["use_retire"]
    plan = ask(position, "retire", note="Replaced by a rule.")
    assert (plan.outcome, plan.to_stage, plan.gates_passed) == ("retired", position.stage, ("G8",))


def test_what_was_never_in_production_is_stopped_not_retired():
    assert codes(ask("pilot", "retire", note="x")) == ["use_stop"]


def test_retirement_needs_a_note():
    assert codes(ask(LIVE, "retire")) == ["note_needed"]
    assert codes(ask(LIVE, "retire", note="x", reason_code="boredom")) == ["reason_unknown"]


def test_ending_again_is_no_change():
    assert ask(STOPPED, "stop").no_change
    assert ask(RETIRED, "retire").no_change


@pytest.mark.parametrize("to", ["", "framing"])
def test_a_restart_is_a_new_attempt_whose_furthest_stage_begins_again(to):
    plan = ask(STOPPED, "restart", to=to)
    assert (plan.to_stage, plan.attempt, plan.furthest_stage, plan.outcome) == (
        "framing",
        2,
        "framing",
        "open",
    )
    again = Position("framing", attempt=2, furthest_stage="framing")
    assert ask(again, "restart", to=to).no_change


@pytest.mark.parametrize(
    ("position", "to", "code"),
    [
        ("framing", "", "not_stopped"),
        ("mvp", "framing", "not_stopped"),
        (STOPPED, "poc", "not_the_restart_stage"),
        (STOPPED, "nowhere", "unknown_stage"),
    ],
)
def test_restarts_that_do_not_exist(position, to, code):
    assert codes(ask(position, "restart", to=to)) == [code]


def test_a_refused_move_leaves_the_state():
    plan = ask(HELD, "back", to="framing")
    assert (plan.status, plan.hold_until, plan.furthest_stage) == ("on_hold", HELD.hold_until, "mvp")
