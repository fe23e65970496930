"""Posts over a real connection: each chat at its own pace, and nobody else held up by one that is away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio import tasks
from portfolio.notifications.actions import deliveries, posting
from portfolio.notifications.models import Channel, ChatHook, Delivery, State
from projects.models import Event
from tests import factories
from tests.races import at_once
from tests.services.programs import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio()


@pytest.fixture
def now():
    return timezone.now()


def a_hook(portfolio, url, style="slack", **fields):
    return ChatHook.objects.create(portfolio=portfolio, name="Board", style=style, url=url, **fields)


def waits(hook, *causes, **fields):
    """One post waits for each cause."""
    return [
        Delivery.objects.create(
            channel=Channel.CHAT,
            hook=hook,
            cause=cause,
            subject=f"◆ {cause}",
            text="A line.\nhttps://plimsoll.example.org/projects/PLM-1/\n",
            **fields,
        )
        for cause in causes
    ]


def states(hook):
    return list(hook.deliveries.order_by("pk").values_list("state", "attempts"))


def test_posts_go_in_their_order_each_once_in_the_chats_format(portfolio, chat):
    hook = a_hook(portfolio, chat.url)
    waits(hook, "one", "two")
    assert posting.send_due() == 2
    assert posting.send_due() == 0
    assert [payload["text"] for _, payload in chat.posts] == ["◆ one", "◆ two"]
    assert states(hook) == [(State.SENT, 1), (State.SENT, 1)]
    # Mails have rounds of their own.
    waits(hook, "three")
    assert deliveries.send_due() == 0
    tasks.post_to_chats()
    assert len(chat.posts) == 3


def test_after_a_failure_all_of_this_chat_waits_and_the_others_go(portfolio, chat):
    away = a_hook(portfolio, f"http://127.0.0.1:{free_port()}/x")
    here = a_hook(portfolio, chat.url)
    waits(away, "a", "b")
    waits(here, "c")
    before = timezone.now()
    assert posting.send_due() == 1
    assert states(here) == [(State.SENT, 1)]
    assert states(away) == [(State.WAITING, 1), (State.WAITING, 0)]
    first, second = away.deliveries.order_by("pk")
    assert "cannot be reached" in first.last_error
    assert "/x" not in first.last_error
    assert first.not_before == second.not_before >= before + deliveries.PAUSES[0]
    assert posting.due(timezone.now()) == []


def test_a_chat_that_asks_for_time_gets_it(portfolio, chat):
    hook = a_hook(portfolio, chat.url)
    waits(hook, "a", "b")
    chat.answer = (429, {"Retry-After": "3600"}, "")
    before = timezone.now()
    assert posting.send_due() == 0
    assert len(chat.posts) == 1
    assert all(row.not_before >= before + timedelta(hours=1) for row in hook.deliveries.all())


def test_pauses_grow_and_the_post_is_parked_in_the_end(portfolio, chat, now):
    hook = a_hook(portfolio, chat.url)
    chat.answer = (500, {}, "")
    (post,) = waits(hook, "a")
    for number, pause in enumerate(deliveries.PAUSES, 1):
        before = timezone.now()
        posting.send_due()
        post.refresh_from_db()
        assert (post.state, post.attempts) == (State.WAITING, number)
        assert pause <= post.not_before - before < pause + timedelta(minutes=1)
        Delivery.objects.update(not_before=now)
    posting.send_due()
    assert states(hook) == [(State.PARKED, 6)]
    assert ChatHook.objects.get().failures == 1
    # None is lost: somebody sends it again.
    chat.answer = (200, {}, "ok")
    deliveries.resend(actor=factories.SYSTEM, now=now, delivery_id=post.pk)
    assert posting.send_due() == 1
    assert ChatHook.objects.get().failures == 0


def test_after_three_lost_in_a_row_the_chat_is_stopped_and_what_waits_is_kept(portfolio, chat, now):
    hook = a_hook(portfolio, chat.url)
    chat.answer = (410, {}, "channel_is_archived")
    waits(hook, "a", "b", "c", "d")
    for _ in range(3):
        Delivery.objects.filter(state=State.WAITING).update(attempts=5, not_before=now)
        assert posting.send_due() == 0
    hook.refresh_from_db()
    assert hook.disabled_at is not None
    assert states(hook) == [(State.PARKED, 6)] * 3 + [(State.PARKED, 5)]
    event = Event.objects.get(kind="chat_hook.disabled")
    assert (event.portfolio, event.payload) == (portfolio, {"hook": hook.pk, "name": "Board"})
    assert len(chat.posts) == 3
    # Nobody posts there until somebody has let it go on.
    waits(hook, "e")
    assert posting.due(timezone.now()) == []


def test_a_post_of_a_deleted_project_is_withheld(portfolio, chat):
    project = factories.a_project(portfolio)
    hook = a_hook(portfolio, chat.url)
    waits(hook, "a", project=project)
    type(project).objects.filter(pk=project.pk).update(deleted_at=timezone.now())
    posting.send_due()
    assert states(hook) == [(State.WITHHELD, 1)]
    assert chat.posts == []


def test_one_worker_at_a_time_speaks_to_a_chat(portfolio, chat):
    hook = a_hook(portfolio, chat.url)
    first, _ = waits(hook, "a", "b")
    claimed = deliveries.claim(first.pk, timezone.now())
    assert posting.send_due() == 0
    deliveries.complete(claimed, timezone.now())
    assert posting.send_due() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_post_each_thing_once(portfolio, chat):
    for number in range(3):
        waits(a_hook(portfolio, chat.url), f"a{number}", f"b{number}")
    at_once(*[posting.send_due] * 3)
    while posting.send_due():
        pass
    said = sorted(payload["text"] for _, payload in chat.posts)
    assert said == ["◆ a0", "◆ a1", "◆ a2", "◆ b0", "◆ b1", "◆ b2"]


@pytest.mark.django_db(transaction=True)
def test_a_chat_that_hangs_keeps_no_mail(portfolio, chat, smtp):
    """While a worker waits for the chat, the mails' round goes on."""
    chat.holds.clear()
    waits(a_hook(portfolio, chat.url), "a")
    person = factories.a_member(portfolio)
    Delivery.objects.create(recipient=person, cause="mail", subject="Hello", text="Text.\n")

    def mails():
        try:
            return deliveries.send_due()
        finally:
            chat.holds.set()

    assert at_once(posting.send_due, mails) == [1, 1]
    assert len(smtp.mails) == len(chat.posts) == 1


def test_the_address_stands_in_no_log(portfolio, chat, caplog):
    caplog.set_level("DEBUG")
    waits(a_hook(portfolio, chat.url), "a")
    chat.answer = (500, {}, "")
    posting.send_due()
    assert "secret" not in caplog.text + Delivery.objects.get().last_error
    assert "secret" not in str(Event.objects.values_list("payload", flat=True))
