"""The list of flags as rows of a file."""

from typing import Any

from projects.actors import Actor
from projects.exports.tables import Table, in_chunks
from projects.queries import flag_lists
from projects.queries.flag_filters import FlagFilters
from projects.queries.flag_lists import Row

HEADERS = (
    "id",
    "portfolio",
    "project",
    "project name",
    "owner",
    "rule",
    "severity",
    "flag",
    "what was found",
    "raised on",
    "days open",
    "severity since",
    "times come back",
    "answered on",
    "asleep until",
    "reason",
    "asleep by",
)


def table(actor: Actor, filters: FlagFilters) -> Table:
    """Every flag that passes the filters, in their order."""
    found = in_chunks(flag_lists.listed(filters, actor), lambda some: flag_lists.rows(some, actor))
    return Table("flags", HEADERS, map(_cells, found))


def _cells(row: Row) -> list[Any]:
    flag, project = row.flag, row.flag.project
    return [
        flag.pk,
        flag.portfolio.slug,
        project.key if project else "",
        project.name if project else "",
        project.owner.name if project and project.owner else "",
        flag.rule,
        flag.severity,
        flag.label,
        row.sentence,
        flag.opened_at.date(),
        row.days_open,
        flag.severity_since.date(),
        flag.flaps,
        flag.answered_at.date() if flag.answered_at else None,
        flag.snoozed_until if row.is_asleep else None,
        flag.snooze_reason if row.is_asleep else "",
        flag.snoozed_by.name if row.is_asleep and flag.snoozed_by else "",
    ]
