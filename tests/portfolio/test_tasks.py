"""Messages that an older version has put into the queue are still understood."""

import os
import subprocess
import sys
from pathlib import Path

from portfolio.schedule import BEAT_SCHEDULE

ROOT = Path(__file__).resolve().parents[2]
# As a worker starts: in a process that has imported none of them before.
TOLD = """
import django
django.setup()
from portfolio.celery import app
app.loader.import_default_modules()
print(*(name for name in app.tasks if name.startswith("portfolio.")))
"""

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
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    said = subprocess.run(
        [sys.executable, "-c", TOLD], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    ours = set(said.stdout.split())
    assert ours == NAMES
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= ours
