"""The clock: two rounds of work a day, the product's own jobs, mails over a real SMTP server."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import time_machine
from django.utils import timezone

from portfolio import tasks
from portfolio.notifications.actions import deliveries
from portfolio.operations.actions import runs
from portfolio.operations.models import State
from tests.year import behaviour, world

# After today, so that the database's own history lies before it.
START = datetime(2027, 1, 4, tzinfo=UTC)
JOBS = ("sweep", "escalations", "reminders", "nudges", "digests")
# At one of the two it is nobody's quiet hour, wherever they live.
MORNING, AFTERNOON = 7, 15
KEY = re.compile(r"\bYR-\d+\b")


def _say(line: str) -> None:
    print(line, flush=True)


class Mail(NamedTuple):
    """One that came."""

    at: datetime
    to: str
    subject: str
    text: str

    @property
    def keys(self) -> list[str]:
        return KEY.findall(self.subject + self.text)

    @property
    def subject_is_digest(self) -> bool:
        return not self.subject.startswith("[")


class Played(NamedTuple):
    """A year that is over."""

    world: world.World
    mails: list[Mail]
    breaches: list[str]
    figures: dict[str, object]


def play(inbox: Any, *, seed: int, projects: int, days: int, say: Callable[[str], None] = _say) -> Played:
    """Live through the days, checking each; everything that does not hold is a breach."""
    from tests.year import limits

    with time_machine.travel(world.at(START, 0, 0), tick=False):
        home = world.make(seed, projects, days)
    mails: list[Mail] = []
    breaches: list[str] = []
    clicks = 0
    for day in range(days):
        with time_machine.travel(world.at(START, day, MORNING), tick=False):
            mails += work(inbox)
            found = list(limits.of_a_day(home, timezone.now()))
        breaches += found
        with time_machine.travel(world.at(START, day, AFTERNOON), tick=False):
            today = [(mail.to, mail.text) for mail in mails if mail.at.date() == timezone.now().date()]
            behaviour.live(home, day)
            clicks += behaviour.answer(home, today, day)
            mails += work(inbox)
        for breach in found[:3]:
            say(f"  FOUND: {breach}")
        if day % 30 == 29:
            say(f"  day {day + 1}: {len(mails)} mails, {len(breaches)} breaches")
    with time_machine.travel(world.at(START, days, MORNING), tick=False):
        mails += work(inbox)
        now = timezone.now()
        breaches += limits.of_the_year(home, mails, now)
        figures = limits.figures(home, mails) | {"Answers by a button in a mail": clicks}
    return Played(home, mails, breaches, figures)


def work(inbox: Any) -> list[Mail]:
    """The worker's round: events are passed on, jobs run, mails go."""
    tasks.drain_outbox()
    for name in JOBS:
        run = runs.ask(name, actor=world.SYSTEM, now=timezone.now())
        tasks.run(run.pk)
        run.refresh_from_db()
        assert run.state == State.DONE, run.error
        tasks.drain_outbox()
    while deliveries.send_due():
        pass
    came, inbox.mails = inbox.mails, []
    return [_mail(to[0], mail) for to, mail in came]


def _mail(to: str, mail: Any) -> Mail:
    body = mail.get_body(("plain",))
    return Mail(timezone.now(), to, str(mail["Subject"]), body.get_content() if body else "")
