"""The same gate again: after a restart, a step back, a new request, or somebody who stood aside."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import conditions, decisions, evidence, moves, projects, signoffs, stages, workflows
from projects.actions.decisions import Asked
from projects.errors import Refused
from projects.models import Event, SignOff
from projects.queries import gate_facts, signatories
from projects.rules import gates, workflow
from tests.factories import (
    SYSTEM,
    a_member,
    a_portfolio,
    a_project,
    acting,
    asked,
    on_team,
    signs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    """An idea, whose gate only warns; PO has to sign there."""
    return a_project(a_portfolio(), tier="medium", personal_data=False, vendor=False, llm=False)


def codes(project, gate="G0"):
    project.refresh_from_db()
    workflow = project.workflow.rules
    rules, known = workflow.gate(gate), gate_facts.of(project, [workflow.gate(gate)])
    return {each.code for each in gates.obstacles(rules, known, is_launch=workflow.is_launch(rules))}


def restarted(project):
    moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    moves.make(project.pk, kind="restart", to="framing", note="Money again", actor=SYSTEM)
    project.refresh_from_db()
    assert project.attempt == 2


def test_a_request_of_an_earlier_attempt_is_over(project):
    sp = on_team(project, "SP")
    before = asked(project, "G1", "SP")["SP"]
    restarted(project)
    with pytest.raises(Refused) as refusal:
        signs(before, sp)
    assert refusal.value.code == "superseded"
    with pytest.raises(Refused):
        decisions.recuse(before.pk, reason="Mine", actor=acting(sp))
    assert list(signatories.waiting_for(acting(sp), timezone.localdate())) == []
    again = asked(project, "G1", "SP")["SP"]
    assert (again.attempt, again.pk == before.pk) == (2, False)
    assert signs(again, sp).decision == "approved"


def test_a_signature_of_an_earlier_attempt_is_not_signed_again(project):
    sp = on_team(project, "SP")
    before = signs(asked(project, "G1", "SP")["SP"], sp)
    restarted(project)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    with pytest.raises(Refused) as refusal:
        signs(before, sp)
    assert refusal.value.code == "answered"


def test_a_rejection_that_was_answered_stays_answered_when_its_gate_has_been_passed(project):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po, "rejected", reason="Vague", would_change="A number")
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    signs(asked(project, "G0", "PO")["PO"], po)
    assert "rejected" not in codes(project)
    moves.make(project.pk, to="framing", actor=SYSTEM)
    moves.make(project.pk, kind="back", to="idea", reason_code="pivot", note="Other goal", actor=SYSTEM)
    assert "signature_missing" in codes(project)
    assert "rejected" not in codes(project)


def test_what_has_faded_is_signed_on_the_request_that_waits_already(project):
    """Whoever signs again and whoever answers the new request sign the same one."""
    po = on_team(project, "PO")
    first = signs(asked(project, "G0", "PO")["PO"], po)
    waiting = asked(project, "G0", "PO")["PO"]
    assert waiting.pk != first.pk
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    again = signs(first, po)
    assert (again.decision, again.packet.sha256 == first.packet.sha256) == ("approved", False)
    assert not SignOff.objects.filter(decision="", withdrawn_at=None, superseded_at=None).exists()
    assert "signature_missing" not in codes(project)


def test_nobody_stands_aside_from_what_they_have_signed(project):
    po = on_team(project, "PO")
    on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    with pytest.raises(Refused) as refusal:
        decisions.recuse(row.pk, reason="I own the vendor.", actor=acting(po))
    assert refusal.value.code == "answered"
    row.refresh_from_db()
    assert row.decision == "approved"


def test_who_stood_aside_does_not_sign_when_the_packet_has_changed_either(project):
    po, other = on_team(project, "PO"), on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    following = decisions.recuse(row.pk, reason="I own the vendor.", actor=acting(po))
    with pytest.raises(Refused) as refusal:
        signs(following, po)
    assert [each.code for each in refusal.value.obstacles] == ["stood_aside"]
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=8)
    with pytest.raises(Refused):
        signs(following, po)
    assert signs(following, other).decision == "approved"


def test_what_the_product_asked_for_stays_asked_by_nobody(project):
    """Whoever signs again must not become the one who asked: they would be barred from checking."""
    se = on_team(project, "SE")
    row = signoffs.ask(project.pk, gate="G4", only=["SE"], actor=SYSTEM).waiting[0]
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    signed = signs(row, se)
    assert signed.requested_by is None
    assert "requester_signs" not in codes(project, "G4")


def test_a_closed_condition_stays_as_it_was_closed(project):
    po = on_team(project, "PO")
    asks = Asked("Load test first", "before_gate", po)
    row = signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=[asks])
    pk = row.conditions.get().pk
    conditions.close(pk, note="Done", actor=acting(po))
    assert conditions.close(pk, note="Otherwise", actor=acting(po)).closing_note == "Done"


def test_a_request_of_another_project_is_not_answered_through_this_ones_role(project):
    other = a_project(project.portfolio)
    on_team(other, "PO")
    row = asked(other, "G0", "PO")["PO"]
    mine = on_team(project, "PO", a_member(project.portfolio))
    with pytest.raises(Exception, match="You do not act as"):
        signs(row, mine)


def test_what_waits_at_a_gate_is_over_when_it_has_been_passed(project):
    """Nobody could answer it any more, so it must not stay on anybody's list."""
    sp, po = on_team(project, "SP"), on_team(project, "PO")
    rows = asked(project, "G0", "SP", "PO")
    ahead = asked(project, "G1", "SP")["SP"]
    signs(rows["PO"], po)
    moves.make(project.pk, to="framing", actor=SYSTEM)
    today = timezone.localdate()
    assert [row.pk for row in signatories.waiting_for(acting(sp), today)] == [ahead.pk]
    with pytest.raises(Refused):
        signoffs.remind(rows["SP"].pk, actor=SYSTEM)
    moves.make(project.pk, kind="back", to="idea", reason_code="pivot", note="Other goal", actor=SYSTEM)
    assert asked(project, "G0", "SP")["SP"].pk != rows["SP"].pk


