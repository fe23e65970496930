"""What waits for one person, across all projects that they may see."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from portfolio.notifications.models import Message
from portfolio.notifications.queries import mentions
from portfolio.register.queries import news
from portfolio.register.queries.news import News
from projects.actors import Actor
from projects.models import Flag, Visit
from projects.queries import blockers, dues, flag_lists, inboxes, proposal_lists, reach, todos
from projects.queries.blockers import Row as BlockerRow
from projects.queries.dues import Due, Dues
from projects.queries.flag_lists import Row as FlagRow
from projects.queries.inboxes import Faded, Owed, Waiting
from projects.queries.proposal_lists import Row as ProposalRow
from projects.queries.todos import Listed

# More than fit a screen are not emptied before the first coffee; the registers hold the others.
MOST = 30
# Of sign-offs and proposals a screen is shown; other sign-offs stand on a page of their own.
FEW = 8


class Mention(NamedTuple):
    """A comment that names somebody, in a line."""

    message: Message
    says: str


class Flags(NamedTuple):
    """Flags that are awake on the projects that somebody looks after, the worst first."""

    rows: list[FlagRow]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for one person, and what has changed since they were here."""

    proposals: list[ProposalRow]
    more_proposals: int
    signoffs: list[Waiting]
    more_signoffs: int
    conditions: list[Owed]
    faded: list[Faded]
    dues: Dues
    mentions: list[Mention]
    more_mentions: bool
    todos: Listed
    blockers: list[BlockerRow]
    more_blockers: int
    flags: Flags
    news: News

    @property
    def is_empty(self) -> bool:
        return not (self.has_left or self.flags.rows)

    @property
    def has_left(self) -> bool:
        """Whether there is anything beside the flags."""
        asked = self.proposals or self.signing
        return bool(asked or self.dues.rows or self.mentions or self.todos.open or self.blockers)

    @property
    def signing(self) -> bool:
        """Whether anything about sign-offs waits."""
        return bool(self.signoffs or self.conditions or self.faded)

    @property
    def signoffs_count(self) -> int:
        return len(self.signoffs) + self.more_signoffs

    @property
    def proposals_count(self) -> int:
        return len(self.proposals) + self.more_proposals

    @property
    def count(self) -> int:
        """What the side bar says."""
        return self.proposals_count + self.signoffs_count + self.dues.count + len(self.mentions)

    @property
    def first_due(self) -> Due | None:
        """What the page's main button leads to."""
        return self.dues.rows[0] if self.dues.rows else None


def of(actor: Actor, visit: Visit | None) -> Work:
    """All of it; a fixed number of queries."""
    waiting = blockers.waiting(actor)
    signoffs = inboxes.waiting(actor)
    due = dues.of(actor)
    proposed, more_proposed = proposal_lists.waiting(actor, FEW)
    named = list(mentions.open_of(actor)[: MOST + 1])
    return Work(
        proposals=proposed,
        more_proposals=more_proposed,
        signoffs=signoffs[:FEW],
        more_signoffs=max(0, len(signoffs) - FEW),
        conditions=inboxes.conditions(actor, MOST),
        faded=inboxes.faded(actor)[:MOST],
        dues=due,
        mentions=[_mention(message) for message in named[:MOST]],
        more_mentions=len(named) > MOST,
        todos=todos.mine(actor),
        blockers=waiting[:MOST],
        more_blockers=max(0, len(waiting) - MOST),
        flags=_flags(actor, due),
        news=news.since(actor, visit),
    )


def count(actor: Actor) -> int:
    """Proposals, sign-offs, updates, mentions: what others wait for, or soon will; six queries at most."""
    named = mentions.open_of(actor).order_by()[:MOST].count()
    return proposal_lists.count(actor) + inboxes.count(actor) + dues.count(actor) + named


def _mention(message: Message) -> Mention:
    key = message.project.key if message.project else ""
    return Mention(message, message.subject.removeprefix(f"[{key}] "))


def _flags(actor: Actor, due: Dues) -> Flags:
    """Without those asleep, and without silence where the update is asked for already; two queries."""
    mine = reach.of(actor).running().filter(dues.looked_after(actor), flag_level__gt=0)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lt=timezone.localdate())
    raised = Flag.objects.filter(awake, cleared_at=None, project__in=mine.values("pk"))
    raised = raised.exclude(rule="NO_UPDATE", project__in=due.ids) if due.ids else raised
    # "critical" comes before "warn" in the alphabet too.
    found = list(
        raised.select_related(*flag_lists.RELATED).order_by("severity", "opened_at", "pk")[: MOST + 1]
    )
    return Flags(flag_lists.rows(found[:MOST], actor), len(found) > MOST)
