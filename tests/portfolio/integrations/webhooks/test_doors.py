"""Webhooks at every door: who may, what is checked, tried before it is kept, and no secret that comes out."""

import json
import logging
import re

import pytest
from django.test import Client
from standardwebhooks import Webhook as Library

from portfolio import outbox
from portfolio.integrations.models import Webhook, WebhookDelivery
from portfolio.integrations.webhooks.actions import posts, webhooks
from portfolio.integrations.webhooks.queries import webhooks as queries
from projects import events
from projects.errors import NotAllowed, Refused
from projects.models import Event
from tests import factories
from tests.projects.api.callers import Caller, SignedIn, problem, with_key

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0" * 5
HOME = "/portfolios/claims/webhooks/"
API = "portfolios/claims/webhooks"


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio(slug="claims")


@pytest.fixture
def manager(portfolio):
    return factories.a_member(portfolio, "manager", "Mara")


@pytest.fixture
def page(manager):
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def api(portfolio):
    return with_key(portfolio, scopes=["webhooks:write"], role="manager")


@pytest.fixture
def hook(portfolio, manager, receiver):
    """A webhook at an address with a password in it, told of comments."""
    url = f"{receiver.url}?token=hidden-in-the-address"
    given = {"kinds": ["comment.posted"], "secret": SECRET, "name": "Warehouse", "untested": True}
    return webhooks.add(portfolio.pk, url=url, actor=factories.acting(manager), **given)[0]


@pytest.fixture
def sent(portfolio, hook):
    """A message that was taken."""
    outbox.pass_on()
    project = factories.a_project(portfolio)
    events.record(project, "comment.posted", factories.SYSTEM, comment=1, mentions=[])
    outbox.pass_on()
    posts.send_due(hook.pk)
    return hook.deliveries.get()


def fields(found):
    """What a problem is about."""
    return [error["field"] for error in found["errors"]]


def test_a_page_tries_an_address_before_it_is_kept(page, receiver):
    shown = page.get(f"{HOME}new/").content.decode()
    (secret,) = re.findall(r"whsec_[\w+/=]{44}", shown)
    receiver.secret = secret
    said = {"url": receiver.url, "secret": secret, "kinds": ["stage.advanced"], "name": "Warehouse"}
    tried = page.post(f"{HOME}new/", {**said, "test": "1"}).content.decode()
    assert "The test message was taken" in tried and not Webhook.objects.exists()
    made = page.post(f"{HOME}new/", said).content.decode()
    assert secret in made
    assert receiver.kinds() == ["ping", "ping"]
    hook = Webhook.objects.get()
    assert (hook.name, hook.kinds) == ("Warehouse", ["stage.advanced"])
    assert secret not in page.get(f"{HOME}{hook.pk}/").content.decode()


def test_what_does_not_take_the_test_is_kept_only_on_demand(page, receiver):
    receiver.answer = (401, {}, "bad_signature")
    said = {"url": receiver.url, "secret": SECRET}
    refused = page.post(f"{HOME}new/", said)
    assert refused.status_code == 422 and not Webhook.objects.exists()
    text = refused.content.decode()
    assert "The test message was not taken. The server answered 401 bad_signature." in text
    assert "Save it untested" in text
    page.post(f"{HOME}new/", {**said, "untested": "1"})
    assert Webhook.objects.get().name == "127.0.0.1"