def test_nobody_is_reminded_of_a_project_that_has_ended(project):
    on_team(project, "SP")
    row = asked(project, "G1", "SP")["SP"]
    moves.make(project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    with pytest.raises(Refused) as refusal:
        signoffs.remind(row.pk, actor=SYSTEM)
    assert refusal.value.code == "gate_unknown"


def test_what_waits_at_a_gate_is_over_when_a_file_reports_the_stage_after_it(project):
    sp = on_team(project, "SP")
    asked(project, "G0", "SP")
    ahead = asked(project, "G3", "SP")["SP"]
    stages.report(project.pk, to="data", actor=SYSTEM)
    assert list(signatories.waiting_for(acting(sp), timezone.localdate())) == [ahead]


def test_before_the_launch_every_condition_of_earlier_gates_is_closed(project):
    """A day that is still to come does not stand before other gates (domain 2.4, G6)."""
    po = on_team(project, "PO")
    asks = [Asked("Train the users", "by_date", None, timezone.localdate() + timedelta(300))]
    row = signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=asks)
    moves.make(project.pk, to="framing", actor=SYSTEM)
    assert "condition_open" not in codes(project, "G5")
    assert "condition_open" in codes(project, "G6")
    conditions.close(row.conditions.get().pk, actor=acting(po))
    assert "condition_open" not in codes(project, "G6")


def test_another_workflow_asks_for_other_evidence_and_the_signers_are_told():
    project = a_project(a_portfolio(), tier="low", personal_data=False, vendor=False, llm=False)
    po = on_team(project, "PO")
    evidence.add(
        project.pk, kind="metric_sheet", title="Sheet", url="https://example.org/sheet", actor=SYSTEM
    )
    signs(asked(project, "G0", "PO")["PO"], po)
    definition = workflow.dump(project.workflow.rules)
    definition["gates"][0]["criteria"].append({"kind": "evidence", "name": "metric_sheet"})
    version = workflows.publish(project.portfolio_id, definition=definition, actor=SYSTEM)
    workflows.adopt(project.pk, version_id=version.pk, actor=SYSTEM)
    (event,) = Event.objects.filter(kind="signoff.invalidated")
    assert (event.payload["people"], event.payload["changed"]) == ([po.pk], ["Evidence"])
