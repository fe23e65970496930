"""Chats of a portfolio at every door: who may, what is checked, and that the address never comes out."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from portfolio import outbox
from portfolio.notifications.actions import chat_hooks
from portfolio.notifications.models import Channel, ChatHook, Delivery, Message, State
from portfolio.notifications.pages import chat_hooks as page_of_chats
from projects import events
from projects.errors import NotAllowed, Refused
from projects.models import Event
from tests import factories

pytestmark = pytest.mark.django_db
SECRET = "/services/T0/B0/very-secret"
URL = f"https://hooks.example.com{SECRET}"
SAID = {"name": "Board", "style": "slack", "url": URL, "topics": ["moves", "flags"]}


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio()


@pytest.fixture
def manager(portfolio):
    return factories.a_member(portfolio, "manager", "Mara")


@pytest.fixture
def home(portfolio):
    return f"/portfolios/{portfolio.slug}/settings/chat/"


@pytest.fixture
def api(portfolio):
    return f"/api/v1/portfolios/{portfolio.slug}/chat-hooks"


@pytest.fixture
def hook(portfolio, manager):
    return chat_hooks.add(portfolio.pk, actor=factories.acting(manager), **SAID)


def missed(hook, *causes):
    for cause in causes:
        Delivery.objects.create(
            channel=Channel.CHAT, hook=hook, cause=cause, subject=cause, text="x\n", state=State.PARKED
        )


def test_a_chat_is_added_changed_and_removed_with_a_trace_that_holds_no_address(portfolio, manager, hook):
    actor = factories.acting(manager)
    assert (hook.topics, hook.created_by, hook.url) == (["flags", "moves"], manager, URL)
    chat_hooks.change(hook.pk, actor=actor, name="ML  board", url="", only_critical=True)
    hook.refresh_from_db()
    assert (hook.name, hook.url, hook.only_critical) == ("ML board", URL, True)
    chat_hooks.change(hook.pk, actor=actor, name="ML board")
    chat_hooks.remove(hook.pk, actor=actor)
    assert not ChatHook.objects.exists()
    trace = list(Event.objects.filter(kind__startswith="chat_hook").order_by("pk"))
    assert [event.kind.partition(".")[2] for event in trace] == ["added", "changed", "removed"]
    assert trace[1].payload["changed"] == ["name", "only_critical"]
    assert trace[0].payload["host"] == "hooks.example.com"
    assert "secret" not in json.dumps([event.payload for event in trace])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"style": "irc"}, "style"),
        ({"topics": []}, "topics"),
        ({"topics": ["weather"]}, "topics"),
        ({"url": "http://hooks.example.com/x"}, "url"),
        ({"url": "hooks.example.com"}, "url"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(portfolio, manager, wrong, field):
    with pytest.raises(Refused) as refused:
        chat_hooks.add(portfolio.pk, actor=factories.acting(manager), **{**SAID, **wrong})
    assert [reason.field for reason in refused.value.obstacles] == [field]
    assert not ChatHook.objects.exists()


def test_a_portfolio_has_ten_chats_at_most(portfolio, manager):
    ChatHook.objects.bulk_create(ChatHook(portfolio=portfolio, **SAID) for _ in range(10))
    with pytest.raises(Refused, match="10 chats"):
        chat_hooks.add(portfolio.pk, actor=factories.acting(manager), **SAID)


def test_only_managers_touch_them(portfolio, hook):
    actor = factories.acting(factories.a_member(portfolio, "approver"))
    for attempt in (
        lambda: chat_hooks.add(portfolio.pk, actor=actor, **SAID),
        lambda: chat_hooks.change(hook.pk, actor=actor, name="x"),
        lambda: chat_hooks.remove(hook.pk, actor=actor),
        lambda: chat_hooks.enable(hook.pk, actor=actor),
        lambda: chat_hooks.test(portfolio, style="slack", url=URL, actor=actor),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert ChatHook.objects.get() == hook


def test_a_stopped_chat_goes_on_with_what_it_missed_or_without(portfolio, manager, hook):
    actor = factories.acting(manager)
    missed(hook, "a", "b")
    ChatHook.objects.update(disabled_at=timezone.now(), failures=3)
    assert chat_hooks.enable(hook.pk, actor=actor) == 0
    hook.refresh_from_db()
    assert (hook.disabled_at, hook.failures) == (None, 0)
    assert chat_hooks.enable(hook.pk, actor=actor, resend=True) == 2
    assert set(hook.deliveries.values_list("state", flat=True)) == {State.WAITING}


def test_the_managers_are_told_that_a_chat_was_stopped(portfolio, manager, hook):
    factories.a_member(portfolio, "contributor")
    with transaction.atomic():
        events.record(portfolio, "chat_hook.disabled", factories.SYSTEM, hook=hook.pk, name="Board")
    outbox.pass_on()
    message = Message.objects.get()
    assert (message.recipient, message.path) == (manager, f"/portfolios/{portfolio.slug}/settings/chat/")
    assert "Board" in message.subject


def test_a_chat_is_tried_then_kept_and_its_address_never_shown_again(client, chat, portfolio, manager, home):
    client.force_login(manager)
    said = {**SAID, "url": chat.url}
    page = client.post(f"{home}new/", {**said, "test": "1"})
    assert "took the test post" in page.content.decode()
    ((path, payload),) = chat.posts
    assert (path, payload["text"]) == ("/hooks/secret", f"● {portfolio.name}: a test post from Plimsoll")
    assert not ChatHook.objects.exists()
    chat.answer = (404, {}, "no_service")
    assert "404 no_service" in client.post(f"{home}new/", {**said, "test": "1"}).content.decode()
    assert client.post(f"{home}new/", said).status_code == 302
    hook = ChatHook.objects.get()
    pages = [client.get(home), client.get(f"{home}{hook.pk}/"), client.get("/api/v1/events?limit=100")]
    assert all(page.status_code == 200 for page in pages)
    assert all("secret" not in page.content.decode() for page in pages)
    assert "127.0.0.1" in pages[0].content.decode()
    # A change without an address keeps it, and tries the stored one.
    chat.answer = (200, {}, "ok")
    changed = {**said, "url": "", "name": "Renamed"}
    tried = client.post(f"{home}{hook.pk}/", {**changed, "test": "1"}).content.decode()
    assert "took the test post" in tried
    assert "secret" not in tried
    client.post(f"{home}{hook.pk}/", changed)
    hook.refresh_from_db()
    assert (hook.name, hook.url) == ("Renamed", chat.url)


def test_tests_are_counted(client, chat, manager, home, monkeypatch):
    monkeypatch.setattr(page_of_chats, "MOST_TESTS", 1)
    client.force_login(manager)
    said = {**SAID, "url": chat.url, "test": "1"}
    assert [client.post(f"{home}new/", said).status_code for _ in range(2)] == [200, 429]
    assert len(chat.posts) == 1


def test_the_form_says_what_is_wrong(client, manager, home):
    client.force_login(manager)
    page = client.post(f"{home}new/", {**SAID, "url": "http://hooks.example.com/x"})
    assert page.status_code == 422
    assert "has to begin with https://" in page.content.decode()


def test_posts_that_did_not_go_stand_on_the_page_and_are_sent_again(client, manager, home, hook):
    client.force_login(manager)
    missed(hook, "Late news")
    ChatHook.objects.update(disabled_at=timezone.now(), failures=3)
    page = client.get(home).content.decode()
    assert "Nothing is posted to Board any more" in page
    assert "Late news" in page
    client.post(f"{home}{hook.pk}/enable/", {"resend": "1"})
    assert hook.deliveries.get().state == State.WAITING
    client.post(f"{home}{hook.pk}/remove/")
    assert not ChatHook.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("", 404), ("viewer", 403), ("approver", 403)])
def test_doors_are_shut_to_others(client, portfolio, home, api, hook, role, status):
    client.force_login(factories.a_member(portfolio, role) if role else factories.a_person())
    for path in ("", "new/", f"{hook.pk}/"):
        assert client.get(home + path).status_code == status
    for path in (f"{hook.pk}/remove/", f"{hook.pk}/enable/"):
        assert client.post(home + path).status_code == status
    assert client.get(api).status_code == status
    assert client.post(api, SAID, content_type="application/json").status_code == status
    assert client.delete(f"{api}/{hook.pk}").status_code == status
    assert ChatHook.objects.exists()


def test_a_chat_of_another_portfolio_is_not_there(client, manager, home, api, hook):
    other = chat_hooks.add(factories.a_portfolio().pk, actor=factories.SYSTEM, **SAID)
    client.force_login(manager)
    assert client.get(f"{home}{other.pk}/").status_code == 404
    assert client.delete(f"{api}/{other.pk}").status_code == 404


def test_chats_by_rest(client, chat, portfolio, manager, api):
    client.force_login(manager)
    made = client.post(api, {**SAID, "url": chat.url}, content_type="application/json")
    assert made.status_code == 201, made.content
    hook = ChatHook.objects.get()
    told = {"host": "127.0.0.1", "topics": ["flags", "moves"], "waiting": 0, "parked": 0}
    assert made.json() | told == made.json()
    one = f"{api}/{hook.pk}"
    assert client.post(f"{one}/test", content_type="application/json").json() == {"sent": True, "error": ""}
    changed = client.patch(
        one,
        {"topics": ["daily"]},
        content_type="application/json",
        headers={"If-Match": client.get(one)["ETag"]},
    )
    assert changed.json()["topics"] == ["daily"]
    missed(hook, "a")
    again = client.post(f"{one}/enable", {"resend": True}, content_type="application/json")
    assert again.json() == {"resent": 1}
    listed = client.get(api)
    assert [row["id"] for row in listed.json()["items"]] == [hook.pk]
    for answer in (made, changed, listed):
        assert "secret" not in answer.content.decode()
    wrong = client.post(api, {**SAID, "url": "ftp://x"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "url")
    assert client.delete(one).status_code == 204


def test_a_key_needs_its_scope(client, portfolio, api):
    for scopes, status in ((["portfolios:write"], 201), (["portfolios:read"], 403)):
        _, secret = factories.a_key(portfolio, scopes=scopes)
        headers = {"Authorization": f"Bearer {secret}"}
        answer = client.post(api, SAID, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content
