"""Whoever is named in a comment is told of it at once; what is taken back is told no more."""

import pytest

from portfolio import outbox
from portfolio.notifications.models import Delivery, Message
from projects.actions import comments, members
from tests import factories
from tests.factories import SYSTEM, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def author(project):
    return factories.a_member(project.portfolio, "contributor", "Edgar Editor")


@pytest.fixture
def ada(project):
    return factories.a_member(project.portfolio, "viewer", "Ada Moss")


def told():
    outbox.pass_on()
    return list(Message.objects.order_by("pk"))


def test_a_mention_is_told_with_the_words_and_leads_to_the_comment(project, author, ada):
    text = f"@[Ada Moss] could you look at this?\nAlso @{author.email}."
    comment = comments.post(project.pk, text=text, actor=acting(author))
    (message,) = told()
    assert (message.recipient, message.topic, message.way) == (ada, "mentions", "now")
    assert message.subject.startswith(f"[{project.key}] Edgar Editor: @Ada Moss could you look at this? Also")
    assert "@[" not in message.text
    assert message.path == f"/projects/{project.key}/comments/{comment.pk}/"
    assert Delivery.objects.get().recipient == ada


def test_whoever_lost_sight_of_the_project_meanwhile_is_not_told(project, author, ada):
    comments.post(project.pk, text="@[Ada Moss] look", actor=acting(author))
    members.remove(project.portfolio_id, user_id=ada.pk, actor=SYSTEM)
    assert not told()


def test_what_is_taken_back_leaves_inbox_and_queue(project, author, ada):
    comment = comments.post(project.pk, text="@[Ada Moss] look", actor=acting(author))
    kept = comments.post(project.pk, text="@[Ada Moss] look here instead", actor=acting(author))
    assert len(told()) == 2
    comments.delete(comment.pk, actor=acting(author))
    (message,) = told()
    assert message.cause == f"comment:{kept.pk}"
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["waiting", "withheld"]


def test_what_is_taken_back_at_once_is_told_to_nobody(project, author, ada):
    comment = comments.post(project.pk, text="@[Ada Moss] look", actor=acting(author))
    comments.delete(comment.pk, actor=acting(author))
    assert not told()
