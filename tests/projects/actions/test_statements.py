"""Statements: a person's word on what a gate asks for; and signatures on evidence that has changed."""

from datetime import timedelta

import pytest

from projects.actions import evidence, workflows
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Event, Evidence, EvidenceVersion
from projects.queries import evidence as evidence_queries
from projects.queries import facts
from projects.rules import presets
from tests.factories import SYSTEM, a_key, a_member, a_portfolio, a_project, acting, asked, on_team, signs

pytestmark = pytest.mark.django_db
REVIEW = {
    "kind": "statement",
    "name": "leakage_review",
    "text": "Somebody who did not build the model has looked for leakage.",
    "within_days": 180,
}


@pytest.fixture
def project():
    """Its first gate asks for a statement and for evidence that is not older than 90 days."""
    portfolio = a_portfolio()
    definition = presets.document("standard")
    gate = next(gate for gate in definition["gates"] if gate["code"] == "G0")
    gate["criteria"] += [REVIEW, {"kind": "evidence", "name": "model_card", "within_days": 90}]
    workflows.publish(portfolio.pk, definition=definition, actor=SYSTEM)
    portfolio.refresh_from_db()
    return a_project(portfolio, tier="medium", personal_data=False, vendor=False, llm=False)


@pytest.fixture
def person(project):
    return a_member(project.portfolio, "contributor", "Rita Reviewer")


def test_a_persons_word_is_kept_with_their_name_and_day(project, person):
    made = evidence.state_(
        project.pk, name="leakage_review", holds=True, text=" Done ", gate="G0", actor=acting(person)
    )
    found = EvidenceVersion.objects.select_related("evidence").get(pk=made.pk)
    assert (found.form, found.holds, found.text) == ("statement", True, "Done")
    assert (found.added_by, found.dated_on, found.by_machine) == (person, facts.today(project), False)
    assert (found.evidence.kind, found.evidence.gate) == ("leakage_review", "G0")
    assert found.evidence.title == REVIEW["text"].rstrip(".")
    payload = Event.objects.get(project=project, kind="statement.made").payload
    assert (payload["holds"], payload["evidence_kind"]) == (True, "leakage_review")


def test_the_same_word_of_the_same_day_is_no_change_and_another_word_is(project, person):
    say = {"name": "leakage_review", "actor": acting(person)}
    first = evidence.state_(project.pk, holds=True, **say)
    assert evidence.state_(project.pk, holds=True, **say).pk == first.pk
    no = evidence.state_(project.pk, holds=False, **say)
    assert (no.number, no.evidence_id) == (2, first.evidence_id)
    other = acting(a_member(project.portfolio))
    assert evidence.state_(project.pk, name="leakage_review", holds=False, actor=other).number == 3
    later = Actor(person, "page", at=acting(person).now() + timedelta(days=3))
    assert evidence.state_(project.pk, name="leakage_review", holds=False, actor=later).number == 4
    assert Evidence.objects.count() == 1


def test_no_machine_makes_a_statement(project):
    key, _ = a_key(project.portfolio)
    for machine in (SYSTEM, Actor(key.user, "api", scopes=frozenset(key.scopes))):
        with pytest.raises(NotAllowed) as refusal:
            evidence.state_(project.pk, name="leakage_review", holds=True, actor=machine)
        assert refusal.value.code == "person_needed"
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "model_card"}, ("name", "statement_unknown")),
        ({"name": "nothing"}, ("name", "statement_unknown")),
        ({"text": "x" * 2001}, ("text", "too_long")),
        ({"gate": "G99"}, ("gate", "gate_unknown")),
    ],
)
def test_what_no_gate_asks_for_is_not_stated(project, person, fields, reason):
    with pytest.raises(Refused) as refusal:
        evidence.state_(
            project.pk, **{"name": "leakage_review", "holds": True, **fields}, actor=acting(person)
        )
    assert [(each.field, each.code) for each in refusal.value.obstacles] == [reason]
    assert not Evidence.objects.exists()


