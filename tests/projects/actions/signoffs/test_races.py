"""Several people at one sign-off at once: they take turns, each is told what came of it. On PostgreSQL."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from projects.actions import conditions, decisions, evidence, moves, projects, signoffs, stages, teams
from projects.actions.decisions import Asked
from projects.errors import NotAllowed, Refused, Stale
from projects.models import Event, Move, SignOff, WorkflowVersion, workflows
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, acting, asked, on_team, seen, signs
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
# Which of two comes first is left to chance; so often both orders come up.
ROUNDS = 6


@pytest.fixture
def project():
    told = {"tier": "low", "personal_data": False, "vendor": False, "llm": False, "metric_target": 5}
    return a_project(a_portfolio(), **told)


@pytest.fixture
def po(project):
    return on_team(project, "PO")


def names(results):
    return sorted(type(each).__name__ for each in results)


def events(kind):
    return Event.objects.filter(kind=kind).count()


def approving(row, person, **said):
    shown = seen(row)
    return lambda: decisions.decide(row.pk, decision="approved", seen=shown, actor=acting(person), **said)


def test_what_is_signed_while_it_changes_is_signed_as_it_was_or_not_at_all(project, po):
    """Never on something that the signer has not seen, and never does an old signature count for the new."""
    for number in range(ROUNDS):
        row = asked(project, "G0", "PO")["PO"]
        before = seen(row)
        signing, edit = at_once(
            approving(row, po),
            lambda number=number: projects.edit(
                project.pk, version=None, actor=SYSTEM, metric_target=100 + number
            ),
        )
        assert type(edit).__name__ == "Project", edit
        row.refresh_from_db()
        if isinstance(signing, Stale):
            assert (row.decision, signing.code) == ("", "packet_changed")
        else:
            assert (signing.decision, signing.packet.sha256) == ("approved", before)
            told = Event.objects.get(kind="signoff.invalidated", payload__signoff=signing.pk)
            assert told.payload["changed"] == ["Target of the business metric"]
        assert seen(row) != before


def test_of_two_decisions_on_one_request_one_is_recorded(project, po):
    other = on_team(project, "PO")
    for number in range(ROUNDS):
        row = asked(project, "G0", "PO")["PO"]
        words = {"reason": "Vague", "would_change": "A number"}
        shown = seen(row)
        results = at_once(
            approving(row, po),
            lambda row=row, shown=shown, words=words: decisions.decide(
                row.pk, decision="rejected", seen=shown, actor=acting(other), **words
            ),
        )
        assert names(results) == ["Refused", "SignOff"], results
        (refusal,) = [each for each in results if isinstance(each, Refused)]
        assert refusal.code == "answered"
        assert events("signoff.decided") == number + 1
        projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=100 + number)


def test_one_person_who_presses_twice_signs_once(project, po):
    row = asked(project, "G0", "PO")["PO"]
    results = at_once(*[approving(row, po)] * 3)
    assert names(results) == ["Refused", "Refused", "SignOff"]
    assert events("signoff.decided") == 1


def test_what_has_faded_is_signed_again_once(project, po):
    """Signing again makes a new request: of several at once only one may."""
    row = signs(asked(project, "G0", "PO")["PO"], po)
    projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=7)
    results = at_once(*[approving(row, po)] * 3)
    assert names(results) == ["Refused", "Refused", "SignOff"], results
    assert SignOff.objects.filter(superseded_at=None).count() == 1


def test_one_person_does_not_sign_for_two_roles_at_once(project):
    """In the medium tier; each of the two would be fine alone."""
    projects.edit(project.pk, version=None, actor=SYSTEM, tier="medium")
    both = on_team(project, "PO")
    on_team(project, "ML", both)
    rows = asked(project, "G3", "PO", "ML")
    results = at_once(approving(rows["PO"], both), approving(rows["ML"], both))
    assert names(results) == ["Refused", "SignOff"], results
    assert SignOff.objects.filter(decision="approved").count() == 1


def test_two_who_ask_at_once_ask_once(project):
    for role in ("SP", "PO", "ML", "EN"):
        on_team(project, role)
    people = [acting(a_member(project.portfolio)) for _ in range(4)]
    results = at_once(*[lambda who=who: signoffs.ask(project.pk, gate="G3", actor=who) for who in people])
    assert names(results) == ["Asked"] * 4, results
    assert sorted(SignOff.objects.values_list("role", flat=True)) == ["EN", "ML", "PO", "SP"]
    assert sum(len(each.made) for each in results) == 4
    assert {tuple(sorted(row.pk for row in each.waiting)) for each in results} == {
        tuple(SignOff.objects.order_by("pk").values_list("pk", flat=True))
    }
    assert events("signoff.asked") == 1


def test_a_gate_is_passed_with_a_signature_or_the_signature_is_withdrawn(project):
    """Never both: G2 blocks, and it has no other signature."""
    people = {role: on_team(project, role) for role in ("PO", "ML", "DS")}
    projects.edit(project.pk, version=None, actor=SYSTEM, gate_planned_on=timezone.localdate())
    stages.report(project.pk, to="data", actor=SYSTEM)
    _gate_asks_for_signatures_only(project)
    outcomes = []
    for _ in range(ROUNDS):
        rows = asked(project, "G2", *people)
        for role, row in rows.items():
            signs(row, people[role])
        passing, withdrawal = at_once(
            lambda: moves.make(project.pk, to="poc", actor=SYSTEM),
            lambda rows=rows: decisions.withdraw(
                rows["PO"].pk, reason="The data was wrong.", actor=acting(people["PO"])
            ),
        )
        row = SignOff.objects.get(pk=rows["PO"].pk)
        project.refresh_from_db()
        is_used, is_withdrawn = row.used_at is not None, row.withdrawn_at is not None
        assert (is_used, is_withdrawn) in [(True, False), (False, True)]
        assert (project.stage == "poc") == is_used
        lost = withdrawal if is_used else passing
        assert getattr(lost, "code", lost) == ("signature_used" if is_used else "gate_closed")
        outcomes.append(is_used)
        if is_used:
            moves.make(project.pk, kind="back", to="data", reason_code="pivot", note="Again", actor=SYSTEM)
        projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=50 + len(outcomes))


def test_two_who_pass_a_gate_at_once_use_its_signatures_once(project, po):
    signs(asked(project, "G0", "PO")["PO"], po)
    results = at_once(*[lambda: moves.make(project.pk, to="framing", actor=SYSTEM)] * 3)
    assert sorted(result.move is not None for result in results) == [False, False, True]
    move = Move.objects.get(project=project)
    row = SignOff.objects.get()
    assert [gate["signoffs"] for gate in move.gates] == [[row.pk]]
    assert row.used_at is not None


def test_whoever_leaves_the_team_signs_before_that_or_not_at_all(project):
    for _ in range(ROUNDS):
        person = on_team(project, "PO")
        row = asked(project, "G0", "PO")["PO"]
        signing, _ = at_once(
            approving(row, person),
            lambda person=person: teams.release(project.pk, user_id=person.pk, role="PO", actor=SYSTEM),
        )
        row.refresh_from_db()
        if isinstance(signing, NotAllowed):
            assert row.decision == ""
            signoffs.call_off(row.pk, actor=SYSTEM)
        else:
            assert (signing.pk, row.signer, row.decision) == (row.pk, person, "approved")
            released = Event.objects.filter(kind="team.changed", payload__removed="PO").latest("pk")
            assert Event.objects.filter(kind="signoff.decided").latest("pk").pk < released.pk
        projects.edit(project.pk, version=None, actor=SYSTEM, metric_target=100 + row.pk)


def test_whoever_is_switched_off_while_they_sign_opens_no_gate(project):
    person = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    people = get_user_model().objects.filter(pk=person.pk)
    at_once(approving(row, person), lambda: people.update(is_active=False))
    made = moves.make(project.pk, to="framing", actor=SYSTEM)
    assert [gate["signoffs"] for gate in made.move.gates] == [[]]


def test_evidence_that_is_replaced_while_a_gate_is_passed_comes_before_it_or_after(project):
    people = {role: on_team(project, role) for role in ("PO", "ML", "DS")}
    stages.report(project.pk, to="data", actor=SYSTEM)
    _gate_asks_for_signatures_only(project)
    link = "https://reports.example.org/"
    item = evidence.add(
        project.pk, kind="data_profile", title="Profile", url=f"{link}0", gate="G2", actor=SYSTEM
    ).evidence_id
    for number in range(1, ROUNDS + 1):
        for role, row in asked(project, "G2", *people).items():
            signs(row, people[role])
        signed = seen(SignOff.objects.latest("pk"))
        passing, replacing = at_once(
            lambda: moves.make(project.pk, to="poc", actor=SYSTEM),
            lambda number=number: evidence.replace(item, url=f"{link}{number}", actor=SYSTEM),
        )
        assert type(replacing).__name__ == "EvidenceVersion", replacing
        if isinstance(passing, Refused):
            codes = {each.code for each in passing.obstacles}
            assert (passing.code, codes) == ("gate_closed", {"signature_invalidated"})
        else:
            assert passing.move.gates[0]["packet"] == signed
            assert len(passing.move.gates[0]["signoffs"]) == 3
            moves.make(project.pk, kind="back", to="data", reason_code="pivot", note="Again", actor=SYSTEM)


def test_a_condition_is_closed_once(project, po):
    due = timezone.localdate() + timedelta(9)
    asks = [Asked("Train the users", "by_date", po, due)]
    row = signs(asked(project, "G0", "PO")["PO"], po, "approved_with_conditions", conditions=asks)
    pk = row.conditions.get().pk
    results = at_once(
        *[
            lambda note=note: conditions.close(pk, note=note, actor=acting(po))
            for note in ("One", "Two", "Three")
        ]
    )
    assert names(results) == ["Condition"] * 3, results
    assert events("condition.closed") == 1
    told = Event.objects.get(kind="condition.closed").payload["note"]
    assert {each.closing_note for each in results} == {told}


def test_two_who_stand_aside_at_once_pass_it_on_once(project, po):
    other = on_team(project, "PO")
    row = asked(project, "G0", "PO")["PO"]
    results = at_once(
        *[
            lambda who=who: decisions.recuse(row.pk, reason="A conflict", actor=acting(who))
            for who in (po, other)
        ]
    )
    assert names(results) == ["Refused", "SignOff"], results
    assert SignOff.objects.filter(decision="").count() == 1


def _gate_asks_for_signatures_only(project):
    """The shipped criteria of G2 are met elsewhere; here only its signatures matter."""
    version = WorkflowVersion.objects.get(pk=project.workflow_id)
    definition = {**version.definition}
    definition["gates"] = [{**gate, "criteria": []} for gate in definition["gates"]]
    WorkflowVersion.objects.filter(pk=version.pk).update(definition=definition)
    workflows.parsed.cache_clear()
    project.refresh_from_db()
