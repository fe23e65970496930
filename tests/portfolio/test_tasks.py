"""Messages that an older version has put into the queue are still understood."""

from portfolio.celery import app
from portfolio.schedule import BEAT_SCHEDULE

# Never taken away while messages with these names may wait.
NAMES = {
    "portfolio.integrations.tasks.read_registry",
    "portfolio.register.tasks.take_up_import",
    "portfolio.tasks.drain_outbox",
    "portfolio.tasks.post_to_chats",
    "portfolio.tasks.post_webhooks",
    "portfolio.tasks.run",
    "portfolio.tasks.send_messages",
    "portfolio.tasks.take_messages",
    "portfolio.tasks.tick",
}


def test_tasks_keep_their_names():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("portfolio.")}
    assert ours == NAMES
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= ours
