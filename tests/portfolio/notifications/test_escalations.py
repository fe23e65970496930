"""Each step of a blocker is told once to each of its people who may know of it, whatever happens."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portfolio import outbox
from portfolio.notifications.models import Message
from portfolio.notifications.queries import messages as message_queries
from projects import events
from projects.actions import members, projects, teams
from projects.models import Event
from tests import factories
from tests.portfolio.notifications.cases import a_blocker, went_up
from tests.races import at_once
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def sponsor(project):
    return factories.on_team(project, "SP")


def told():
    return list(Message.objects.order_by("pk").values_list("recipient_id", flat=True))


def test_every_kind_that_somebody_wants_is_one_that_is_written():
    assert outbox.CONSUMERS
    for consumer in outbox.CONSUMERS:
        assert consumer.kinds <= set(events.KINDS)


def test_a_step_is_told_in_plain_words(project, sponsor):
    owner = factories.a_person("Olu Owner")
    blocker = a_blocker(
        project, owner=owner, decision_from="Head of Legal", waiting_for="The vendor's lawyers"
    )
    event = went_up(blocker, sponsor)
    outbox.pass_on()
    (message,) = Message.objects.all()
    assert message.recipient == sponsor
    assert (message.kind, message.cause) == ("blocker.escalated", f"event:{event.pk}")
    assert message.subject == (
        f"[{project.key}] The contract cannot be signed, legal has no time: now with the business sponsor"
    )
    assert message.path == f"/projects/{project.key}/blockers/"
    for words in (
        "Stuck: The contract cannot be signed, legal has no time\n",
        f"Project: {project.key} Claims triage\n",
        f"Raised on {blocker.raised_on:%-d %B %Y}, to be resolved by {blocker.due_on:%-d %B %Y}.",
        "Severity: high (stops the next gate).",
        "Owner: Olu Owner\n",
        "Decision needed from: Head of Legal\n",
        "Waiting for: The vendor's lawyers\n",
        "it went to level 2 of 3: the business sponsor.",
        "What is expected of you: Take the decision",
    ):
        assert words in message.text


@pytest.mark.parametrize(
    ("level", "holder"), [(1, "product owner and ML lead"), (2, "business sponsor"), (3, "portfolio board")]
)
def test_each_level_is_named(project, sponsor, level, holder):
    went_up(a_blocker(project), sponsor, level=level)
    outbox.pass_on()
    message = Message.objects.get()
    assert message.subject.endswith(f": now with the {holder}")
    assert f"level {level} of 3: the {holder}." in message.text


def test_of_steps_taken_at_once_the_earlier_ones_say_where_it_is_now(project, sponsor):
    blocker = a_blocker(project, level=3)
    for level in (2, 3):
        went_up(blocker, sponsor, level=level)
    outbox.pass_on()
    said = "It has gone further since, to the portfolio board."
    assert [said in message.text for message in Message.objects.order_by("pk")] == [True, False]


def test_two_drains_one_after_the_other_tell_once(project, sponsor):
    went_up(a_blocker(project), sponsor)
    assert outbox.pass_on() > 0
    assert outbox.pass_on() == 0
    assert told() == [sponsor.pk]


def test_a_next_step_is_told_again(project, sponsor):
    blocker, manager = a_blocker(project), factories.a_member(project.portfolio, "manager")
    went_up(blocker, sponsor, level=2)
    outbox.pass_on()
    went_up(blocker, sponsor, manager, level=3)
    outbox.pass_on()
    assert told() == [sponsor.pk, sponsor.pk, manager.pk]


def test_a_person_named_twice_is_told_once(project, sponsor):
    went_up(a_blocker(project), sponsor, sponsor)
    outbox.pass_on()
    assert told() == [sponsor.pk]


def test_who_left_or_may_not_see_the_project_is_not_told(project, sponsor):
    left = factories.on_team(project, "PO")
    left.is_active = False
    left.save()
    released = factories.on_team(project, "ML")
    teams.release(project.pk, user_id=released.pk, role="ML", actor=factories.SYSTEM)
    elsewhere = factories.a_member(factories.a_portfolio(), "manager")
    service = factories.on_team(project, "PM", factories.a_person(is_service=True))
    member, everywhere = factories.a_member(project.portfolio, "viewer"), factories.an_administrator()
    people = [left, released, elsewhere, service, factories.a_person(), member, everywhere, sponsor]
    event = went_up(a_blocker(project), *people)
    event.payload["people"].append(10**9)  # an id that no account has
    event.save()
    outbox.pass_on()
    assert set(told()) == {member.pk, everywhere.pk, sponsor.pk}


def test_of_a_deleted_project_nobody_is_told(project, sponsor):
    went_up(a_blocker(project), sponsor)
    projects.delete(project.pk, actor=factories.SYSTEM)
    assert outbox.pass_on() > 0
    assert told() == []


def test_a_blocker_that_is_gone_does_not_stop_the_feed(project, sponsor):
    blocker = a_blocker(project)
    went_up(blocker, sponsor)
    blocker.delete()
    outbox.pass_on()
    assert told() == []
    assert not Event.objects.filter(position=None).exists()


def test_a_hostile_title_stays_on_its_line(project, sponsor):
    title = "Stuck\r\nBcc: everybody@example.org\x1b[2J <script>alert(1)</script>"
    went_up(a_blocker(project, title, decision_from="Legal\nOwner: somebody else"), sponsor)
    outbox.pass_on()
    message = Message.objects.get()
    assert message.subject == (
        f"[{project.key}] Stuck Bcc: everybody@example.org[2J <script>alert(1)</script>"
        ": now with the business sponsor"
    )
    assert "\nBcc:" not in message.text
    assert "\nOwner: somebody else" not in message.text
    assert "\r" not in message.text


def test_the_longest_title_fits(project, sponsor):
    went_up(a_blocker(project, "x" * 200), sponsor, level=1)
    outbox.pass_on()
    assert Message.objects.get().subject.endswith("x: now with the product owner and ML lead")


def test_a_drain_without_a_step_asks_no_more_than_before(project):
    def statements():
        events.record(project, "project.edited", factories.SYSTEM)
        with CaptureQueriesContext(connection) as captured:
            outbox.pass_on()
        return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]

    outbox.pass_on()
    asked = statements()
    # Whether anything waits, whose turn it is (PostgreSQL), the places, whether a webhook wants it, and who
    # did it: that is heard of all.
    assert len(asked) == 4 + (connection.vendor == "postgresql")
    assert not [sql for sql in asked if "notifications_" in sql or "_blocker" in sql]


def test_twenty_steps_cost_as_many_statements_as_one(project, sponsor):
    def cost(number):
        for _ in range(number):
            other = factories.a_project(project.portfolio)
            went_up(a_blocker(other), factories.on_team(other, "SP"), sponsor)
        with CaptureQueriesContext(connection) as captured:
            outbox.pass_on()
        return len(captured)

    assert cost(1) == cost(20)
    assert Message.objects.count() == 21


@pytest.mark.django_db(transaction=True)
def test_a_consumer_that_fails_loses_nothing(project, sponsor, monkeypatch):
    went_up(a_blocker(project), sponsor)

    def fails(_):
        raise RuntimeError("the disk is full")

    wanted = frozenset({"blocker.escalated"})
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "CONSUMERS", (*outbox.CONSUMERS, outbox.Consumer(wanted, fails)))
        with pytest.raises(RuntimeError):
            outbox.pass_on()
    assert told() == []
    assert Event.objects.get(kind="blocker.escalated").position is None
    outbox.pass_on()
    assert told() == [sponsor.pk]


@pytest.mark.django_db(transaction=True)
def test_many_drains_at_once_tell_each_step_once(project, sponsor):
    manager = factories.a_member(project.portfolio, "manager")
    steps = [went_up(a_blocker(project), sponsor, manager).pk for _ in range(10)]

    def drain():
        for _ in range(20):
            outbox.pass_on(1)

    assert at_once(*[drain] * 4) == [None] * 4
    while outbox.pass_on():
        pass
    causes = Message.objects.order_by("cause", "recipient").values_list("cause", "recipient")
    assert list(causes) == sorted((f"event:{pk}", person.pk) for pk in steps for person in (sponsor, manager))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_drain_killed_between_place_and_message_is_made_up_for(project, sponsor, worker_environment):
    went_up(a_blocker(project), sponsor)
    drain = "import django; django.setup(); from portfolio import outbox; outbox.pass_on()"
    with transaction.atomic(), connection.cursor() as cursor:
        # The drain has given the places and waits for this table, in the middle of its transaction.
        cursor.execute("LOCK TABLE notifications_message IN EXCLUSIVE MODE")
        process = subprocess.Popen([sys.executable, "-c", drain], env=worker_environment)
        wait_until(lambda: _waits_for_the_table(cursor))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
    assert Event.objects.get(kind="blocker.escalated").position is None
    assert told() == []
    # The server notices a moment later that nobody is there.
    wait_until(outbox.pass_on)
    assert told() == [sponsor.pk]
    assert not Event.objects.filter(position=None).exists()


def _waits_for_the_table(cursor):
    cursor.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notifications_message'::regclass"
    )
    return cursor.fetchone()[0]


def test_unread_are_ones_own_of_what_one_may_still_see(project, sponsor, django_assert_num_queries):
    member = factories.a_member(project.portfolio, "contributor")
    for _ in range(20):
        went_up(a_blocker(project), sponsor, member)
    outbox.pass_on()
    Message.objects.filter(pk=Message.objects.filter(recipient=sponsor).first().pk).update(
        read_at=Message.objects.first().created_at
    )
    actor = factories.acting(sponsor)
    assert actor.sees_all is False
    # Its portfolios, its teams, and the messages.
    with django_assert_num_queries(3):
        found = list(message_queries.unread(actor))
        assert {message.project.key for message in found} == {project.key}
    assert len(found) == 19
    assert {message.recipient_id for message in found} == {sponsor.pk}
    members.remove(project.portfolio_id, user_id=member.pk, actor=factories.SYSTEM)
    assert list(message_queries.unread(factories.acting(member))) == []
