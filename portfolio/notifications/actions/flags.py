"""Flags: whoever can answer one is told of it once for each level; those above, once, when nobody does."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils import timezone

from portfolio.notifications.actions import messages
from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.models import Message, Way
from portfolio.notifications.queries import flags as flag_queries
from portfolio.notifications.queries import preferences, recipients
from portfolio.notifications.rules import topics
from projects.models import Event, Flag, Severity
from projects.rules.flags import RULES

KINDS = frozenset({"flag.opened", "flag.changed", "flag.escalated"})


def tell(events: Sequence[Event]) -> None:
    """Write the messages of flags that are still raised as they were found; a sleeping one tells nobody."""
    flags = flag_queries.awake({event.payload["flag"] for event in events}, timezone.now())
    news = [event for event in events if event.payload["flag"] in flags and not _has_eased(event)]
    if not news:
        return
    # As it is now: what warned and became critical before anybody was told is one message.
    written = [*_raised(news, flags), *_risen(news, flags)]
    messages.write(list({(message.recipient_id, message.cause): message for message in written}.values()))


def _has_eased(event: Event) -> bool:
    """That a flag is only a warning now is good news, and on its page."""
    return event.kind == "flag.changed" and event.payload["severity"][1] != Severity.CRITICAL


def _raised(news: Sequence[Event], flags: Mapping[int, Flag]) -> Iterator[Message]:
    """To those who can answer; a flag that rises without their having been told is told now."""
    readers = flag_queries.readers(flags.values())
    chosen = _who_chose({person for each in readers.values() for person in each.sponsors})
    for event in news:
        flag = flags[event.payload["flag"]]
        for person in readers[flag.pk].answering:
            yield _message(event, flag, person)
        if flag.is_critical:
            for person in readers[flag.pk].sponsors:
                message = _message(event, flag, person)
                # What a sponsor has chosen for flags counts; else once a week is enough.
                message.way = message.way or ("" if person in chosen else Way.WEEKLY)
                yield message


def _who_chose(people: Collection[int]) -> set[int]:
    topic = topics.OF_KIND["flag.opened"]
    return {person for person, of in preferences.of(people).rows if of == topic} if people else set()


def _risen(news: Sequence[Event], flags: Mapping[int, Flag]) -> Iterator[Message]:
    """To those above, who are named by the event."""
    told = [
        (event, flags[event.payload["flag"]], person)
        for event in news
        if event.kind == "flag.escalated"
        for person in event.payload["people"]
    ]
    allowed = recipients.may_be_told([(flag.project, person) for _, flag, person in told if flag.project])
    for event, flag, person in told:
        if (flag.project_id, person) in allowed:
            yield _escalation(event, flag, person)


def _message(event: Event, flag: Flag, person: int) -> Message:
    return Message(
        recipient_id=person,
        kind="flag.opened" if event.kind == "flag.escalated" else event.kind,
        cause=f"flag:{flag.pk}:{flag.severity}",
        subject=f"{_place(flag)} {flag.label}"[:300],
        text="\n\n".join(_paragraphs(flag)) + "\n",
        way=Way.OFF if event.door in DOORS_OF_THE_PAST else "",
        **_about(event, flag),
    )


def _escalation(event: Event, flag: Flag, person: int) -> Message:
    owner = flag.project and flag.project.owner
    whose = f"{one_line(str(owner))} owns the project" if owner else "The project has no owner"
    days = (event.at - flag.severity_since).days
    lines = [
        f"This has been critical for {days} days, and nobody has answered it. {whose}.",
        *_paragraphs(flag),
        "It is told you once. Speak with whoever can answer, or answer it yourself.",
    ]
    return Message(
        recipient_id=person,
        kind=event.kind,
        cause=f"flag:{flag.pk}:escalated",
        subject=f"{_place(flag)} {flag.label}: nobody has answered for {days} days"[:300],
        text="\n\n".join(lines) + "\n",
        **_about(event, flag),
    )


def _about(event: Event, flag: Flag) -> dict[str, object]:
    return {
        "project": flag.project,
        "flag": flag,
        "is_critical": flag.is_critical,
        "path": f"/flags/{flag.pk}/",
        "created_at": event.at,
    }


def _place(flag: Flag) -> str:
    return f"[{flag.project.key if flag.project else one_line(flag.portfolio.name)}]"


def _paragraphs(flag: Flag) -> list[str]:
    """What was found and what clears it, and where."""
    where = f"Project: {flag.project.key} {one_line(flag.project.name)}" if flag.project else ""
    level = "Critical" if flag.is_critical else "Warning"
    clears = RULES[flag.rule].clears if flag.rule in RULES else ""
    found = " ".join(filter(None, (f"{level}: {flag.sentence}", clears)))
    return [found, where or f"Portfolio: {one_line(flag.portfolio.name)}"]