def test_another_address_is_tried_as_well(page, api, hook, receiver):
    at = f"{HOME}{hook.pk}/edit/"
    receiver.answer = (500, {}, "")
    other = f"http://127.0.0.1:{receiver.port}/other"
    assert page.post(at, {"url": other, "name": "x"}).status_code == 422
    path = f"{API}/{hook.pk}"
    state = {"If-Match": api.get(path)["ETag"]}
    assert fields(problem(api.patch(path, {"url": other}, **state), 400)) == ["url"]
    assert api.patch(path, {"url": other, "untested": True}, **state).status_code == 200
    receiver.answer = (200, {}, "")
    # An empty address keeps the stored one, which is not tried again.
    before = len(receiver.messages)
    assert page.post(at, {"url": "", "name": "Lake", "kinds": []}).status_code == 302
    hook.refresh_from_db()
    assert (hook.url, hook.name, hook.kinds, len(receiver.messages)) == (other, "Lake", [], before)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "http://a b"}, "url"),
        ({"url": "ftp://a.example/"}, "url"),
        ({"kinds": ["weather.changed"]}, "kinds"),
        ({"secret": "whsec_short"}, "secret"),
        ({"secret": "c2VjcmV0" * 5}, "secret"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(api, page, receiver, wrong, field):
    said = {"url": receiver.url, **wrong}
    assert fields(problem(api.post(API, said), 400))[0].startswith(field)
    assert page.post(f"{HOME}new/", said).status_code == 422
    assert not Webhook.objects.exists() and receiver.messages == []


def test_a_private_network_is_refused_before_anything_is_sent(api, receiver, settings):
    settings.ALLOW_PRIVATE_HOOKS = False
    said = {"url": f"https://127.0.0.1:{receiver.port}/x"}
    answer = problem(api.post(API, said), 400)
    assert "private network" in json.dumps(answer)
    tried = api.post(f"{API}/test", said).json()
    assert (tried["taken"], tried["status"]) == (False, None)
    assert receiver.messages == []


def test_by_rest_a_webhook_is_added_read_changed_switched_rotated_and_removed(api, receiver):
    receiver.secret = SECRET
    assert api.post(f"{API}/test", {"url": receiver.url, "secret": SECRET}).json()["taken"]
    made = api.post(API, {"url": receiver.url, "secret": SECRET, "kinds": ["comment.posted"]})
    assert made.status_code == 201
    assert made.json()["secret"] == SECRET
    path = f"{API}/{made.json()['id']}"
    assert made["Location"] == f"/api/v1/{path}"
    read = api.get(path)
    assert "secret" not in read.json() and read.json()["is_on"]
    assert [row["id"] for row in api.get(API).json()["items"]] == [made.json()["id"]]
    problem(api.patch(path, {"name": "x"}), 428)
    off = api.patch(path, {"is_on": False}, **{"If-Match": read["ETag"]}).json()
    assert not off["is_on"] and off["disabled_why"] == webhooks.PAUSED
    problem(api.patch(path, {"is_on": True}, **{"If-Match": read["ETag"]}), 412)
    assert api.patch(path, {"is_on": True, "resend": True}, **{"If-Match": "*"}).json()["is_on"]
    turned = api.post(f"{path}/rotate", {"overlap_hours": 0}).json()
    assert turned["former_secret_until"] is None
    receiver.secret = turned["secret"]
    assert api.post(f"{path}/test").json() == {"taken": True, "status": 200, "error": ""}
    assert api.delete(path).status_code == 204
    problem(api.get(path), 404)


def test_the_log_is_read_filtered_and_sent_again(api, page, hook, sent, receiver):
    path = f"{API}/{hook.pk}/deliveries"
    (row,) = api.get(path).json()["items"]
    assert (row["state"], row["attempts"], row["kind"]) == ("sent", 1, "comment.posted")
    assert api.get(f"{path}?state=waiting").json()["items"] == []
    assert api.get(f"{path}?kind=comment.posted&project={sent.project.key}").json()["items"] == [row]
    one = api.get(f"{path}/{row['id']}").json()
    assert one["body"] == json.loads(receiver.messages[0][2])
    assert [(each["status"], each["answer"]) for each in one["tries"]] == [(200, "ok")]
    again = api.post(f"{path}/{row['id']}/replay").json()
    assert (again["state"], again["replay"], again["message_id"]) == ("waiting", 1, row["message_id"])
    posts.send_due(hook.pk)
    since = {"since": "2020-01-01T00:00:00Z"}
    assert api.post(f"{API}/{hook.pk}/replay", since).json() == {"sent": 1}
    shown = page.get(f"{HOME}{hook.pk}/").content.decode()
    assert "comment.posted" in shown and "Sent again" in shown
    assert "Not tried yet" in page.get(f"{HOME}{hook.pk}/?state=waiting").content.decode()
    one_page = page.get(f"{HOME}{hook.pk}/deliveries/{sent.pk}/").content.decode()
    assert "msg_" in one_page and "ok" in one_page and sent.project.key in one_page
    assert page.post(f"{HOME}{hook.pk}/deliveries/{sent.pk}/again/").status_code == 302
    assert page.post(f"{HOME}{hook.pk}/replay/", {"at": "2020-01-01T00:00"}).status_code == 302
    assert page.post(f"{HOME}{hook.pk}/replay/", {"at": "soon"}).status_code == 422
    assert hook.deliveries.count() == 4


def test_an_order_that_is_waited_for_is_read_by_rest(api, portfolio, hook, sent, receiver):
    receiver.answer = (500, {}, "")
    for _ in range(2):
        events.record(sent.project, "comment.posted", factories.SYSTEM, comment=1, mentions=[])
        events.record(portfolio, "comment.posted", factories.SYSTEM, comment=1, mentions=[])
    outbox.pass_on()
    posts.send_due(hook.pk)
    rows = api.get(f"{API}/{hook.pk}/deliveries?state=waiting").json()["items"]
    by_project = {}
    for row in sorted(rows, key=lambda row: row["position"]):
        by_project.setdefault(row["project"], []).append(row)
    for first, second in by_project.values():
        assert (first["waits_for"], second["waits_for"]) == (None, first["id"])
        assert first["next_at"] and second["next_at"] is None


def test_an_address_that_is_left_alone_says_until_when_everywhere(api, page, portfolio, hook, sent, receiver):
    receiver.answer = (503, {"Retry-After": "3600"}, "")
    for subject in (portfolio, sent.project, sent.project):
        events.record(subject, "comment.posted", factories.SYSTEM, comment=1, mentions=[])
    outbox.pass_on()
    posts.send_due(hook.pk)
    until = api.get(f"{API}/{hook.pk}").json()["rests_until"]
    rows = api.get(f"{API}/{hook.pk}/deliveries?state=waiting").json()["items"]
    assert len(rows) == 3 and len(receiver.messages) == 2
    assert [row["next_at"] for row in rows if row["waits_for"] is None] == [until] * 2
    log = page.get(f"{HOME}{hook.pk}/?state=waiting").content.decode()
    # The webhook's own line; one was tried, one would be next, one waits for that.
    assert log.count("next try <") == 3 and log.count("Not tried yet") == 1 and log.count("Waits for") == 1


def test_the_catalogue_is_read_by_rest(api):
    rows = api.get("event-kinds").json()["items"]
    assert {"kind", "group", "description", "version"} == set(rows[0])
    one = api.get("event-kinds/stage.advanced").json()
    assert one["example"]["type"] == "stage.advanced"
    assert one["schema"]["properties"]["type"] == {"const": "stage.advanced"}
    problem(api.get("event-kinds/stage.danced"), 404)


def test_the_page_switches_rotates_and_removes(page, hook, receiver):
    at = f"{HOME}{hook.pk}/"
    assert page.post(f"{at}switch/", {"is_on": "0", "back": at}).url == at
    assert (
        page.post(f"{at}switch/", {"is_on": "1", "resend": "1", "back": "https://evil.example/"}).url == HOME
    )
    assert page.get(f"{at}rotate/").status_code == 200
    turned = page.post(f"{at}rotate/", {"overlap_hours": "24"}).content.decode()
    assert re.search(r"whsec_[\w+/=]{44}", turned)
    assert page.post(f"{at}rotate/", {"overlap_hours": "9999"}).status_code == 422
    assert page.post(f"{at}test/").url == at
    assert receiver.kinds() == ["ping"]
    assert page.post(f"{at}remove/").url == HOME
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "contributor", "approver"])
def test_nobody_below_a_manager_comes_in(portfolio, hook, sent, role):
    person = factories.a_member(portfolio, role)
    client = Client()
    client.force_login(person)
    for path in ("", "new/", f"{hook.pk}/", f"{hook.pk}/edit/", f"{hook.pk}/deliveries/{sent.pk}/"):
        assert client.get(f"{HOME}{path}").status_code == 403
    caller = SignedIn(person)
    for path in (
        API,
        f"{API}/{hook.pk}",
        f"{API}/{hook.pk}/deliveries",
        f"{API}/{hook.pk}/deliveries/{sent.pk}",
    ):
        problem(caller.get(path), 403)
    with pytest.raises(NotAllowed):
        webhooks.remove(hook.pk, actor=factories.acting(person))


