"""The whole product under a campaign: web, worker and beat on PostgreSQL and Redis, with data in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.test import Client

from bench import data
from bench.servers import WebServer
from projects.models import Move, StatusUpdate
from tests.campaigns import processes


@dataclass
class Running:
    """Everything that runs, and what is in it."""

    web: WebServer
    worker: processes.Process
    beat: processes.Process
    found: data.Installation
    session: str
    # The newest rows of the invented past; what comes after them was made by the product.
    before: dict[str, int]


@contextmanager
def running(projects: int) -> Iterator[Running]:
    """Start it all, and end it all."""
    found = data.build(projects)
    before = {"move": _last(Move), "update": _last(StatusUpdate)}
    with WebServer() as web:
        started: list[processes.Process] = []
        try:
            worker, beat = processes.worker(), processes.beat()
            started = [worker, beat]
            yield Running(web, worker, beat, found, sign_in(found.person), before)
        finally:
            for process in started:
                process.kill()
            empty()


def sign_in(person: Any) -> str:
    """A session of this person."""
    browser = Client()
    person.refresh_from_db()  # A session is worth nothing after a change of password.
    browser.force_login(person)
    return browser.cookies["sessionid"].value


def _last(model: Any) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def empty() -> None:
    """The next campaign begins with an empty database."""
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
