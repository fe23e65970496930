"""Answers from a mail: each is the action that its person could take on a page, and nothing more."""

from datetime import datetime

from portfolio.notifications.actions import preferences
from portfolio.notifications.models import Way
from portfolio.notifications.queries import answers, links
from portfolio.notifications.queries.links import Answer
from portfolio.notifications.rules.topics import TOPICS
from projects.actions import snoozes, updates
from projects.actors import Actor
from projects.queries import days


def give(answer: Answer, *, actor: Actor, now: datetime) -> None:
    """Do what the link offered; whoever may not, or comes too late, is refused as on a page."""
    if answer.verb == links.NO_CHANGE:
        assert answer.project_id is not None  # noqa: S101 - for the type checker
        updates.no_change(answer.project_id, actor=actor)
    elif answer.verb == links.SNOOZE:
        _snooze(answer, actor, now)
    else:
        ended = answers.ways(actor.user_id, answer.topic)
        preferences.send(dict.fromkeys(ended, Way.OFF), actor=actor)


def read_ways(said: str) -> dict[str, str]:
    """Ways by topic as a form of the answer's own page says them; what it cannot have said is left out."""
    pairs = [pair.partition(":") for pair in said.split(",")[: len(TOPICS)]]
    return {topic: way for topic, _, way in pairs if topic in TOPICS and way in Way.values}


def _snooze(answer: Answer, actor: Actor, now: datetime) -> None:
    assert answer.flag_id is not None  # noqa: S101 - for the type checker
    flag = answers.look(answer, actor, now).flag
    if flag is None:
        return
    until = days.today(flag.portfolio, now) + answers.SNOOZE_FOR
    snoozes.snooze(flag.pk, reason=answers.REASON, until=until, actor=actor)