def test_strangers_and_keys_without_the_scope_find_nothing(portfolio, hook, sent):
    stranger = Client()
    stranger.force_login(factories.a_person())
    for path in ("", f"{hook.pk}/", f"{hook.pk}/deliveries/{sent.pk}/"):
        assert stranger.get(f"{HOME}{path}").status_code == 404
    problem(with_key(portfolio, scopes=["portfolios:write"], role="manager").get(API), 403)
    problem(with_key(factories.a_portfolio(), scopes=["webhooks:write"], role="manager").get(API), 404)
    problem(Caller().get(API), 401)
    other = with_key(portfolio, scopes=["webhooks:write"], role="manager")
    mine = factories.a_portfolio()
    factories.a_member(mine, "manager")
    problem(other.get(f"portfolios/{mine.slug}/webhooks/{hook.pk}"), 404)


def test_no_event_log_page_or_answer_holds_a_secret(page, api, hook, sent, manager, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    fresh = webhooks.rotate(hook.pk, actor=factories.acting(manager))
    receiver.answer = (500, {}, "")
    page.post(f"{HOME}{hook.pk}/test/")
    told = [
        json.dumps([event.payload for event in Event.objects.all()]),
        str(list(Webhook.objects.values())),
        api.get(API).content.decode(),
        api.get(f"{API}/{hook.pk}").content.decode(),
        page.get(HOME).content.decode(),
        page.get(f"{HOME}{hook.pk}/").content.decode(),
        page.get(f"{HOME}{hook.pk}/edit/").content.decode(),
        page.get(f"{HOME}{hook.pk}/deliveries/{sent.pk}/").content.decode(),
        caplog.text,
    ]
    for number, text in enumerate(told):
        assert SECRET not in text and fresh not in text, number
        # The address is a column; all that is shown ends before its parameters.
        assert number == 1 or "hidden-in-the-address" not in text, number
    assert Library(fresh)


def test_a_secret_that_cannot_be_read_any_more_is_said_and_made_anew(
    page, api, hook, sent, receiver, settings
):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, as after a move to a new machine", []
    page.force_login(hook.created_by)
    said = page.post(f"{HOME}{hook.pk}/test/", follow=True).content.decode()
    assert "cannot be read any more" in said
    problem(api.post(f"{API}/{hook.pk}/test"), 409)
    events.record(sent.project, "comment.posted", factories.SYSTEM, comment=2, mentions=[])
    outbox.pass_on()
    assert posts.send_due(hook.pk) == 0
    turned = api.post(f"{API}/{hook.pk}/rotate", {"overlap_hours": 24}).json()
    receiver.secret = turned["secret"]
    assert api.post(f"{API}/{hook.pk}/test").json()["taken"]


def test_a_portfolio_has_so_many_webhooks_and_no_more(portfolio, manager, receiver, monkeypatch):
    monkeypatch.setattr("portfolio.integrations.webhooks.rules.webhooks.MOST", 1)
    actor = factories.acting(manager)
    webhooks.add(portfolio.pk, url=receiver.url, actor=actor)
    with pytest.raises(Refused):
        webhooks.add(portfolio.pk, url=receiver.url, actor=actor)


def test_trying_again_and_again_has_an_end(page, api, receiver, monkeypatch):
    monkeypatch.setattr("portfolio.integrations.webhooks.pages.webhooks.MOST_TESTS", 1)
    monkeypatch.setattr("portfolio.integrations.webhooks.api.webhooks.MOST_TESTS", 1)
    said = {"url": receiver.url, "secret": SECRET, "test": "1"}
    assert [page.post(f"{HOME}new/", said).status_code for _ in range(2)] == [200, 429]
    asked = {"url": receiver.url}
    assert [api.post(f"{API}/test", asked).status_code for _ in range(2)] == [200, 429]


def test_the_list_asks_the_same_of_one_and_of_many(portfolio, hook, sent, manager, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert len(queries.of(portfolio)) == 1
    for number in range(5):
        url = f"https://{number}.example.com/"
        webhooks.add(portfolio.pk, url=url, actor=factories.acting(manager), untested=True)
    with django_assert_num_queries(4):
        rows = queries.of(portfolio)
    assert len(rows) == 6
    row = next(row for row in rows if row.hook.pk == hook.pk)
    assert sum(row.hourly) == 1 and row.attempt.status == 200
    assert row.last == WebhookDelivery.objects.get()
