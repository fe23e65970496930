"""Projects, one at a time, as their pages show them."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from projects import permissions
from projects.actors import Actor
from projects.models import (
    Blocker,
    Evidence,
    Follow,
    Move,
    MoveKind,
    Portfolio,
    Project,
    Proposal,
    Score,
    StatusUpdate,
    TeamRole,
    Waiver,
)
from projects.queries import portfolios
from projects.queries.ready import Ready
from projects.rules.names import fold

# A name is a possible duplicate from this likeness on (0 to 1); below it people saw only noise in trials.
ALIKE = 0.6
# Likeness is computed for this many candidates at most, and this many are shown.
CANDIDATES, SHOWN = 200, 4
MOST_FOUND, MOST_WORDS = 8, 10  # of a search while typing
MOST_TO_CHOOSE = 500  # a list to choose from; beyond it the key is typed
# A header compares the risk with that of a quarter ago, as portfolios are reviewed.
QUARTER = timedelta(days=90)


def one(actor: Actor, key: str) -> Project:
    """The project with this key, with everything its header shows; 404 for whoever may not know of it."""
    asked = key.upper(), actor.reader_id, actor.user_id, _a_quarter_ago()
    return _only(SEEN(*asked) if actor.portfolios is None else _seen(*asked, actor.portfolios))


def put_away(actor: Actor, key: str) -> Project:
    """A deleted project, for those who may bring it back; 404 for everybody else."""
    project = _only(_shown(Project.objects.real().exclude(deleted_at=None), key.upper(), _a_quarter_ago()))
    if not permissions.granted(actor, "project.put_away", project):
        raise Http404
    return project


def open_to_additions(actor: Actor) -> list[Portfolio]:
    """The portfolios to which the actor may add a project."""
    found = Portfolio.objects.visible_to(actor).filter(archived_at=None).exclude(workflow=None)
    return [row for row in found if permissions.granted(actor, "project.create", row)]


def open_to_blockers(actor: Actor) -> QuerySet[Project]:
    """Projects under way on which the actor may raise a blocker, by name: to choose one from."""
    whole = [one.pk for one in portfolios.visible(actor) if permissions.granted(actor, "blocker.edit", one)]
    on_teams = TeamRole.objects.filter(user_id=actor.user_id)
    found = Project.objects.visible_to(actor).running()
    found = found.filter(Q(portfolio_id__in=whole) | Q(pk__in=on_teams.values("project")))
    return found.order_by("name", "pk")[:MOST_TO_CHOOSE]


def neighbours(project: Project, actor: Actor, words: str, keys: Sequence[str]) -> list[Project]:
    """Other projects of the portfolio under way: those with these keys, then some with these words."""
    seen = Project.objects.visible_to(actor).running().exclude(pk=project.pk)
    seen = seen.filter(portfolio_id=project.portfolio_id).order_by("name", "pk")
    named = list(seen.filter(key__in=keys)) if keys else []
    wanted = fold(words).split()[:MOST_WORDS]
    if not wanted:
        return named
    found = seen.exclude(key__in=keys)
    for word in wanted:
        found = found.filter(search_text__contains=word)
    return named + list(found[:MOST_FOUND])


def alike(actor: Actor, name: str) -> list[Project]:
    """Projects whose names look like this one, likest first: perhaps the same idea; one query."""
    wanted = fold(name)
    words = sorted({word for word in wanted.split() if len(word) > 3}, key=len, reverse=True)[:5]
    if not words:
        return []
    any_word = Q()
    for word in words:
        any_word |= Q(search_text__contains=word)
    rows = Project.objects.visible_to(actor).filter(any_word).select_related("owner")[:CANDIDATES]
    scored = [(difflib.SequenceMatcher(None, wanted, fold(row.name)).ratio(), row) for row in rows]
    likest = sorted(((score, row) for score, row in scored if score >= ALIKE), key=lambda pair: -pair[0])
    return [row for _, row in likest[:SHOWN]]


def _seen(
    key: str,
    seen_by: int | None,
    person: int | None,
    then: date,
    portfolios: Collection[int] | None = None,
) -> QuerySet[Project]:
    """Of those that somebody may know of, None for all, as a person sees it."""
    follows = Follow.objects.filter(project=OuterRef("pk")).order_by()
    seen = Project.objects.visible(seen_by, portfolios).annotate(
        follower_count=_number(follows.values("project")),
        is_followed=Exists(follows.filter(Q(user_id=person))),
        has_proposals=Exists(Proposal.objects.filter(project=OuterRef("pk"), state=Proposal.State.OPEN)),
    )
    return _shown(seen, key, then)


# Every page of a project asks for it; writing the statement takes as long as rendering the header.
SEEN = Ready(_seen)


def _shown(rows: QuerySet[Project], key: str, then: date) -> QuerySet[Project]:
    updates = StatusUpdate.objects.filter(project=OuterRef("pk")).order_by().values("project")
    own = Blocker.objects.open().filter(project=OuterRef("pk")).order_by().values("project")
    pairs = Blocker.affected.through.objects.filter(
        project=OuterRef("pk"), blocker__resolved_on=None, blocker__project__deleted_at=None
    )
    others = pairs.order_by().values("project")
    evidence = Evidence.objects.filter(project=OuterRef("pk"), removed_at=None).order_by().values("project")
    shown = rows.filter(key=key).select_related("portfolio", "unit__parent", "owner", "assessment")
    return shown.order_by().annotate(
        update_count=_number(updates),
        blocker_count=_number(own) + _number(others),
        evidence_count=_number(evidence),
        risk_then=_kept("risk", then),
        risk_then_on=_kept("on", then),
        # Most projects have neither: then nobody needs to look for them.
        has_waivers=Exists(Waiver.objects.filter(project=OuterRef("pk"))),
        was_reported=Exists(Move.objects.filter(project=OuterRef("pk"), kind=MoveKind.REPORT)),
    )


def _only(rows: Iterable[Project]) -> Project:
    for project in rows:
        return project
    raise Http404


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many rows there are, as a column; they are grouped by what they belong to."""
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _a_quarter_ago() -> date:
    return timezone.localdate() - QUARTER


def _kept(column: str, then: date) -> Coalesce:
    """A column of the last score kept up to a day; of a younger project, of its first one."""
    kept = Score.objects.filter(project=OuterRef("pk")).values(column)
    before = kept.filter(on__lte=then)
    return Coalesce(Subquery(before.order_by("-on")[:1]), Subquery(kept.order_by("on")[:1]))
