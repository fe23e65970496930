"""Messages over a real connection: signed, in order, tried for a day, each system at its own pace."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks import Webhook as Library

from portfolio import outbox, tasks
from portfolio.integrations.models import Webhook, WebhookAttempt, WebhookDelivery
from portfolio.integrations.webhooks.actions import posts, purges, replays, webhooks
from portfolio.integrations.webhooks.queries import lanes, logs
from portfolio.integrations.webhooks.queries import webhooks as webhook_queries
from portfolio.integrations.webhooks.rules import webhooks as rules
from portfolio.notifications.models import Message
from projects import events
from projects.errors import Refused
from projects.models import Event
from tests import factories
from tests.services.programs import free_port

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0" * 5
State = WebhookDelivery.State


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio(slug="claims")


@pytest.fixture
def manager(portfolio):
    return factories.a_member(portfolio, "manager", "Mara")


@pytest.fixture
def actor(manager):
    return factories.acting(manager)


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


@pytest.fixture
def hook(portfolio, actor, receiver, project):
    """A webhook that is told of comments; what happened before it was there is not sent."""
    outbox.pass_on()
    receiver.secret = SECRET
    return a_hook(portfolio, actor, receiver.url)


def a_hook(portfolio, actor, url, **fields):
    given = {"kinds": ["comment.posted", "portfolio.edited"], "secret": SECRET, "untested": True, **fields}
    return webhooks.add(portfolio.pk, url=url, actor=actor, **given)[0]


def happens(*subjects, kind="comment.posted"):
    """One event for each of these, told to those who want to know."""
    made = [events.record(subject, kind, factories.SYSTEM, comment=1, mentions=[]) for subject in subjects]
    outbox.pass_on()
    return made


def states(hook):
    return list(hook.deliveries.order_by("position", "replay").values_list("state", "attempts_made"))


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def test_an_event_arrives_signed_once_and_as_its_row_says(project, hook, receiver):
    (event,) = happens(project)
    assert posts.send_due(hook.pk) == 1
    assert posts.send_due(hook.pk) == 0
    ((path, headers, body),) = receiver.messages
    # The receiver's library has verified it; with another secret it would not have.
    assert Library(SECRET).verify(body, headers)["type"] == "comment.posted"
    said = json.loads(body)
    assert path == "/in/ml"
    assert headers["webhook-id"] == f"msg_{hook.pk}_{event.pk}"
    assert headers["content-type"] == "application/json"
    event.refresh_from_db()
    assert said["data"]["position"] == event.position
    assert (said["data"]["project"], said["data"]["portfolio"]) == (project.key, "claims")
    assert states(hook) == [(State.SENT, 1)]
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.answer, attempt.error) == (200, "ok", "")


def test_only_what_a_webhook_wants_of_its_own_portfolio_is_written(portfolio, project, hook, actor, receiver):
    everything = a_hook(portfolio, actor, receiver.url, kinds=[])
    off = a_hook(portfolio, actor, receiver.url)
    webhooks.switch(off.pk, is_on=False, actor=actor)
    outbox.pass_on()
    WebhookDelivery.objects.all().delete()
    happens(project, kind="comment.deleted")
    happens(project, factories.a_project())
    wanted = WebhookDelivery.objects.order_by("pk").values_list("webhook", "kind", "project")
    mine = [(hook_id, kind) for hook_id, kind, about in wanted if about == project.pk]
    assert mine == [
        (everything.pk, "comment.deleted"),
        (hook.pk, "comment.posted"),
        (everything.pk, "comment.posted"),
    ]
    assert not off.deliveries.exists()
    # The other portfolio's project is nobody's news here.
    assert len(wanted) == len(mine)


def test_without_webhooks_the_drain_asks_one_question_more(project):
    outbox.pass_on()
    events.record(project, "comment.deleted", factories.SYSTEM, comment=1)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        outbox.pass_on()
    ours = [query["sql"] for query in asked if "webhook" in query["sql"]]
    assert len(ours) == 1
    assert not [query for query in asked if "INSERT" in query["sql"] and "webhook" in query["sql"]]


def test_later_messages_of_a_project_wait_and_those_of_others_go(portfolio, project, hook, receiver):
    other = factories.a_project(portfolio)
    outbox.pass_on()
    receiver.answers = [(500, {}, "broken")]
    happens(project, project, other, portfolio)
    assert posts.send_due(hook.pk) == 2
    keys = [json.loads(body)["data"]["project"] for _, _, body in receiver.messages]
    assert keys == [project.key, other.key, None]
    assert states(hook) == [(State.WAITING, 1), (State.WAITING, 0), (State.SENT, 1), (State.SENT, 1)]
    rows = logs.rows(hook, logs.of(hook))
    assert [row.waits_for for row in rows] == ["", "", f"Waits for {project.key}’s delivery before it", ""]
    assert posts.send_due(hook.pk) == 0
    # Once it is taken, the one behind it follows at once.
    with later(seconds=15):
        assert posts.send_due(hook.pk) == 2
    assert len(set(receiver.ids())) == 4
    assert receiver.ids()[3:] == [
        receiver.ids()[0],
        f"msg_{hook.pk}_{Event.objects.filter(kind='comment.posted', project=project).latest('pk').pk}",
    ]


def test_an_address_that_is_away_is_asked_once_a_minute_and_nothing_is_lost(
    portfolio, project, hook, receiver
):
    receiver.server.shutdown()
    Webhook.objects.filter(pk=hook.pk).update(url=f"http://127.0.0.1:{free_port()}/x")
    happens(project, factories.a_project(portfolio), portfolio)
    assert posts.send_due(hook.pk) == 0
    assert WebhookAttempt.objects.count() == 1
    assert "cannot be reached" in WebhookAttempt.objects.get().error
    assert "/x" not in WebhookAttempt.objects.get().error
    assert posts.send_due(hook.pk) == 0
    assert WebhookAttempt.objects.count() == 1
    Webhook.objects.filter(pk=hook.pk).update(url=receiver.url)
    assert lanes.to_wake(timezone.now()) == []
    assert lanes.to_wake(timezone.now() + timedelta(seconds=61)) == [hook.pk]


def test_a_system_that_asks_for_time_gets_it_for_all_its_messages(portfolio, project, hook, receiver):
    receiver.answer = (429, {"Retry-After": "3600"}, "")
    happens(project, portfolio)
    before = timezone.now()
    assert posts.send_due(hook.pk) == 0
    assert len(receiver.messages) == 1
    hook.refresh_from_db()
    assert hook.rests_until >= before + timedelta(hours=1)
    # What happens meanwhile waits as well, and the rows that wait were left as they are.
    happens(factories.a_project(portfolio))
    assert posts.send_due(hook.pk) == 0 and lanes.to_wake(timezone.now()) == []
    assert [row.attempts_made for row in hook.deliveries.filter(not_before__gt=timezone.now())] == [1]
    row = webhook_queries.of(portfolio)[0]
    assert row.next_at == hook.rests_until
    assert {each.next_at for each in logs.rows(hook, logs.of(hook))} == {hook.rests_until}
    receiver.answer = (200, {}, "")
    with later(hours=1, seconds=1):
        assert lanes.to_wake(timezone.now()) == [hook.pk]
        assert posts.send_due(hook.pk) == 3


def test_sending_again_another_address_and_the_switch_end_the_rest(project, hook, receiver, actor):
    receiver.answer = (503, {"Retry-After": "3600"}, "")

    def rests():
        posts.send_due(hook.pk)
        hook.refresh_from_db()
        return hook.rests_until is not None

    happens(project)
    assert rests()
    replays.one(hook.deliveries.get().pk, actor=actor)
    assert posts.send_due(hook.pk) == 0 and len(receiver.messages) == 2
    assert rests()
    webhooks.change(hook.pk, actor=actor, url=f"{receiver.url}/new", untested=True)
    assert not rests()
    replays.one(hook.deliveries.get().pk, actor=actor)
    assert rests()
    webhooks.switch(hook.pk, is_on=False, actor=actor)
    webhooks.switch(hook.pk, is_on=True, actor=actor)
    assert not rests()


def test_a_message_is_tried_for_a_day_and_then_given_up(project, hook, receiver):
    receiver.answer = (500, {}, "")
    happens(project, project)
    first, second = hook.deliveries.order_by("position")
    for _ in range(30):
        first.refresh_from_db()
        if first.state != State.WAITING:
            break
        with time_machine.travel(first.not_before + timedelta(seconds=1), tick=True):
            posts.send_due(hook.pk)
            last = timezone.now()
    assert first.state == State.PARKED
    assert timedelta(hours=24) <= last - first.created_at < timedelta(hours=24, minutes=5)
    assert len(rules.PAUSES) < first.attempts_made < 15
    # The one behind it is as old: it is tried once more, and given up.
    second.refresh_from_db()
    assert (second.state, second.attempts_made) == (State.PARKED, 1)
    hook.refresh_from_db()
    assert (hook.failures, hook.disabled_at) == (2, None)


def test_after_too_many_in_a_row_a_webhook_is_stopped_and_managers_are_told(project, hook, receiver, manager):
    receiver.answer = (500, {}, "")
    happens(*[project] * rules.MOST_PARKED, project)
    with later(hours=25):
        posts.send_due(hook.pk)
    hook.refresh_from_db()
    assert hook.disabled_at and "24 hours" in hook.disabled_why
    assert [state for state, _ in states(hook)] == [State.PARKED] * 6
    assert len(receiver.messages) == rules.MOST_PARKED
    event = Event.objects.get(kind="webhook.disabled")
    assert event.payload["host"] == "127.0.0.1" and "/in/ml" not in json.dumps(event.payload)
    outbox.pass_on()
    message = Message.objects.get(kind="webhook.disabled")
    assert message.recipient == manager
    assert message.path == f"/portfolios/claims/webhooks/{hook.pk}/"
    assert posts.send_due(hook.pk) == 0
    # Taken again, with what it missed: the six, and what happened meanwhile.
    receiver.answer = (200, {}, "")
    happens(project)
    assert webhooks.switch(hook.pk, is_on=True, actor=factories.acting(manager), resend=True) == 7
    assert posts.send_due(hook.pk) == 7
    assert len(set(receiver.ids()[rules.MOST_PARKED :])) == 7


def test_gone_is_taken_at_its_word(project, hook, receiver):
    receiver.answer = (410, {}, "")
    happens(project, project)
    posts.send_due(hook.pk)
    hook.refresh_from_db()
    assert "410" in hook.disabled_why
    assert states(hook) == [(State.PARKED, 1), (State.PARKED, 0)]
    assert len(receiver.messages) == 1


def test_success_makes_a_webhook_whole_again(project, hook, receiver):
    Webhook.objects.filter(pk=hook.pk).update(failures=rules.MOST_PARKED - 1)
    happens(project)
    posts.send_due(hook.pk)
    hook.refresh_from_db()
    assert hook.failures == 0


def test_a_redirect_is_not_followed(project, hook, receiver):
    receiver.answer = (307, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}, "")
    happens(project)
    posts.send_due(hook.pk)
    assert [path for path, _, _ in receiver.messages] == ["/in/ml"]
    assert "redirect" in WebhookAttempt.objects.get().error


def test_nothing_goes_into_the_installations_own_network(project, hook, receiver, settings):
    settings.ALLOW_PRIVATE_HOOKS = False
    Webhook.objects.filter(pk=hook.pk).update(url=f"https://127.0.0.1:{receiver.port}/in/ml")
    happens(project)
    posts.send_due(hook.pk)
    assert receiver.messages == []
    assert "private network" in WebhookAttempt.objects.get().error


def test_both_secrets_are_good_while_they_change(project, hook, receiver, actor):
    fresh = webhooks.rotate(hook.pk, actor=actor, overlap_hours=24)
    for secret in (SECRET, fresh):
        receiver.secret = secret
        happens(project)
        assert posts.send_due(hook.pk) == 1
    with later(hours=25):
        receiver.secret = SECRET
        happens(project)
        assert posts.send_due(hook.pk) == 0
        assert "No matching signature" in WebhookAttempt.objects.first().answer


def test_what_another_worker_holds_is_left_to_it_until_its_lease_is_over(project, hook, receiver):
    happens(project, project)
    first = hook.deliveries.order_by("position").first()
    assert posts.claim(first.pk, timezone.now()).pk == first.pk
    assert posts.claim(first.pk, timezone.now()) is None
    assert posts.send_due(hook.pk) == 0
    with later(seconds=61):
        assert posts.send_due(hook.pk) == 2
    assert len(set(receiver.ids())) == 2


def test_a_second_message_cannot_be_claimed_before_the_first_is_over(project, hook):
    happens(project, project)
    _, second = hook.deliveries.order_by("position")
    assert posts.claim(second.pk, timezone.now()) is None


def test_a_message_whose_worker_dies_each_time_is_given_up(project, hook):
    happens(project)
    hook.deliveries.update(attempts_made=lanes.MOST_ATTEMPTS, lease_until=timezone.now())
    assert posts.give_up(timezone.now() + timedelta(seconds=1)) == 1
    assert hook.deliveries.get().state == State.PARKED
    assert WebhookAttempt.objects.get().error == posts.DIED


def test_one_message_is_sent_again_under_its_id(project, hook, receiver, actor):
    happens(project)
    posts.send_due(hook.pk)
    again = replays.one(hook.deliveries.get().pk, actor=actor)
    assert (again.replay, again.state) == (1, State.WAITING)
    assert posts.send_due(hook.pk) == 1
    assert len(set(receiver.ids())) == 1 and len(receiver.ids()) == 2


def test_everything_since_a_moment_is_sent_again_what_was_never_sent_too(project, hook, receiver, actor):
    with later(hours=-2):
        happens(project)
    webhooks.switch(hook.pk, is_on=False, actor=actor)
    happens(project)
    webhooks.switch(hook.pk, is_on=True, actor=actor)
    happens(project)
    posts.send_due(hook.pk)
    receiver.messages.clear()
    since = timezone.now() - timedelta(hours=1)
    assert replays.since(hook.pk, at=since, actor=actor) == 2
    assert posts.send_due(hook.pk) == 2
    newest = Event.objects.filter(kind="comment.posted").order_by("-pk")[:2]
    assert receiver.ids() == [f"msg_{hook.pk}_{event.pk}" for event in reversed(newest)]
    webhooks.switch(hook.pk, is_on=False, actor=actor)
    with pytest.raises(Refused):
        replays.since(hook.pk, at=since, actor=actor)


def test_more_than_a_replay_can_hold_is_refused(project, hook, actor, monkeypatch):
    monkeypatch.setattr(replays, "MOST", 1)
    happens(project, project)
    posts.send_due(hook.pk)
    with pytest.raises(Refused):
        replays.since(hook.pk, at=timezone.now() - timedelta(hours=1), actor=actor)
    assert hook.deliveries.count() == 2


def test_the_clean_up_forgets_what_is_over_and_old(project, hook, receiver):
    happens(project)
    posts.send_due(hook.pk)
    happens(project)
    hook.deliveries.update(created_at=timezone.now() - timedelta(days=31))
    assert purges.purge(timezone.now()) == 2  # the message and its try
    assert [state for state, _ in states(hook)] == [State.WAITING]
    assert purges.purge(timezone.now()) == 0


def test_what_waited_in_an_older_version_waits_only_for_the_one_before_it(project, hook, receiver):
    happens(project, project)
    first, second = hook.deliveries.order_by("position")
    night = timezone.now() + timedelta(hours=8)
    hook.deliveries.update(not_before=night)
    hook.deliveries.filter(pk=first.pk).update(attempts_made=7)
    step = import_module("portfolio.integrations.migrations.0007_who_waits_for_another_needs_no_time")
    step.ease(apps, connection.schema_editor())
    for row in (first, second):
        row.refresh_from_db()
    assert (first.not_before, second.not_before) == (night, second.created_at)
    assert posts.send_due(hook.pk) == 0
    with later(hours=9):
        assert posts.send_due(hook.pk) == 2


def test_the_workers_task_sends(project, hook, receiver):
    happens(project)
    tasks.post_webhooks(hook.pk)
    assert receiver.kinds() == ["comment.posted"]
