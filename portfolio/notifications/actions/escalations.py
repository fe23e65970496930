"""Escalations: each step of a blocker is told to the people of the level that it reaches."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from portfolio.notifications.actions import messages
from portfolio.notifications.models import Message, Way
from portfolio.notifications.queries import recipients
from portfolio.notifications.rules.lines import one_line
from projects.actions import flags
from projects.models import Blocker, Event
from projects.models.blockers import POLICY

# What each level can do that those below it cannot.
EXPECTED = {
    1: "Take the decision, or get it from whoever can take it, and write into the blocker's log what happens "
    "next.",
    2: "Take the decision that is missing, or see that whoever can take it does. You can give it more time, "
    "or hand it back to the level below.",
    3: "Decide for the portfolio: clear the way, accept what stops the project, or stop the project. You can "
    "give it more time, or hand it back to a level below.",
}

# A file and the sample tell of the past, perhaps of a thousand blockers that are late already: what they
# bring is told inside the product only; mails begin with the next step.
DOORS_OF_THE_PAST = (*flags.DOORS_OF_THE_PAST, "upgrade")


def tell(events: Sequence[Event]) -> None:
    """Write one message for each of an event's people who is still here and may see the project."""
    ids = {event.payload["blocker"] for event in events}
    blockers = Blocker.objects.select_related("owner", "project__portfolio").in_bulk(ids)
    steps = [
        (event, blockers[event.payload["blocker"]], person_id)
        for event in events
        if event.payload["blocker"] in blockers
        for person_id in event.payload["people"]
    ]
    allowed = recipients.may_be_told([(blocker.project, person_id) for _, blocker, person_id in steps])
    messages.write([_message(*step) for step in steps if (step[1].project_id, step[2]) in allowed])


def _message(event: Event, blocker: Blocker, person_id: int) -> Message:
    key, title = blocker.project.key, one_line(event.payload["title"])
    return Message(
        recipient_id=person_id,
        kind=event.kind,
        cause=f"event:{event.pk}",
        project=blocker.project,
        subject=f"[{key}] {title}: now with the {_holder(event.payload['level'])}",
        text="\n\n".join(_paragraphs(event, blocker)) + "\n",
        path=f"/projects/{key}/blockers/",
        created_at=event.at,
        way=Way.OFF if event.door in DOORS_OF_THE_PAST else "",
    )


def _paragraphs(event: Event, blocker: Blocker) -> list[str]:
    """What is stuck, since when, who holds it now and what is expected of them."""
    level, project = event.payload["level"], blocker.project
    went_on = _day(event.at.astimezone(ZoneInfo(project.portfolio.time_zone)))
    return [
        f"Stuck: {one_line(event.payload['title'])}\nProject: {project.key} {one_line(project.name)}",
        "\n".join(_facts(event, blocker)),
        f"On {went_on} it went to level {level} of {len(POLICY.levels) - 1}: the {_holder(level)}."
        # Several steps are taken at once when a blocker is reported late, or the worker was away.
        + (f" It has gone further since, to the {_holder(blocker.level)}." if blocker.level > level else ""),
        f"What is expected of you: {EXPECTED[level]}",
        "Once it is settled, resolve it on its page, and it goes no further.",
    ]


def _facts(event: Event, blocker: Blocker) -> list[str]:
    severity = POLICY.severity(event.payload["severity"])
    facts = [
        f"Raised on {_day(blocker.raised_on)}, to be resolved by {_day(blocker.due_on)}.",
        f"Severity: {severity.label.lower()} ({_lower(severity.meaning)}).",
        f"Owner: {one_line(str(blocker.owner or 'nobody'))}",
    ]
    if blocker.decision_from:
        facts.append(f"Decision needed from: {one_line(blocker.decision_from)}")
    if blocker.waiting_for:
        facts.append(f"Waiting for: {one_line(blocker.waiting_for)}")
    return facts


def _holder(level: int) -> str:
    """The people of a level inside a sentence: product owner and ML lead."""
    return _lower(POLICY.levels[level].label)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _day(day: date) -> str:
    return date_format(day, "j F Y")
