"""What waits for one person, across all projects that they may see."""

from dataclasses import dataclass

from django.db.models import Prefetch

from projects import permissions
from projects.actors import Actor
from projects.models import Flag, Project
from projects.queries import blockers, inboxes, reach, todos
from projects.queries.blockers import Row as BlockerRow
from projects.queries.inboxes import Faded, Owed, Waiting
from projects.queries.todos import Listed

# More than fit a screen are not emptied before the first coffee; the registers hold the others.
MOST = 30
# Of sign-offs the longest waiting are shown; the others stand on a page of their own.
FEW = 8


@dataclass(frozen=True, slots=True)
class Flagged:
    """A project of one's own that carries flags, the worst first."""

    project: Project
    flags: list[Flag]
    may_edit: bool

    @property
    def worst(self) -> Flag:
        return self.flags[0]


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for one person: sign-offs, conditions, to-dos, blockers and flagged projects."""

    signoffs: list[Waiting]
    more_signoffs: int
    conditions: list[Owed]
    faded: list[Faded]
    todos: Listed
    blockers: list[BlockerRow]
    more_blockers: int
    flagged: list[Flagged]
    more_flagged: bool

    @property
    def is_empty(self) -> bool:
        return not (self.todos.open or self.blockers or self.flagged or self.signing)

    @property
    def signoffs_count(self) -> int:
        return len(self.signoffs) + self.more_signoffs

    @property
    def has_left(self) -> bool:
        """Whether there is anything beside the flags."""
        return bool(self.todos.open or self.blockers or self.signing)

    @property
    def signing(self) -> bool:
        """Whether anything about sign-offs waits."""
        return bool(self.signoffs or self.conditions or self.faded)


def of(actor: Actor) -> Work:
    """All of it; a fixed number of queries."""
    waiting = blockers.waiting(actor)
    flagged = _flagged(actor)
    signoffs = inboxes.waiting(actor)
    return Work(
        signoffs=signoffs[:FEW],
        more_signoffs=max(0, len(signoffs) - FEW),
        conditions=inboxes.conditions(actor, MOST),
        faded=inboxes.faded(actor)[:MOST],
        todos=todos.mine(actor),
        blockers=waiting[:MOST],
        more_blockers=max(0, len(waiting) - MOST),
        flagged=flagged[:MOST],
        more_flagged=len(flagged) > MOST,
    )


def _flagged(actor: Actor) -> list[Flagged]:
    """The projects that somebody owns and that carry an open flag; three queries at most."""
    still_open = Prefetch(
        "flags",
        queryset=Flag.objects.filter(cleared_at=None).order_by("severity", "opened_at", "pk"),
        to_attr="raised",
    )
    mine = reach.of(actor).running().filter(owner_id=actor.user_id, flag_level__gt=0)
    found = list(mine.order_by("-flag_level", "name", "pk").prefetch_related(still_open)[: MOST + 1])
    permissions.know_project_roles(actor, [project.pk for project in found])
    return [
        Flagged(project, project.raised, permissions.granted(actor, "project.edit", project))
        for project in found
        if project.raised
    ]
