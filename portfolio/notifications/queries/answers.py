"""What a link in a mail would do now, with the rights that its person has now; looking changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.utils.formats import date_format

from portfolio.notifications.models import Way
from portfolio.notifications.queries import links, preferences
from portfolio.notifications.queries.links import Answer
from portfolio.notifications.rules.topics import TOPICS
from projects import permissions
from projects.actors import Actor
from projects.models import Flag, Project
from projects.queries import flag_lists, updates
from projects.rules import snoozes
from projects.rules.facts import Obstacle
from projects.rules.flags import RULES

SNOOZE_FOR = timedelta(days=7)
REASON = "Snoozed for a week by a link in a mail."
DIGESTS = {"daily": Way.DAILY, "weekly": Way.WEEKLY}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page says; with a `button` there is something to do."""

    title: str
    says: tuple[str, ...] = ()
    button: str = ""
    # What would be posted, word for word, and how the project stands by it.
    text: str = ""
    health: str = ""
    project: Project | None = None
    flag: Flag | None = None
    person: Any = None
    # Way by topic as it was, with which somebody who has changed their mind gets the mails again.
    again: str = ""
    is_allowed: bool = True


def look(answer: Answer, actor: Actor | None, now: datetime) -> Offer:
    """What the link offers; `actor` as of `actor_of`."""
    if actor is None:
        return Offer("This account is closed", ("Nothing was done.",), is_allowed=False)
    return replace(OFFERS[answer.verb](answer, actor, now), person=actor.user)


def actor_of(answer: Answer, request_id: str) -> Actor | None:
    """The person of a link, if they are still here."""
    people = get_user_model().objects.filter(is_active=True, is_service=False)
    person = people.filter(pk=answer.user_id).first()
    return Actor(person, "mail", request_id=request_id) if person else None


def ways(user_id: int, topic: str) -> dict[str, str]:
    """The topics that somebody ends by a link, each with the way its mails go now; one query."""
    chosen = preferences.of([user_id])
    found = {code: str(chosen.choice(user_id, code).mail) for code in TOPICS}
    if topic in DIGESTS:
        return {code: way for code, way in found.items() if way == DIGESTS[topic]}
    return {topic: found[topic]} if topic in found and found[topic] != Way.OFF else {}


def _no_change(answer: Answer, actor: Actor, now: datetime) -> Offer:
    rows = Project.objects.visible_to(actor).filter(pk=answer.project_id or 0, deleted_at=None)
    project = rows.select_related("portfolio").first()
    if project is None:
        return _out_of_sight("project")
    if not permissions.granted(actor, "update.post", project):
        return Offer(f"You may not post updates of {project.key} any more", is_allowed=False, project=project)
    if project.archived_at:
        return Offer(f"{project.key} is archived", ("It needs no updates.",), project=project)
    found = updates.without_change(project, now)
    if found.last and found.last.at > answer.made_at:
        said = f"{found.last.author or 'Somebody'} on {_day(found.last.at, project)}:"
        return Offer(
            f"{project.key} has its update",
            (said,),
            text=found.last.text,
            health=found.last.health,
            project=project,
        )
    if found.obstacle:
        return _barred(found.obstacle, project=project)
    return Offer(
        "Nothing has changed?",
        ("This is posted as an update:",),
        button="Post: no change",
        text=found.text,
        health=found.health,
        project=project,
    )


def _snooze(answer: Answer, actor: Actor, now: datetime) -> Offer:
    rows = flag_lists.among(actor).filter(pk=answer.flag_id or 0)
    flag = rows.select_related("project__portfolio", "portfolio", "snoozed_by").first()
    if flag is None:
        return _out_of_sight("flag")
    found = Offer("", project=flag.project, flag=flag)
    today = now.astimezone(ZoneInfo(flag.portfolio.time_zone)).date()
    if flag.cleared_at:
        return replace(found, title="This flag has cleared", says=("There is nothing to do.",))
    if flag.snoozed_until and _was_done(flag, answer, actor):
        return replace(found, title="Snoozed", says=(f"It sleeps until {_words(flag.snoozed_until)}.",))
    if flag.snoozed_until and flag.sleeps(today):
        says = (f"{flag.snoozed_by or 'Somebody'} lets it sleep until {_words(flag.snoozed_until)}.",)
        return replace(found, title="This flag sleeps already", says=says)
    if not permissions.granted(actor, "flag.snooze", flag.project or flag.portfolio):
        return replace(found, title="You may not let this flag sleep any more", is_allowed=False)
    if flag.rule in RULES and (barred := snoozes.barred(RULES[flag.rule], flag.snoozes)):
        return _barred(barred, project=flag.project, flag=flag)
    says = (f"It sleeps until {_words(today + SNOOZE_FOR)}, or until it becomes worse.",)
    return replace(found, title="Snooze this flag?", says=says, button="Snooze 7 days")


def _was_done(flag: Flag, answer: Answer, actor: Actor) -> bool:
    """Whether this link was used: a flag that has woken since is not let sleep by a second click."""
    is_theirs = flag.snoozed_by_id == actor.user_id
    return is_theirs and flag.snoozed_at is not None and flag.snoozed_at > answer.made_at


def _unsubscribe(answer: Answer, actor: Actor, now: datetime) -> Offer:
    what = what_mails(answer.topic)
    if not ways(actor.user_id, answer.topic):
        return Offer(f"You get no {what}", ("Everything is in your inbox.",))
    return Offer(f"No more {what}?", ("You will find everything in your inbox.",), button=f"No more {what}")


def what_mails(topic: str) -> str:
    """Which mails a link ends."""
    return f"{topic} digests" if topic in DIGESTS else f"mails about {TOPICS[topic].label.lower()}"


OFFERS: dict[str, Callable[[Answer, Actor, datetime], Offer]] = {
    links.NO_CHANGE: _no_change,
    links.SNOOZE: _snooze,
    links.UNSUBSCRIBE: _unsubscribe,
}


def _out_of_sight(what: str) -> Offer:
    return Offer(f"You do not see this {what} any more", ("Nothing was done.",), is_allowed=False)


def _barred(obstacle: Obstacle, **about: Any) -> Offer:
    return Offer(obstacle.message.rstrip("."), (obstacle.remedy,), **about)


def _day(at: datetime, project: Project) -> str:
    return _words(at.astimezone(ZoneInfo(project.portfolio.time_zone)))


def _words(day: Any) -> str:
    return date_format(day, "j F Y")
