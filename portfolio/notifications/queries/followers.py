"""Who follows what: people by project, through the project itself or through a view that holds it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from django.db.models import QuerySet, Value

from projects.actors import Actor
from projects.models import Follow, Project, SavedView
from projects.queries import registers, saved_views
from projects.queries.filters import Filters

# Views asked for in one statement: as many as keep it, with the ids of a whole drain, within what SQLite
# takes as parameters (32,766).
AT_ONCE = 40
Projects = QuerySet[Project, tuple[int, int]]


def of(project_ids: Collection[int]) -> dict[int, set[int]]:
    """The people who follow each of these projects now.

    One query for projects, one for views, and one for every 40 different views that somebody follows.
    """
    found: dict[int, set[int]] = defaultdict(set)
    direct = Follow.objects.filter(project__in=project_ids).order_by()
    for project_id, person in direct.values_list("project_id", "user_id"):
        found[project_id].add(person)
    views = _followed()
    for asked, project_id in _holding(list(views), project_ids):
        found[project_id] |= views[asked]
    return found


def _followed() -> dict[Filters, set[int]]:
    """What people follow by view, each question once; "me" is whoever keeps the view.

    A view that lost a filter would hold more than was meant: nobody hears of it until it is mended.
    """
    found: dict[Filters, set[int]] = defaultdict(set)
    for view in SavedView.objects.filter(follows__isnull=False, user__is_active=True).order_by("pk"):
        asked = saved_views.filters(view)
        if asked.problems:
            continue
        owner = str(view.user_id) if asked.owner == "me" else asked.owner
        found[replace(asked.bare(), owner=owner)].add(view.user_id)
    return found


def _holding(asked: list[Filters], project_ids: Collection[int]) -> Iterable[tuple[Filters, int]]:
    """Which of these projects each question finds."""
    system = Actor.system("task")
    for start in range(0, len(asked), AT_ONCE):
        part = range(start, min(start + AT_ONCE, len(asked)))
        choices: list[Projects] = [
            registers.apply(Project.objects.filter(pk__in=project_ids), asked[place], actor=system)
            .order_by()
            .values_list(Value(place), "pk")
            for place in part
        ]
        first, *others = choices
        for place, project_id in first.union(*others, all=True) if others else first:
            yield asked[place], project_id
