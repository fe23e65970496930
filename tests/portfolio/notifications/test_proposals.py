"""Proposals: whoever looks after the project is told, and nobody else."""

import pytest

from portfolio import outbox
from portfolio.notifications.models import Message
from projects.actions import proposals
from projects.actors import Actor
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db


def told(project, actor=SYSTEM):
    proposals.propose(
        project.pk,
        kind="todo",
        body={"text": "Look at\nthe drift"},
        reason="Two segments drift.",
        cause="run-1",
        actor=actor,
    )
    outbox.pass_on()
    return list(Message.objects.filter(kind="proposal.made"))


def test_the_owner_is_told_with_the_reason_and_a_way_there():
    project = factories.a_project(name="Claims triage")
    owner = factories.a_member(project.portfolio)
    type(project).objects.filter(pk=project.pk).update(owner=owner)
    (message,) = told(project)
    assert (message.recipient, message.topic, message.way) == (owner, "proposals", "now")
    assert message.subject == f"[{project.key}] Proposed: Add a to-do: Look at the drift"
    assert "Two segments drift." in message.text and "until a person confirms" in message.text
    assert message.path == f"/proposals/{proposals.Proposal.objects.get().pk}/"
    outbox.pass_on()
    assert Message.objects.filter(kind="proposal.made").count() == 1


def test_without_an_owner_it_is_who_speaks_for_the_project():
    project = factories.a_project()
    factories.on_team(project, "ML")
    speaker = factories.on_team(project, "PO")
    (message,) = told(project)
    assert message.recipient == speaker


def test_nobody_is_told_of_their_own_nor_of_what_they_may_not_see():
    project = factories.a_project()
    owner = factories.a_member(project.portfolio)
    type(project).objects.filter(pk=project.pk).update(owner=owner)
    assert told(project, acting(owner)) == []
    other = factories.a_project()
    type(other).objects.filter(pk=other.pk).update(owner=factories.a_person())
    assert told(other, Actor.system("worker")) == []
