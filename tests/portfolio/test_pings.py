"""Whoever asks another system to answer holds no transaction meanwhile, with an Idempotency-Key too."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connections

from portfolio.integrations.models import Registry, Webhook
from portfolio.integrations.registries.actions import registries
from portfolio.integrations.webhooks.actions import webhooks
from portfolio.notifications.actions import chat_hooks
from tests import factories
from tests.projects.api.callers import fields_of, with_key

pytestmark = pytest.mark.django_db(transaction=True)
SCOPES = ["webhooks:write", "registries:write", "portfolios:write"]


@pytest.fixture
def stranger(settings):
    """A server that answers as chats, webhooks and MLflow do, and looks whether it is waited for in a
    transaction: `held` has an answer for each request."""
    settings.ALLOW_PRIVATE_HOOKS = True
    asking, held = connections["default"], []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            held.append(asking.in_atomic_block)
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            said = b"3.1.0" if self.path.endswith("/version") else b"{}"
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            """Tests need no log of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    server.held, server.url = held, f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def portfolio():
    return factories.a_portfolio(slug="claims")


@pytest.fixture
def doors(portfolio, stranger):
    """Every address by which somebody is asked, with what is said there and what comes back."""
    home, actor = "portfolios/claims", factories.SYSTEM
    hook, _ = webhooks.add(portfolio.pk, url=stranger.url, actor=actor, untested=True)
    chat = {"name": "Room", "style": "slack", "topics": ["flags"]}
    chat_id = chat_hooks.add(portfolio.pk, url=f"{stranger.url}/x", actor=actor, **chat).pk
    registry = registries.add(portfolio.pk, name="MLflow", url=stranger.url, actor=actor)
    return {
        f"{home}/webhooks": ({"url": f"{stranger.url}/new"}, "id"),
        f"{home}/webhooks/test": ({"url": stranger.url}, "taken"),
        f"{home}/webhooks/{hook.pk}/test": ({}, "taken"),
        f"{home}/chat-hooks/{chat_id}/test": ({}, "sent"),
        f"{home}/registries/{registry.pk}/test": ({}, "answered"),
    }


@pytest.mark.parametrize("key", ["once", ""])
def test_nothing_is_held_while_another_system_answers(portfolio, stranger, doors, key):
    caller = with_key(portfolio, scopes=SCOPES, role="manager")
    for address, (said, sign) in doors.items():
        headers = {"Idempotency-Key": f"{key} {address}"} if key else {}
        before = len(stranger.held)
        answer = caller.post(address, said, **headers)
        assert answer.status_code in (200, 201), (address, answer.content)
        assert answer.json()[sign], address
        assert len(stranger.held) > before, address
        if key:
            asked = len(stranger.held)
            again = caller.post(address, said, **headers)
            assert again["Idempotency-Replayed"] == "true"
            assert len(stranger.held) == asked, "an answer that is kept asks nobody"
    assert not any(stranger.held)
    assert Webhook.objects.count() == 2
    assert Registry.objects.count() == 1


def test_what_another_system_refuses_is_kept_as_the_answer(portfolio, stranger):
    caller = with_key(portfolio, scopes=SCOPES, role="manager")
    said, headers = {"url": "http://127.0.0.1:9/nobody"}, {"Idempotency-Key": "once"}
    first = caller.post("portfolios/claims/webhooks", said, **headers)
    again = caller.post("portfolios/claims/webhooks", said, **headers)
    assert (first.status_code, again.status_code, Webhook.objects.count()) == (400, 400, 0)
    assert again["Idempotency-Replayed"] == "true"
    assert fields_of(first.json()) == ["url"]
