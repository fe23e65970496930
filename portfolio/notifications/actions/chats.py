"""News of a portfolio for its chats: one post for each event and chat, written where the event is heard."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from portfolio.notifications.actions.escalations import DOORS_OF_THE_PAST, one_line
from portfolio.notifications.actions.messages import POST_TASK
from portfolio.notifications.models import Channel, ChatHook, Delivery
from portfolio.notifications.queries import flags as flag_queries
from portfolio.notifications.rules import chat_topics
from portfolio.notifications.rules.chat_formats import LONGEST_LINE, MOST_LINES, Post, Tone
from portfolio.wake import wake
from projects.models import Event, Portfolio
from projects.queries import timelines

KINDS = chat_topics.KINDS
# A night in which a hundred flags are raised is one post and not a hundred.
MOST_FLAGS = 5
# Before work begins, by the portfolio's clock; a summary that is taken later is not posted any more.
MORNING, TOO_LATE = time(7, 30), time(10)
SATURDAY = 5


class News(NamedTuple):
    """One post before it is known which chats want it."""

    portfolio: int
    topic: str
    cause: str
    post: Post
    project: int | None = None


def tell(events: Sequence[Event]) -> None:
    """Write the posts that the chats of the events' portfolios want; nothing for what tells of the past."""
    fresh = [event for event in events if event.door not in DOORS_OF_THE_PAST and _tone(event) is not None]
    hooks = _listening({event.portfolio_id for event in fresh if event.portfolio_id})
    heard = [event for event in fresh if event.portfolio_id in hooks]
    if heard:
        _write(hooks, [*_flags(heard), *_others(heard)])


def good_morning(portfolio: Portfolio, *, figures: dict[str, Any], now: datetime) -> None:
    """The day in one line, from the summary of its night; once a day, on weekdays."""
    hooks = _listening({portfolio.pk})
    here = now.astimezone(ZoneInfo(portfolio.time_zone))
    if not hooks or here.time() >= TOO_LATE or here.weekday() >= SATURDAY:
        return
    running, flagged = figures["counts"]["running"], figures["flagged"]
    said = f"{_many(running, 'project')}, {flagged['projects']} with flags, {flagged['critical']} critical"
    lines = (f"{_many(flagged['quiet'], 'project')} without a recent update",) if flagged["quiet"] else ()
    tone = Tone.BAD if flagged["critical"] else Tone.PLAIN
    post = Post(f"{one_line(portfolio.name)}: {said}", lines, _url(f"/portfolios/{portfolio.slug}/"), tone)
    news = News(portfolio.pk, "daily", f"day:{here.date()}", post)
    _write(hooks, [news], not_before=datetime.combine(here.date(), MORNING, here.tzinfo))


def _write(hooks: dict[int, list[ChatHook]], news: Iterable[News], *, not_before: Any = None) -> None:
    written = [
        Delivery(
            channel=Channel.CHAT,
            hook=hook,
            cause=each.cause,
            project_id=each.project,
            subject=each.post.heading[:300],
            text=each.post.text,
            not_before=not_before or timezone.now(),
        )
        for each in news
        for hook in hooks[each.portfolio]
        if each.topic in hook.topics and (each.post.tone == Tone.BAD or not hook.only_critical)
    ]
    if written:
        Delivery.objects.bulk_create(written, ignore_conflicts=True)
        wake(POST_TASK)


def _listening(portfolios: Collection[int]) -> dict[int, list[ChatHook]]:
    """The chats of these portfolios that take posts; one query."""
    found: dict[int, list[ChatHook]] = defaultdict(list)
    if portfolios:
        for hook in ChatHook.objects.filter(portfolio__in=portfolios, disabled_at=None):
            found[hook.portfolio_id].append(hook)
    return found


def _flags(events: Sequence[Event]) -> Iterator[News]:
    """Those that are still raised and awake; a crowd of them in one post."""
    news = [event for event in events if event.kind.startswith("flag.")]
    flags = flag_queries.awake({event.payload["flag"] for event in news}, timezone.now()) if news else {}
    told: dict[int, list[News]] = defaultdict(list)
    for event in news:
        flag = flags.get(event.payload["flag"])
        if flag is None or not flag.is_critical or (flag.project and flag.project.deleted_at):
            continue
        where = _named(flag.project) if flag.project else one_line(flag.portfolio.name)
        post = Post(
            f"{where}: {flag.label}",
            (one_line(flag.sentence)[:LONGEST_LINE],),
            _url(f"/flags/{flag.pk}/"),
            Tone.BAD,
        )
        told[flag.portfolio_id].append(
            News(flag.portfolio_id, "flags", f"event:{event.pk}", post, flag.project_id)
        )
    for portfolio, found in told.items():
        yield from found if len(found) <= MOST_FLAGS else [_crowd(portfolio, found)]


def _crowd(portfolio: int, found: Sequence[News]) -> News:
    shown = [each.post.title for each in found[: MOST_LINES - 1]]
    rest = len(found) - len(shown)
    lines = (*shown, *([f"and {rest} more"] if rest else []))
    post = Post(f"{len(found)} flags are critical now", lines, _url("/flags/"), Tone.BAD)
    return News(portfolio, "flags", f"{found[-1].cause}:crowd", post)


def _others(events: Sequence[Event]) -> Iterator[News]:
    """Moves, blockers and sign-offs in the words of the history."""
    for entry in timelines.across(
        [event for event in events if event.project_id and not event.kind.startswith("flag.")]
    ):
        event, project = entry.event, entry.event.project
        if project is None or event.portfolio_id is None or project.deleted_at:
            continue
        post = Post(
            f"{_named(project)}: {one_line(entry.who)} {one_line(entry.text)}",
            (one_line(entry.detail)[:LONGEST_LINE],) if entry.detail else (),
            _url(_page(event)),
            _tone(event) or Tone.PLAIN,
        )
        topic = chat_topics.OF_KIND[event.kind]
        yield News(event.portfolio_id, topic, f"event:{event.pk}", post, project.pk)


def _tone(event: Event) -> Tone | None:
    return chat_topics.tone(event.kind, event.payload)


def _page(event: Event) -> str:
    if event.kind == "signoff.decided":
        return f"/signoffs/{event.payload['signoff']}/"
    part = "blockers/" if event.kind.startswith("blocker.") else ""
    return f"/projects/{event.project.key if event.project else ''}/{part}"


def _named(project: Any) -> str:
    return f"[{project.key}] {one_line(project.name)}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _url(path: str) -> str:
    return settings.BASE_URL + path
