"""How mails look: the text and the HTML of one message and of a digest, which say the same."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format

from portfolio.notifications.models import Message
from portfolio.notifications.queries import links
from portfolio.notifications.queries.digests import Digest, Flagged, FlagLine
from portfolio.notifications.rules.lines import one_line
from portfolio.notifications.rules.topics import TOPICS
from projects.models.projects import Health
from projects.rules import snoozes
from projects.rules.flags import RULES

PREFERENCES = "/profile/messages/"
NO_CHANGE, SNOOZE = "Post “no change”", "Snooze 7 days"
RULE = "-- "  # Mail programs fold what stands below it.


class Letter(NamedTuple):
    """One mail, ready to go."""

    subject: str
    text: str
    html: str


class Way(NamedTuple):
    """A link and what it does."""

    label: str
    url: str


def of_message(message: Message) -> Letter:
    """One message by itself; needs its project and flag."""
    topic = TOPICS[message.topic].label.lower() if message.topic in TOPICS else ""
    ways = [Way("Open in Plimsoll", full(message.path))] if message.path else []
    ways += _answers(message)
    stop = full(links.answer(message.recipient_id, links.UNSUBSCRIBE, topic=message.topic)) if topic else ""
    end = [Way("What you are sent, and when", full(PREFERENCES))]
    if stop:
        end.append(Way(f"No more mails about {topic}", stop))
    context = {"subject": message.subject, "blocks": _blocks(message.text), "ways": ways, "end": end}
    # The first link stands alone: it follows from what the text says.
    first = [way.url if place == 0 else _plain(way) for place, way in enumerate(ways)]
    text = [message.text.rstrip("\n"), *first, "\n".join([RULE, *map(_plain, end)])]
    return Letter(
        message.subject,
        "\n\n".join(filter(None, text)) + "\n",
        render_to_string("mails/message.html", context),
    )


def of_digest(person_id: int, digest: Digest) -> Letter:
    """A digest for one person."""
    period = digest.way if digest.way in ("daily", "weekly") else "daily"
    stop = full(links.answer(person_id, links.UNSUBSCRIBE, topic=period))
    end = [
        Way("What you are sent, and when", full(PREFERENCES)),
        Way(f"No more {period} digests", stop),
    ]
    words = {"no_change": NO_CHANGE, "snooze": SNOOZE}
    context = {"digest": digest, "end": end, "base": settings.BASE_URL, "words": words}
    text = "\n".join([*_digest_lines(digest), RULE, *map(_plain, end)]) + "\n"
    return Letter(digest.subject, text, render_to_string("mails/digest.html", context))


def full(path: str) -> str:
    """The address of a page, with the host."""
    return f"{settings.BASE_URL}{path}"


def _answers(message: Message) -> list[Way]:
    """How a flag can be answered from its own mail; who may not is told so by the page."""
    flag, found = message.flag, []
    if flag is None or flag.rule not in RULES:
        return []
    if message.project and message.project.health != Health.UNKNOWN:
        path = links.answer(message.recipient_id, links.NO_CHANGE, project_id=message.project.pk)
        found.append(Way(NO_CHANGE, full(path)))
    if snoozes.barred(RULES[flag.rule], flag.snoozes) is None:
        path = links.answer(message.recipient_id, links.SNOOZE, flag_id=flag.pk)
        found.append(Way(SNOOZE, full(path)))
    return found


def _blocks(text: str) -> list[list[str]]:
    """Paragraphs, each as its lines."""
    return [block.split("\n") for block in text.strip("\n").split("\n\n") if block]


def _plain(way: Way) -> str:
    return f"{way.label}: {way.url}"


def _digest_lines(digest: Digest) -> Iterator[str]:
    yield f"{digest.subject}, {_day(digest.day)}"
    yield ""
    for flagged in digest.flagged:
        yield from _flagged_lines(flagged)
    if digest.news:
        yield from _headed("News")
        for message in digest.news:
            yield f"* {message.subject}"
            yield f"  {full(message.path)}" if message.path else ""
        yield ""
    if digest.more:
        yield f"And {digest.more} more in your inbox: {full('/inbox/')}"
        yield ""
    if digest.waits:
        yield from _headed("Waits for you")
        yield from (f"* {each.what}: {full(each.path)}" for each in digest.waits)
        yield ""


def _flagged_lines(flagged: Flagged) -> Iterator[str]:
    yield from _headed(one_line(flagged.name))
    for line in flagged.lines:
        yield from _flag_lines(line)
    if flagged.no_change:
        yield f"{NO_CHANGE}: {full(flagged.no_change)}"
        yield ""


def _flag_lines(line: FlagLine) -> Iterator[str]:
    level = "Critical" if line.flag.is_critical else "Warning"
    yield f"* {level}: {line.flag.label}"
    said = " ".join(filter(None, (line.row.sentence, line.row.clears)))
    yield f"  {said} Since {_day(line.since)}."
    if line.path:
        yield f"  Open: {full(line.path)}"
    if line.snooze:
        yield f"  {SNOOZE}: {full(line.snooze)}"
    yield ""


def _headed(words: str) -> Iterable[str]:
    return (words, "=" * min(len(words), 70))


def _day(day: date) -> str:
    return date_format(day, "j F Y")
