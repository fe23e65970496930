"""What stands behind a project's stored scores: what is missing, and the blockers that they count."""

from collections.abc import Mapping
from typing import Any

from projects.models import Assessment, Blocker, Project
from projects.models.blockers import POLICY
from projects.queries import comparisons
from projects.rules import placements
from projects.rules.explanations import Explanation


def result(project: Project) -> Mapping[str, Any]:
    """The score of a project as it was stored; empty before the first."""
    stored = _stored(project)
    return stored.result if stored else {}


def to_place(project: Project) -> tuple[str, ...]:
    """The fewest questions whose answers would give an unassessed project its quadrant."""
    stored = _stored(project)
    if project.quadrant != "unassessed" or stored is None or stored.scorecard_id is None:
        return ()
    return placements.to_answer(*comparisons.made_of(stored.scorecard_id, stored.record))


def blockers(project: Project) -> dict[str, Blocker]:
    """The blockers that the stored score counts, by how an explanation names them; no query without any."""
    stored = _stored(project)
    refs = [blocker["ref"] for blocker in stored.record.get("blockers", ())] if stored else []
    if not refs:
        return {}
    return {str(row.pk): row for row in Blocker.objects.filter(pk__in=refs).select_related("owner")}


def pitfall_of(blocker: Blocker) -> str:
    """The pitfall that a blocker of its category feeds."""
    return POLICY.category(blocker.category).pitfall


def open_questions(found: Explanation) -> int:
    """How many questions nobody knows the answer of and count as risk for it."""
    return sum(
        part.is_unknown and part.points > 0 for pitfall in found.pitfalls for part in pitfall.contributions
    )


def _stored(project: Project) -> Assessment | None:
    try:
        return project.assessment
    except Assessment.DoesNotExist:
        return None
