"""The register of blockers as rows of a file."""

from typing import Any

from projects.actors import Actor
from projects.exports.tables import Table, in_chunks
from projects.queries import blockers
from projects.queries.blocker_filters import BlockerFilters
from projects.queries.blockers import Row

HEADERS = (
    "id",
    "project",
    "project name",
    "other projects",
    "title",
    "category",
    "severity",
    "owner",
    "decision from",
    "waiting for",
    "raised on",
    "due on",
    "responded on",
    "age days",
    "late days",
    "level",
    "next step on",
    "expected on",
    "portfolio blocker",
    "value held up",
    "currency",
    "resolution",
    "resolved on",
)


def table(actor: Actor, filters: BlockerFilters) -> Table:
    """Every blocker that passes the filters, in their order."""
    found = in_chunks(blockers.listed(filters, actor), lambda some: blockers.rows(some, actor))
    return Table("blockers", HEADERS, map(_cells, found))


def _cells(row: Row) -> list[Any]:
    one, home = row.blocker, row.home
    return [
        one.pk,
        home.key if home else "",
        home.name if home else "",
        " ".join(other.key for other in row.others),
        one.title,
        one.get_category_display(),
        one.get_severity_display(),
        one.owner.name if one.owner else "",
        one.decision_from,
        one.waiting_for,
        one.raised_on,
        one.due_on,
        one.responded_on,
        row.age_days,
        row.late_days,
        row.level_label,
        one.next_step_on if one.is_open else None,
        one.expected_on,
        one.is_shared,
        None if row.value_held_up is None else round(row.value_held_up),
        one.portfolio.currency,
        one.get_resolution_display() if one.resolution else "",
        one.resolved_on,
    ]
