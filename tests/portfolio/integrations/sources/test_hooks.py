"""The door for other systems: who is let in, what is kept, what strangers learn."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.sources import turned_away
from portfolio.integrations.sources.actions import sources
from portfolio.integrations.sources.pages import hooks
from projects.models import Event
from tests import factories
from tests.portfolio.integrations.sources import senders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted_before():
    cache.clear()


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


def test_a_genuine_message_is_kept_before_it_is_acknowledged(client, portfolio, project):
    source, secret = senders.a_source(portfolio)
    answer = senders.github(client, source, secret, senders.deployed(project))
    assert answer.status_code == 202
    message = SourceMessage.objects.get()
    assert answer.json() == {"code": "kept", "detail": "It will be carried out.", "message": message.pk}
    assert (message.kind, message.state, message.project) == ("deployment_status", "waiting", project)
    assert message.body["repository"] == {"full_name": "acme/churn"}
    source.refresh_from_db()
    assert source.last_heard_at is not None


@pytest.mark.parametrize(
    ("style", "send"),
    [
        ("mlflow", senders.mlflow),
        ("github", senders.github),
        ("gitlab", senders.standard),
        ("generic", senders.standard),
    ],
)
def test_each_style_is_verified_and_a_wrong_secret_leaves_nothing(client, portfolio, style, send):
    source, secret = senders.a_source(portfolio, style)
    body = {"type": "x", "object_kind": "x", "entity": "model_version", "action": "created"}
    assert send(client, source, secret, body).status_code == 202
    answer = send(client, source, secret[:-8] + "AAAAAAA=", body | {"more": 1})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_genuine"
    assert SourceMessage.objects.count() == 1
    assert turned_away.number(source.pk, timezone.now()) == 1


def test_bad_signatures_are_counted_for_a_week(portfolio):
    source, _ = senders.a_source(portfolio)
    now = timezone.now()
    turned_away.note(source.pk, now)
    turned_away.note(source.pk, now)
    with time_machine.travel(now + timedelta(days=6), tick=False):
        assert turned_away.number(source.pk, timezone.now()) == 2
    with time_machine.travel(now + timedelta(days=7), tick=False):
        assert turned_away.number(source.pk, timezone.now()) == 0


def test_a_message_that_comes_again_is_known_whatever_its_delivery_is_called(client, portfolio, project):
    source, secret = senders.a_source(portfolio)
    body = senders.deployed(project)
    first = senders.github(client, source, secret, body, delivery="one")
    again = senders.github(client, source, secret, body, delivery="two")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["message"] == first.json()["message"]
    assert SourceMessage.objects.count() == 1
    # The same body from another system is another message.
    other, its_secret = senders.a_source(portfolio)
    assert senders.github(client, other, its_secret, body).status_code == 202


def test_an_old_message_is_not_let_in(client, portfolio):
    source, secret = senders.a_source(portfolio, "generic")
    then = timezone.now() - timedelta(minutes=6)
    assert senders.standard(client, source, secret, {"type": "x"}, at=then).status_code == 401
    assert not SourceMessage.objects.exists()


def test_nobody_learns_whether_an_address_was_ever_good(client, portfolio, project):
    source, secret = senders.a_source(portfolio)
    nothing = client.post("/hooks/nobody/", data=b"{}", content_type="application/json")
    sources.pause(source.pk, actor=factories.SYSTEM)
    paused = senders.github(client, source, secret, senders.deployed(project))
    assert nothing.status_code == paused.status_code == 404
    assert nothing.content == paused.content
    sources.go_on(source.pk, actor=factories.SYSTEM)
    assert senders.github(client, source, secret, senders.deployed(project)).status_code == 202
    assert client.get(f"/hooks/{source.token}/").status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"\\u0000": 1}',
        b"[" * 100 + b"]" * 100,
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(client, portfolio, body):
    source, secret = senders.a_source(portfolio, "generic")
    answer = senders.post(client, source, body, {"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unreadable"
    assert not SourceMessage.objects.exists()


def test_a_body_above_the_limit_is_not_read(client, portfolio):
    source, secret = senders.a_source(portfolio, "generic")
    headers = {"Authorization": f"Bearer {secret}"}
    least = b'{"a": "' + b"x" * hooks.LARGEST_BODY + b'"}'
    assert senders.post(client, source, least, headers).status_code == 413
    most = b'"' + b"x" * (hooks.LARGEST_BODY - 2) + b'"'
    assert senders.post(client, source, most, headers).status_code == 202


def test_a_flood_waits_and_guesses_are_counted(client, portfolio, monkeypatch):
    source, secret = senders.a_source(portfolio, "generic")
    monkeypatch.setattr(hooks, "MOST_MESSAGES", 2)
    monkeypatch.setattr(hooks, "MOST_GUESSES", 2)
    with time_machine.travel(timezone.now().replace(second=5)):
        said = [senders.standard(client, source, secret, {"n": n}) for n in range(3)]
        assert [answer.status_code for answer in said] == [202, 202, 429]
        assert said[-1]["Retry-After"] == "60"
        guessed = [client.post(f"/hooks/{n}/").status_code for n in range(3)]
    assert guessed == [404, 404, 429]


def test_a_rotated_secret_overlaps_for_a_day_unless_it_leaked(client, portfolio, project):
    source, first = senders.a_source(portfolio)
    second = sources.rotate(source.pk, actor=factories.SYSTEM)

    def status(secret, number):
        return senders.github(client, source, secret, senders.deployed(project, number=number)).status_code

    assert [status(first, 1), status(second, 2)] == [202, 202]
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert [status(first, 3), status(second, 4)] == [401, 202]
    third = sources.rotate(source.pk, actor=factories.SYSTEM, at_once=True)
    assert [status(second, 5), status(third, 6)] == [401, 202]


def test_secret_and_address_are_in_no_row_that_tells_of_them(client, portfolio):
    source, secret = senders.a_source(portfolio)
    kept = Source.objects.values().get()
    assert secret not in json.dumps(kept, default=str)
    events = list(Event.objects.values_list("payload", flat=True))
    assert secret not in str(events)
    assert source.token not in str(events)


def test_a_source_sealed_with_a_lost_key_believes_nobody(client, portfolio, project, settings):
    source, secret = senders.a_source(portfolio)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of this installation", []
    assert senders.github(client, source, secret, senders.deployed(project)).status_code == 401
