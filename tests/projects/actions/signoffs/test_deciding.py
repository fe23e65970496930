"""Decisions: on what the signer saw, by who has the role, within the duties; each is recorded once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from projects.actions import conditions, decisions, flags, members, projects, signoffs, stages, teams
from projects.actions.decisions import Asked
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Condition, Event, Flag, Project, SignOff
from projects.queries import gate_facts
from projects.rules import gates
from tests.factories import (
    SYSTEM,
    a_key,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    an_administrator,
    asked,
    on_team,
    seen,
    signed_off,
    signs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    """Before G3, where SP, PO, ML and EN have to sign; in the medium tier."""
    portfolio = a_portfolio()
    return a_project(
        portfolio,
        tier="medium",
        personal_data=False,
        vendor=False,
        llm=False,
        metric_name="Cycle time",
        metric_target=6,
        ml_metric="recall",
    )


def state_of(project, gate="G0"):
    project.refresh_from_db()
    rules = project.workflow.rules.gate(gate)
    known = gate_facts.of(project, [rules])
    return sorted(each.role for each in gates.signed(rules, known))


def test_an_approval_counts_and_is_recorded_with_what_was_signed(project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    assert (row.decision, row.signer, row.acts_for) == ("approved", po, None)
    assert state_of(project) == ["PO"]
    event = Event.objects.get(kind="signoff.decided")
    assert event.payload["packet"] == row.packet.sha256
    assert event.actor_id == po.pk


def test_what_was_signed_and_changes_does_not_count_and_counts_again_when_it_is_signed_again(project):
    po = on_team(project, "PO")
    first = signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    assert state_of(project) == []
    second = signs(first, po)
    first.refresh_from_db()
    assert second.pk != first.pk
    assert (second.requested_by_id, second.decision) == (first.requested_by_id, "approved")
    assert first.superseded_at is not None
    assert state_of(project) == ["PO"]


def test_words_that_nobody_signs_do_not_matter(project):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, name="Another name", description="Longer")
    assert state_of(project) == ["PO"]


def test_the_signer_is_told_once_what_has_changed(project):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7, ml_metric="precision")
    projects.edit(project.pk, version=None, actor=SYSTEM, name="Another name")
    (event,) = Event.objects.filter(kind="signoff.invalidated")
    assert event.payload["changed"] == ["Target of the business metric", "ML metric"]
    assert event.payload["people"] == [po.pk]


def _invalidated(project):
    return list(Flag.objects.filter(project=project, rule="SIGNOFF_INVALIDATED", cleared_at=None))


def test_what_is_changed_back_counts_again_and_the_next_change_is_told_again(project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    for number, target in enumerate([7, 6, 7, 6], 1):
        projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=target)
        row.refresh_from_db()
        is_changed = target == 7
        assert bool(row.told_hash) == bool(_invalidated(project)) == is_changed
        assert state_of(project) == ([] if is_changed else ["PO"])
        told = Event.objects.filter(kind="signoff.invalidated").count()
        assert told == (number + 1) // 2


def test_in_production_the_signatures_of_its_certification_are_compared_too(project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    stages.report(project.pk, to="production", source="register", actor=SYSTEM)
    day = timezone.localdate() + timedelta(days=200)
    SignOff.objects.update(used_at=timezone.now(), lives_until=day)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    assert SignOff.objects.get(pk=row.pk).told_hash
    assert [flag.severity for flag in _invalidated(project)] == ["critical"]
    # One that a later certification has taken the place of is no concern any more.
    SignOff.objects.create(
        **{
            name: getattr(row, name)
            for name in ("project", "gate", "packet", "decision", "signer", "decided_at")
        },
        role="SP",
        used_at=timezone.now(),
        lives_until=day + timedelta(days=365),
    )
    flags.refresh(Project.objects.get(pk=project.pk), actor=SYSTEM)
    assert not _invalidated(project)


def test_whoever_saw_something_else_is_shown_what_changed(project):
    po = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    before = seen(row)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    with pytest.raises(Stale) as refusal:
        decisions.decide(row.pk, decision="approved", seen=before, actor=acting(po))
    assert [each.message for each in refusal.value.obstacles] == [
        "Target of the business metric has changed."
    ]
    row.refresh_from_db()
    assert row.decision == ""


def test_nobody_signs_twice(project):
    po = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    signs(row, po)
    with pytest.raises(Refused) as refusal:
        signs(row, po, "rejected", reason="No", would_change="Yes")
    assert refusal.value.code == "answered"


@pytest.mark.parametrize("who", ["administrator", "manager", "key", "left", "deactivated"])
def test_nobody_signs_for_somebody_else(project, who):
    po = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    if who == "key":
        key, _ = a_key(project.portfolio)
        person = key.user
    elif who == "left":
        person = po
        on_team(project, "PO")
        teams.release(project.pk, user_id=po.pk, role="PO", actor=SYSTEM)
        members.set_role(project.portfolio_id, user_id=po.pk, role="manager", actor=SYSTEM)
    elif who == "deactivated":
        person = po
        po.is_active = False
        po.save()
    else:
        person = an_administrator() if who == "administrator" else a_member(project.portfolio, who)
    with pytest.raises(NotAllowed):
        signs(row, person)
    row.refresh_from_db()
    assert row.decision == ""


def test_who_asks_cannot_check(project):
    """Security, privacy, legal and the validator do not sign what they have asked for themselves."""
    se = on_team(project, "SE")
    other = on_team(project, "SE")
    members.set_role(project.portfolio_id, user_id=se.pk, role="contributor", actor=SYSTEM)
    row = asked(project, "G4", "SE", by=se)["SE"]
    with pytest.raises(Refused) as refusal:
        signs(row, se)
    assert [each.code for each in refusal.value.obstacles] == ["requester_signs"]
    assert signs(row, other).decision == "approved"


def test_the_validator_is_not_on_the_team(project):
    rv = on_team(project, "RV")
    on_team(project, "ML", rv)
    row = asked(project, "G5", "RV")["RV"]
    with pytest.raises(Refused) as refusal:
        signs(row, rv)
    assert [each.code for each in refusal.value.obstacles] == ["validator_on_team"]


def test_one_person_fills_two_roles_in_the_low_tier_only(project):
    both = on_team(project, "PO")
    on_team(project, "ML", both)
    rows = asked(project, "G3", "PO", "ML")
    signs(rows["PO"], both)
    with pytest.raises(Refused) as refusal:
        signs(rows["ML"], both)
    assert [each.code for each in refusal.value.obstacles] == ["signs_for_two_roles"]


def test_two_roles_in_the_low_tier():
    project = a_project(tier="low", personal_data=False, vendor=False, llm=False)
    both = on_team(project, "PO")
    on_team(project, "ML", both)
    rows = asked(project, "G3", "PO", "ML")
    signs(rows["PO"], both)
    signs(rows["ML"], both)
    assert state_of(project, "G3") == ["ML", "PO"]


def test_a_condition_before_the_gate_keeps_it_closed_until_its_signer_closes_it(project):
    po, owner = on_team(project, "PO"), on_team(project, "ML")
    asks = Asked("Load test first", "before_gate", owner)
    row = signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=[asks])
    assert state_of(project) == []
    (condition,) = Condition.objects.filter(signoff=row)
    with pytest.raises(NotAllowed):
        conditions.close(condition.pk, actor=acting(owner))
    closed = conditions.close(condition.pk, note="Done", actor=acting(po))
    assert closed.closed_by == po
    assert state_of(project) == ["PO"]


def test_who_has_the_role_after_the_signer_closes_the_condition(project):
    po, heir = on_team(project, "PO"), on_team(project, "PO")
    asks = Asked("Load test first", "before_gate", po)
    row = signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=[asks])
    condition = row.conditions.get()
    with pytest.raises(NotAllowed):
        conditions.close(condition.pk, actor=acting(heir))
    teams.release(project.pk, user_id=po.pk, role="PO", actor=SYSTEM)
    assert conditions.close(condition.pk, actor=acting(heir)).closed_by == heir


def test_an_overdue_condition_lets_the_signature_lapse_and_closing_it_brings_it_back(project):
    po = on_team(project, "PO")
    due = timezone.localdate() + timedelta(3)
    asks = Asked("Train the users", "by_date", po, due)
    row = signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=[asks])
    assert state_of(project) == ["PO"]
    with time_machine.travel(timezone.now() + timedelta(4)):
        assert state_of(project) == []
        conditions.close(row.conditions.get().pk, actor=acting(po))
        assert state_of(project) == ["PO"]


def test_a_signature_that_no_gate_uses_expires(project):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po)
    with time_machine.travel(timezone.now() + timedelta(90)):
        assert state_of(project) == ["PO"]
    with time_machine.travel(timezone.now() + timedelta(91)):
        assert state_of(project) == []


@pytest.mark.parametrize(
    ("decision", "said", "codes"),
    [
        ("rejected", {}, ["reason_needed", "would_change_needed"]),
        ("approved_with_conditions", {}, ["conditions_needed"]),
        (
            "approved_with_conditions",
            {"conditions": [Asked("", "by_date")]},
            ["condition_text", "condition_due"],
        ),
        (
            "approved_with_conditions",
            {"conditions": [Asked("x", "some_day", None, date(2020, 1, 1))]},
            ["condition_kind", "condition_due"],
        ),
        ("approved", {"conditions": [Asked("x", "before_gate")]}, ["conditions_unexpected"]),
        ("feedback_given", {"reason": "Fine"}, ["decision_unknown"]),
        ("recused", {"reason": "Fine"}, ["decision_unknown"]),
        ("certainly", {}, ["decision_unknown"]),
        ("approved", {"reason": "x" * 4001}, ["too_long"]),
    ],
)
def test_a_decision_says_what_it_has_to_say(project, decision, said, codes):
    po = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    with pytest.raises(Refused) as refusal:
        signs(row, po, decision, **said)
    assert [each.code for each in refusal.value.obstacles] == codes
    assert not SignOff.objects.exclude(decision="").exists()


def test_a_rejection_stands_until_something_else_is_approved(project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po, "rejected", reason="Too vague", would_change="A number")
    assert state_of(project) == []
    with pytest.raises(Refused) as refusal:
        asked(project, "G0", "PO")
    assert [each.code for each in refusal.value.obstacles] == ["nothing_changed"]
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    rules = project.workflow.rules.gate("G0")
    again = asked(project, "G0", "PO")["PO"]
    project.refresh_from_db()
    codes = [each.code for each in gates.obstacles(rules, gate_facts.of(project, [rules]))]
    assert "rejected" in codes
    signs(again, po)
    codes = [each.code for each in gates.obstacles(rules, gate_facts.of(project, [rules]))]
    assert "rejected" not in codes
    assert row.would_change == "A number"


def test_who_stands_aside_passes_it_on_and_does_not_sign_it(project):
    po, other = on_team(project, "PO"), on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    following = decisions.recuse(row.pk, reason="I own the vendor.", actor=acting(po))
    assert following.is_waiting
    assert Event.objects.get(kind="signoff.recused").payload["people"] == [other.pk]
    with pytest.raises(Refused) as refusal:
        signs(following, po)
    assert [each.code for each in refusal.value.obstacles] == ["stood_aside"]
    signs(following, other)
    assert state_of(project) == ["PO"]


def test_a_signer_withdraws_what_no_gate_has_used(project):
    po = on_team(project, "PO")
    row = signs(asked(project, "G0", "PO")["PO"], po)
    with pytest.raises(NotAllowed):
        decisions.withdraw(row.pk, reason="Not mine", actor=acting(an_administrator()))
    with pytest.raises(Refused):
        decisions.withdraw(row.pk, reason=" ", actor=acting(po))
    withdrawn = decisions.withdraw(row.pk, reason="The data was wrong.", actor=acting(po))
    assert (withdrawn.decision, withdrawn.withdrawn_by) == ("approved", po)
    assert state_of(project) == []
    assert (
        decisions.withdraw(row.pk, reason="Again", actor=acting(po)).withdrawn_reason == "The data was wrong."
    )


def test_feedback_is_heard_and_never_closes_a_gate(project):
    sp = on_team(project, "SP")
    row = asked(project, "G0", "SP")["SP"]
    assert not row.is_binding
    with pytest.raises(Refused):
        signs(row, sp)
    assert signs(row, sp, "feedback_given", reason="Ask the branches.").reason == "Ask the branches."
    assert state_of(project) == []


def test_asking_for_a_gate_asks_everybody_who_has_not_signed(project):
    po, ml = on_team(project, "PO"), on_team(project, "ML")
    asker = acting(a_member(project.portfolio))
    found = signoffs.ask(project.pk, gate="G1", actor=asker)
    assert {row.role for row in found.made} == {"PO", "ML"}
    assert {each.code for each in found.obstacles} == {"role_unfilled"}
    again = signoffs.ask(project.pk, gate="G1", actor=asker)
    assert not again.made
    assert {row.pk for row in again.waiting} == {row.pk for row in found.made}
    signs(found.made[0], po if found.made[0].role == "PO" else ml)
    assert len(signoffs.ask(project.pk, gate="G1", actor=asker).waiting) == 1


def test_nobody_can_be_asked_where_nobody_has_the_role(project):
    with pytest.raises(Refused) as refusal:
        signoffs.ask(project.pk, gate="G0", actor=acting(a_member(project.portfolio)), only=["PO"])
    assert [each.code for each in refusal.value.obstacles] == ["role_unfilled"]


@pytest.mark.parametrize(("gate", "roles"), [("G9", None), ("G8", None), ("G7", None), ("G0", ["LE"])])
def test_only_gates_that_come_and_roles_that_they_ask(project, gate, roles):
    with pytest.raises(Refused):
        signoffs.ask(project.pk, gate=gate, actor=acting(a_member(project.portfolio)), only=roles)


def test_a_request_is_called_off_by_who_asked(project):
    on_team(project, "PO")
    asker = a_member(project.portfolio)
    row = asked(project, "G0", "PO", by=asker)["PO"]
    with pytest.raises(NotAllowed):
        signoffs.call_off(row.pk, actor=acting(a_member(project.portfolio)))
    assert not signoffs.call_off(row.pk, actor=acting(asker)).is_waiting


def test_people_are_reminded_once_a_day(project):
    po = on_team(project, "PO")
    asker = acting(a_member(project.portfolio))
    row = asked(project, "G0", "PO")["PO"]
    signoffs.remind(row.pk, actor=asker)
    signoffs.remind(row.pk, actor=asker)
    (event,) = Event.objects.filter(kind="signoff.reminded")
    assert event.payload["people"] == [po.pk]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        signoffs.remind(row.pk, actor=asker)
    assert Event.objects.filter(kind="signoff.reminded").count() == 2


def test_signed_off_gives_every_required_signature(project):
    signed_off(project, "G4")
    assert state_of(project, "G4") == ["EN", "ML", "OW", "PO", "SE"]
    assert a_person() is not None
