"""The receiver that the docs show works as it stands there."""

import re
import threading
from http.server import HTTPServer
from pathlib import Path

import pytest

from portfolio import outbox
from portfolio.integrations.webhooks.actions import posts, webhooks
from projects import events
from tests import factories

DOCS = Path(__file__).resolve().parents[4] / "docs" / "webhooks.md"
SECRET = "whsec_" + "c2VjcmV0" * 5


@pytest.mark.django_db
def test_the_receiver_of_the_docs_takes_what_is_ours_and_nothing_else(settings, monkeypatch, capsys):
    settings.ALLOW_PRIVATE_HOOKS = True
    monkeypatch.setenv("PLIMSOLL_WEBHOOK_SECRET", SECRET)
    (code,) = re.findall(r"```python\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    shown = {"__name__": "receiver"}
    exec(code, shown)  # noqa: S102 - what is tried here is the text of our own page
    monkeypatch.setattr(shown["Receiver"], "log_message", lambda *_: None)
    server = HTTPServer(("127.0.0.1", 0), shown["Receiver"])
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        portfolio = factories.a_portfolio()
        project = factories.a_project(portfolio)
        outbox.pass_on()
        actor = factories.acting(factories.a_member(portfolio, "manager"))
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        hook, _ = webhooks.add(portfolio.pk, url=url, secret=SECRET, kinds=["comment.posted"], actor=actor)
        events.record(project, "comment.posted", factories.SYSTEM, comment=1, mentions=[])
        outbox.pass_on()
        assert posts.send_due(hook.pk) == 1
        assert f"msg_{hook.pk}_{hook.deliveries.get().event_id}" in shown["seen"]
        assert f"comment.posted {project.key}" in capsys.readouterr().out
        other = webhooks.ping(portfolio, url=url, secret="whsec_" + "b3RoZXJz" * 5, actor=actor)
        assert other.status == 401
    finally:
        server.shutdown()
        server.server_close()
