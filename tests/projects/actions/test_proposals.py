"""Proposals: machines word a change, a person carries it out with their own rights, time lets it lapse."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import moves, projects, proposals
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Answer, Blocker, Event, Flag, Move, Project, Proposal, StatusUpdate, Todo
from projects.rules import proposals as rules
from tests.factories import SYSTEM, a_flag, a_key, a_member, a_person, a_portfolio, a_project, acting
from tests.races import at_once

pytestmark = pytest.mark.django_db
ONWARD = {"to": "framing"}
UPDATE = {"health": "on_track", "text": "The nightly evaluation is through."}


@pytest.fixture
def project():
    return a_project(a_portfolio())


@pytest.fixture
def robot(project):
    """A service account behind a key that may propose and nothing else."""
    key, _ = a_key(project.portfolio, scopes=["proposals:write"], role="contributor")
    return Actor(key.user, "api", frozenset(key.scopes), frozenset([project.portfolio_id]))


@pytest.fixture
def maya(project):
    return acting(a_member(project.portfolio, "contributor", "Maya"))


def proposed(project, actor, kind="update", body=None, cause="run-1", **said):
    return proposals.propose(
        project.pk, kind=kind, body=UPDATE if body is None else body, cause=cause, actor=actor, **said
    )


def events(kind="proposal."):
    return list(Event.objects.filter(kind__startswith=kind).order_by("pk").values_list("kind", "actor_id"))


def state(proposal):
    proposal.refresh_from_db()
    return proposal.state, proposal.decided_by, proposal.note


def test_a_proposal_changes_nothing_but_itself(project, robot):
    made = proposed(project, robot, reason="The build is green.")
    assert (made.state, made.proposed_by, made.door) == ("open", robot.user, "api")
    assert made.expires_at - made.proposed_at == rules.LIVES
    assert not StatusUpdate.objects.exists()
    (event,) = Event.objects.filter(kind="proposal.made")
    assert event.payload["says"] == "Post an update: on track"
    assert (event.payload["body"], event.payload["reason"]) == (UPDATE, "The build is green.")


def test_the_same_cause_and_the_same_open_change_are_one_proposal(project, robot, maya):
    first = proposed(project, robot)
    assert proposed(project, robot, body={**UPDATE, "text": "Other words"}).pk == first.pk
    assert proposed(project, robot, cause="run-2").pk == first.pk
    proposals.decline(first.pk, actor=maya)
    assert proposed(project, robot).pk == first.pk  # Its cause was answered.
    assert proposed(project, robot, cause="run-3").pk != first.pk
    assert Event.objects.filter(kind="proposal.made").count() == 2


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        ("delete", {}, ["kind"]),
        ("update", [], ["body"]),
        ("update", {"health": "splendid"}, ["body.health", "body.text"]),
        (
            "update",
            {**UPDATE, "corrects": 1, "next_proof_on": "soon"},
            ["body.corrects", "body.next_proof_on"],
        ),
        ("move", {}, ["body.to"]),
        ("move", {"to": "nowhere", "kind": "report"}, ["body.kind", "body.to"]),
        ("move", {"kind": "hold", "approver": "nobody@example.org"}, ["body.approver"]),
        ("answer", {"question": "ZZ9", "letter": "Q"}, ["body.letter", "body.question"]),
        (
            "blocker",
            {"title": "x" * 201, "category": "a", "severity": "b"},
            ["category", "severity", "title"],
        ),
        ("todo", {"text": 7, "due_on": "1999-01-01"}, ["body.due_on", "body.text"]),
        ("snooze", {"flag": True, "until": "2027-01-01", "reason": "So"}, ["body.flag"]),
        ("snooze", {"flag": 987654, "until": "2027-01-01", "reason": "So"}, ["body.flag"]),
        ("update", {**UPDATE, "text": "\0"}, ["body.text"]),
    ],
)
def test_what_cannot_be_carried_out_is_not_proposed(project, robot, kind, body, fields):
    with pytest.raises(Refused) as caught:
        proposed(project, robot, kind, body)
    found = sorted(each.field for each in caught.value.obstacles)
    assert [each.rpartition(".")[2] for each in found] == [each.rpartition(".")[2] for each in fields]
    assert all(each.remedy for each in caught.value.obstacles)
    assert not Proposal.objects.exists() and not events()


def test_neither_cause_nor_time_may_be_anything(project, robot):
    for said in ({"cause": ""}, {"cause": "x" * 161}, {"expires_at": timezone.now()}):
        with pytest.raises(Refused):
            proposed(project, robot, **said)
    with pytest.raises(Refused):
        proposed(project, robot, expires_at=timezone.now() + timedelta(days=91))


def test_whoever_proposes_without_end_is_stopped(project, robot):
    for number in range(rules.MOST_OPEN):
        proposed(project, robot, body={**UPDATE, "text": f"Text {number}"}, cause=f"run-{number}")
    with pytest.raises(Refused) as caught:
        proposed(project, robot, cause="one more")
    assert caught.value.code == "too_many_open"


def test_a_key_needs_the_scope_and_a_viewer_proposes_nothing(project):
    other = Actor(a_key(project.portfolio)[0].user, "api", frozenset(["projects:write"]))
    for actor in (other, acting(a_member(project.portfolio, "viewer")), acting(a_person())):
        with pytest.raises(NotAllowed):
            proposed(project, actor)


def test_a_confirmed_move_is_the_persons_own(project, robot, maya):
    made = proposed(project, robot, "move", ONWARD)
    proposals.confirm(made.pk, actor=maya)
    assert state(made) == ("confirmed", maya.user, "")
    move = Move.objects.get(project=project)
    assert (move.to_stage, move.actor) == ("framing", maya.user)
    assert events() == [("proposal.made", robot.user_id), ("proposal.confirmed", maya.user_id)]
    proposals.confirm(made.pk, actor=maya)
    assert Move.objects.count() == 1 and len(events()) == 2


def test_every_kind_does_what_its_action_does(project, robot, maya):
    flag = a_flag(project, "NO_UPDATE")
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    blocker = {"title": "No data", "category": "data_access", "severity": "high", "owner": maya.user.email}
    for kind, body in {
        "snooze": {"flag": flag.pk, "until": until, "reason": "Holiday"},
        "answer": {"question": "WP1", "letter": "P"},
        "blocker": blocker,
        "todo": {"text": "Load test", "owner": maya.user.email, "due_on": until},
        "update": UPDATE,
    }.items():
        made = proposed(project, robot, kind, body, cause=kind)
        proposals.confirm(made.pk, actor=maya)
        assert state(made)[0] == "confirmed"
    assert Answer.objects.get(project=project).given_by == maya.user
    assert Blocker.objects.get(project=project).owner == maya.user
    assert Todo.objects.get(project=project).due_on.isoformat() == until
    assert Flag.objects.get(pk=flag.pk).snoozed_by == maya.user
    assert StatusUpdate.objects.get(project=project).author == maya.user


def test_a_refusal_leaves_it_open_and_changes_nothing(robot_of_a_strict_project):
    project, robot, maya = robot_of_a_strict_project
    made = proposed(project, robot, "move", {"to": "production", "kind": "advance"})
    before = Event.objects.count()
    with pytest.raises(Refused) as caught:
        proposals.confirm(made.pk, actor=maya)
    assert caught.value.obstacles
    assert state(made) == ("open", None, "")
    assert Event.objects.count() == before and not Move.objects.exists()


@pytest.fixture
def robot_of_a_strict_project():
    project = a_project(a_portfolio())
    key, _ = a_key(project.portfolio, role="contributor")
    robot = Actor(key.user, "api", frozenset(key.scopes), frozenset([project.portfolio_id]))
    return project, robot, acting(a_member(project.portfolio, "contributor", "Maya"))


def test_who_confirms_needs_the_right_to_the_change_itself(project, robot, maya):
    made = proposed(project, robot, "move", {"kind": "stop", "reason_code": "budget"})
    with pytest.raises(NotAllowed):
        proposals.confirm(made.pk, actor=maya)  # A contributor stops no project.
    assert state(made)[0] == "open"


def test_no_machine_and_no_stranger_decides(project, robot):
    made = proposed(project, robot)
    whole = a_key(project.portfolio, role="manager")[0]
    doors = [robot, Actor(whole.user, "api", frozenset(whole.scopes)), SYSTEM, acting(a_person())]
    doors.append(acting(a_member(project.portfolio, "viewer")))
    for actor in doors:
        for decide in (proposals.confirm, proposals.decline):
            with pytest.raises(NotAllowed):
                decide(made.pk, actor=actor)
    assert state(made)[0] == "open" and not StatusUpdate.objects.exists()


def test_what_was_declined_stays_declined(project, robot, maya):
    made = proposed(project, robot)
    proposals.decline(made.pk, actor=maya, note=" Not on a Friday. ")
    proposals.decline(made.pk, actor=maya, note="Again")
    assert state(made) == ("declined", maya.user, "Not on a Friday.")
    with pytest.raises(Refused) as caught:
        proposals.confirm(made.pk, actor=maya)
    assert caught.value.code == "proposal_decided"
    assert [kind for kind, _ in events()] == ["proposal.made", "proposal.declined"]


def test_nobody_confirms_what_is_over_and_the_job_lets_it_lapse(project, robot, maya, time_machine):
    made = proposed(project, robot)
    time_machine.move_to(made.expires_at, tick=False)
    with pytest.raises(Refused):
        proposals.confirm(made.pk, actor=maya)
    assert (proposals.lapse_due(actor=SYSTEM), proposals.lapse_due(actor=SYSTEM)) == (1, 0)
    assert state(made) == ("lapsed", None, "Nobody decided in time.")
    assert events()[-1] == ("proposal.lapsed", None)


def test_what_means_nothing_any_more_lapses(project, robot, maya):
    there = proposed(project, robot, "move", ONWARD)
    kept = proposed(project, robot, "update", cause="2")
    moves.make(project.pk, to="framing", actor=maya)
    assert proposals.lapse_due(actor=SYSTEM) == 1
    assert state(there) == ("lapsed", None, "The project has moved on.")
    assert state(kept)[0] == "open"
    projects.delete(project.pk, actor=SYSTEM)
    assert proposals.lapse_due(actor=SYSTEM) == 1
    assert state(kept)[0] == "lapsed"


def test_a_move_that_somebody_made_already_is_lapsed_by_its_confirmation(project, robot, maya):
    made = proposed(project, robot, "move", ONWARD)
    moves.make(project.pk, to="framing", actor=maya)
    proposals.confirm(made.pk, actor=maya)
    assert state(made) == ("lapsed", maya.user, "There was nothing left to change.")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_carry_it_out_once(project, robot):
    people = [acting(a_member(project.portfolio, "contributor")) for _ in range(2)]
    made = proposed(project, robot)
    at_once(*[lambda person=person: proposals.confirm(made.pk, actor=person) for person in people])
    assert StatusUpdate.objects.count() == 1
    assert [kind for kind, _ in events()] == ["proposal.made", "proposal.confirmed"]
    assert Project.objects.get(pk=project.pk).health == "on_track"
