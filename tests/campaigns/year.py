"""A year of two hundred projects by the clock: what people are told keeps its limits on every day.

It takes as long as it takes: the year is not cut short by the minutes that were asked for.
"""

import os
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.campaigns.proof import Outcome
from tests.services.mail_server import Inbox
from tests.services.programs import free_port

PROJECTS, DAYS = 200, 365


def run(_seconds: float, seed: int) -> Outcome:
    """Play the year in this process; the worker's jobs are called as a worker calls them."""
    from django.conf import settings

    from portfolio import environment
    from tests.year.play import play

    port = free_port()
    inbox = Inbox(port)
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    os.environ["PLIMSOLL_EMAIL_URL"] = inbox.url
    with tempfile.TemporaryDirectory(prefix="plimsoll-year-") as folder:
        for name, value in environment.mail("PLIMSOLL_EMAIL_URL", Path(folder)).items():
            setattr(settings, name, value)
        played = play(inbox, seed=seed, projects=PROJECTS, days=DAYS)
    controller.stop()
    return Outcome("year", played.figures, played.breaches)
