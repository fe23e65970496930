"""Gates passed by signatures: used up by the move, kept with it, and asked for again after a return."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from projects.actions import conditions, moves, portfolios
from projects.actions.decisions import Asked
from projects.errors import Refused
from projects.models import Move, SignOff
from tests.factories import (
    SYSTEM,
    a_portfolio,
    a_project,
    acting,
    asked,
    on_team,
    signed_off,
    signs,
    strict_gates,
)

pytestmark = pytest.mark.django_db
WAY = ["framing", "data", "poc", "mvp", "validation", "pilot", "production"]


@pytest.fixture
def portfolio():
    return strict_gates(a_portfolio())


@pytest.fixture
def project(portfolio):
    return a_project(portfolio, tier="low", personal_data=False, vendor=False, llm=False)


def advance(project, to):
    return moves.make(project.pk, to=to, actor=SYSTEM)


def go_to(project, stage):
    """Through every gate up to this stage, each signed by all."""
    for number, to in enumerate(WAY[: WAY.index(stage) + 1]):
        signed_off(project, f"G{number}")
        advance(project, to)
    project.refresh_from_db()
    return project


def test_a_gate_opens_when_everybody_has_signed_and_not_before(project):
    with pytest.raises(Refused) as refusal:
        advance(project, "framing")
    assert [each.code for each in refusal.value.obstacles] == ["role_unfilled"]
    po = on_team(project, "PO")
    with pytest.raises(Refused) as refusal:
        advance(project, "framing")
    assert [each.code for each in refusal.value.obstacles] == ["signature_missing"]
    row = asked(project, "G0", "PO")["PO"]
    with pytest.raises(Refused) as refusal:
        advance(project, "framing")
    assert [each.code for each in refusal.value.obstacles] == ["signature_waiting"]
    signs(row, po)
    assert advance(project, "framing").move is not None


def test_a_move_keeps_who_signed_what_and_uses_it_up(project):
    given = signed_off(project, "G0")
    move = advance(project, "framing").move
    row = SignOff.objects.get(pk=given["PO"].pk)
    assert move.outcome == "go"
    assert move.gates == [
        {"code": "G0", "treatment": "examined", "packet": row.packet.sha256, "signoffs": [row.pk]}
    ]
    assert row.used_at is not None
    moves.make(project.pk, kind="back", to="idea", reason_code="pivot", note="Not this way", actor=SYSTEM)
    with pytest.raises(Refused):
        advance(project, "framing")
    signed_off(project, "G0")
    assert advance(project, "framing").move is not None


def test_conditions_make_it_a_conditional_go_and_stand_before_the_next_gate(project):
    po = on_team(project, "PO")
    asks = Asked("Talk to the branches", "before_next_gate", po)
    row = asked(project, "G0", "PO")["PO"]
    signs(row, po, "approved_with_conditions", conditions=[asks])
    assert advance(project, "framing").move.outcome == "go_with_conditions"
    signed_off(project, "G1")
    with pytest.raises(Refused) as refusal:
        advance(project, "data")
    assert [each.code for each in refusal.value.obstacles] == ["condition_open"]
    conditions.close(row.conditions.get().pk, actor=acting(po))
    assert advance(project, "data").move.outcome == "go"


def test_a_condition_by_a_date_stands_before_the_next_gate_when_it_is_overdue(project):
    po = on_team(project, "PO")
    asks = Asked("Talk to the branches", "by_date", po, timezone.localdate() + timedelta(5))
    signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=[asks])
    advance(project, "framing")
    signed_off(project, "G1")
    with time_machine.travel(timezone.now() + timedelta(6)), pytest.raises(Refused) as refusal:
        advance(project, "data")
    assert [each.code for each in refusal.value.obstacles] == ["condition_open"]
    assert advance(project, "data").move is not None


@pytest.mark.parametrize(
    ("kind", "said", "outcome"),
    [
        ("back", {"to": "idea", "reason_code": "pivot", "note": "Elsewhere"}, "recycle"),
        ("stop", {"reason_code": "budget"}, "kill"),
    ],
)
def test_every_decision_at_a_gate_has_its_outcome(project, kind, said, outcome):
    go_to(project, "framing")
    if kind == "stop":
        signed_off(project, "GX")
    assert moves.make(project.pk, kind=kind, actor=SYSTEM, **said).move.outcome == outcome


@pytest.mark.parametrize(("tier", "days"), [("low", 365), ("medium", 180), ("high", 90)])
def test_what_is_launched_is_certified_again_by_its_tier(portfolio, tier, days):
    project = a_project(portfolio, tier=tier, personal_data=False, vendor=False, llm=False)
    go_to(project, "production")
    today = timezone.localdate()
    assert project.recertify_on == today + timedelta(days)
    launched = SignOff.objects.filter(project=project, gate="G6")
    assert set(launched.values_list("lives_until", flat=True)) == {project.recertify_on}
    with time_machine.travel(timezone.now() + timedelta(10)):
        with pytest.raises(Refused):
            moves.make(project.pk, kind="recertify", actor=SYSTEM)
        signed_off(project, "G7")
        move = moves.make(project.pk, kind="recertify", actor=SYSTEM).move
        project.refresh_from_db()
    assert (move.outcome, move.from_stage, move.to_stage) == ("go", "production", "production")
    assert project.recertify_on == today + timedelta(10 + days)
    assert project.outcome == "in_production"


def test_out_of_production_nothing_is_certified_and_the_review_waits_for_working_days(portfolio, project):
    portfolios.edit(
        portfolio.pk,
        version=portfolio.version,
        actor=SYSTEM,
        holidays=["2026-11-23"],
        working_days=[0, 1, 2, 3, 4],
    )
    go_to(project, "production")
    with time_machine.travel("2026-11-20T12:00:00Z"):  # a Friday
        moves.make(project.pk, kind="rollback", actor=SYSTEM)
    project.refresh_from_db()
    assert project.recertify_on is None
    assert project.review_due_on == date(2026, 11, 30)
    moves.make(
        project.pk,
        kind="back",
        to="data",
        reason_code="incident",
        note="Deeper than we thought",
        actor=SYSTEM,
    )
    project.refresh_from_db()
    assert project.review_due_on == date(2026, 11, 30)


def test_a_new_attempt_begins_with_no_signature(project):
    go_to(project, "data")
    signed_off(project, "G2")
    signed_off(project, "GX")
    moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    moves.make(project.pk, kind="restart", actor=SYSTEM)
    go = [advance, signed_off]
    with pytest.raises(Refused):
        go[0](project, "data")
    signed_off(project, "G1")
    advance(project, "data")
    with pytest.raises(Refused):
        advance(project, "poc")
    assert Move.objects.filter(project=project, kind="restart").get().outcome == ""
