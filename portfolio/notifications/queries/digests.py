"""What a digest says: flags by project, the worst first, then other news, then what waits for its reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.notifications.models import Message
from portfolio.notifications.queries import links
from projects import permissions
from projects.actors import Actor
from projects.models import Flag, Portfolio, Project, Todo
from projects.models.projects import Health
from projects.queries import blocker_filters, blocker_lists, flag_lists, inboxes, reach
from projects.queries.flag_lists import Row

# More than fit a mail are read on the page; each counts as told.
MOST = 60
# That nobody answers a flag is news of its own.
RISEN = "flag.escalated"
RELATED = ("project__portfolio", "flag__portfolio", "flag__project__portfolio")


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag with the ways to answer it; an empty way is none of this reader's."""

    row: Row
    path: str
    snooze: str

    @property
    def flag(self) -> Flag:
        return self.row.flag

    @property
    def since(self) -> date:
        """The day on which it was raised, by the clock of its portfolio."""
        return self.flag.opened_at.astimezone(ZoneInfo(self.flag.portfolio.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Flagged:
    """A project, or a portfolio where flags are about its stages, with the flags that it carries."""

    about: Project | Portfolio
    lines: list[FlagLine]
    no_change: str

    @property
    def name(self) -> str:
        """The project's key and name, or the portfolio's name."""
        about = self.about
        return f"{about.key} {about.name}" if isinstance(about, Project) else about.name


@dataclass(frozen=True, slots=True)
class Waits:
    """Things of one kind that wait for the reader, on the page where they are."""

    number: int
    what: str
    path: str


@dataclass(frozen=True, slots=True)
class Digest:
    """All of it; `more` were left out because a mail has an end."""

    way: str
    day: date
    flagged: list[Flagged]
    news: list[Message]
    more: int
    waits: list[Waits]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say: what only waits is no reason to write."""
        return not self.flagged and not self.news

    @property
    def subject(self) -> str:
        """How much there is of what, the worst first."""
        flags = [line.flag for each in self.flagged for line in each.lines]
        critical = sum(flag.is_critical for flag in flags)
        news = len(self.news) + self.more
        counted = [
            _counted(critical, "critical flag"),
            _counted(len(flags) - critical, "warning"),
            f"{news} news" if news else "",
        ]
        return (
            f"Your {'week' if self.way == 'weekly' else 'day'} on Plimsoll: {_listed(filter(None, counted))}"
        )


def of(actor: Actor, way: str, messages: Sequence[Message], now: datetime, day: date) -> Digest:
    """What these messages of one person come to now; the number of queries does not depend on them.

    Of a flag that has cleared or sleeps there is nothing to say any more.
    """
    awake = [message for message in messages if message.flag is None or message.flag.cleared_at is None]
    raised = {message.flag_id: message for message in awake if message.flag and message.kind != RISEN}
    rows = flag_lists.rows([message.flag for message in raised.values() if message.flag], actor, now=now)
    lines = [_line(actor, row, raised[row.flag.pk].path) for row in rows if not row.is_asleep]
    others = [message for message in awake if message.flag is None or message.kind == RISEN]
    shown, told = lines[:MOST], others[: max(MOST - len(lines), 0)]
    return Digest(
        way=way,
        day=day,
        flagged=_flagged(actor, shown),
        news=sorted(told, key=_by_project),
        more=len(lines) - len(shown) + len(others) - len(told),
        waits=_waits(actor),
    )


def _line(actor: Actor, row: Row, path: str) -> FlagLine:
    snooze = links.answer(actor.user_id, links.SNOOZE, flag_id=row.flag.pk) if row.can_sleep else ""
    return FlagLine(row, path, snooze)


def _flagged(actor: Actor, lines: Iterable[FlagLine]) -> list[Flagged]:
    """The project with the worst flag first, then by how long it has been there."""
    groups: dict[Any, list[FlagLine]] = {}
    for line in sorted(lines, key=_worst_first):
        groups.setdefault(line.flag.project or line.flag.portfolio, []).append(line)
    return [Flagged(about, held, _no_change(actor, about)) for about, held in groups.items()]


def _worst_first(line: FlagLine) -> tuple[bool, datetime]:
    return (not line.flag.is_critical, line.flag.opened_at)


def _no_change(actor: Actor, about: Project | Portfolio) -> str:
    """The way to say that nothing has changed, where somebody has said before how it stands."""
    if not isinstance(about, Project) or about.health == Health.UNKNOWN:
        return ""
    if not permissions.granted(actor, "update.post", about):
        return ""
    return links.answer(actor.user_id, links.NO_CHANGE, project_id=about.pk)


def _by_project(message: Message) -> tuple[bool, int]:
    """News of one project stand together, the oldest first; those of none are last."""
    return (message.project is None, message.project_id or 0)


def _waits(actor: Actor) -> list[Waits]:
    """What stands on the reader's own page."""
    mine = reach.of(actor).filter(archived_at=None)
    todos = Todo.objects.filter(owner_id=actor.user_id, done_at=None, project__in=mine).count()
    blockers = blocker_lists.chosen(blocker_filters.BlockerFilters(waits="me"), actor).count()
    counted = (
        Waits(inboxes.count(actor), "sign-off", "/my-work/signoffs/"),
        Waits(todos, "to-do", "/my-work/"),
        Waits(blockers, "blocker", "/blockers/?waits=me"),
    )
    return [
        Waits(each.number, _counted(each.number, each.what), each.path) for each in counted if each.number
    ]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _listed(words: Iterable[str]) -> str:
    """1 critical flag, 2 warnings and 3 news."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