def test_a_file_cannot_stand_for_a_statement(project, person):
    with pytest.raises(Refused) as refusal:
        evidence.add(
            project.pk, kind="leakage_review", title="X", url="https://example.org", actor=acting(person)
        )
    assert [each.code for each in refusal.value.obstacles] == ["kind_unknown"]
    made = evidence.state_(project.pk, name="leakage_review", holds=False, actor=acting(person))
    with pytest.raises(Refused) as refusal:
        evidence.replace(made.evidence_id, url="https://example.org", actor=acting(person))
    assert refusal.value.code == "is_statement"


def test_a_removed_statement_does_not_come_back_beside_a_newer_one(project, person):
    say = {"name": "leakage_review", "actor": acting(person)}
    first = evidence.state_(project.pk, holds=True, **say)
    evidence.remove(first.evidence_id, actor=acting(person))
    assert evidence.state_(project.pk, holds=False, **say).evidence_id != first.evidence_id
    with pytest.raises(Refused) as refusal:
        evidence.restore(first.evidence_id, actor=acting(person))
    assert refusal.value.code == "there_again"


def test_the_tab_says_what_the_gate_ahead_lacks_and_what_is_too_old(project, person):
    listed = evidence_queries.listed(project)
    assert [(each.kind, each.is_statement) for each in listed.wanted] == [
        ("leakage_review", True),
        ("model_card", False),
    ]
    assert listed.groups == []
    old = facts.today(project) - timedelta(days=91)
    said = {"kind": "model_card", "title": "Card", "actor": acting(person)}
    card = evidence.add(project.pk, url="https://example.org/card", dated_on=old, **said)
    evidence.state_(project.pk, name="leakage_review", holds=True, actor=acting(person))
    listed = evidence_queries.listed(project)
    assert listed.wanted == []
    found = {group.kind: group for group in listed.groups}
    assert list(found) == ["model_card", "leakage_review"]
    # The shipped gates of readiness and launch ask for it too.
    assert found["model_card"].gates == ("G0", "G5", "G6")
    (row,) = found["model_card"].rows
    assert (row.is_stale, row.age_days, row.days_allowed) == (True, 91, 90)
    evidence.replace(
        card.evidence_id,
        url="https://example.org/card",
        dated_on=old + timedelta(days=1),
        actor=acting(person),
    )
    (row,) = next(
        group for group in evidence_queries.listed(project).groups if group.kind == "model_card"
    ).rows
    assert (row.is_stale, row.age_days) == (False, 90)


def changes(project, person):
    """Every way in which present evidence of a gate changes, each after the one before."""
    actor, said = acting(person), {"kind": "model_card", "title": "Card", "actor": acting(person)}
    card = evidence.add(project.pk, url="https://example.org/card", **said)
    yield "evidence.added"
    evidence.replace(card.evidence_id, url="https://example.org/card-2", actor=actor)
    yield "evidence.replaced"
    evidence.remove(card.evidence_id, actor=actor)
    yield "evidence.removed"
    evidence.restore(card.evidence_id, actor=actor)
    yield "evidence.restored"
    evidence.state_(project.pk, name="leakage_review", holds=True, actor=actor)
    yield "statement.made"


def test_whoever_signed_is_told_of_every_change_of_the_evidence(project, person):
    po = on_team(project, "PO")
    following = changes(project, person)
    while True:
        signs(asked(project, "G0", "PO")["PO"], po)
        told = Event.objects.filter(kind="signoff.invalidated").count()
        kind = next(following, None)
        if kind is None:
            break
        assert Event.objects.filter(project=project, kind=kind).exists()
        assert Event.objects.filter(kind="signoff.invalidated").count() == told + 1, kind
        last = Event.objects.filter(kind="signoff.invalidated").latest("pk")
        assert (last.payload["changed"], last.payload["people"]) == (["Evidence"], [po.pk]), kind


def test_evidence_that_no_packet_holds_leaves_signatures_alone(project, person):
    po = on_team(project, "PO")
    signs(asked(project, "G0", "PO")["PO"], po)
    evidence.add(project.pk, kind="runbook", title="R", url="https://example.org", actor=acting(person))
    assert not Event.objects.filter(kind="signoff.invalidated").exists()
