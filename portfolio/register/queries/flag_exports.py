"""The list of flags as rows of a file."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from projects.actors import Actor
from projects.queries import flag_lists
from projects.queries.flag_filters import FlagFilters
from projects.queries.flag_lists import Row

CHUNK = 500  # rows that are in memory at once
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


def rows(actor: Actor, filters: FlagFilters) -> Iterator[list[Any]]:
    """Every flag that passes the filters, in their order; read in chunks."""
    found = flag_lists.listed(filters, actor).iterator(chunk_size=CHUNK)
    while some := list(islice(found, CHUNK)):
        for row in flag_lists.rows(some, actor):
            yield _cells(row)


def _cells(row: Row) -> list[Any]:
    flag, project = row.flag, row.flag.project
    return [
        str(flag.pk),
        flag.portfolio.slug,
        project.key if project else "",
        project.name if project else "",
        project.owner.name if project and project.owner else "",
        flag.rule,
        flag.severity,
        flag.label,
        row.sentence,
        flag.opened_at.date(),
        str(row.days_open),
        flag.severity_since.date(),
        str(flag.flaps),
        flag.answered_at.date() if flag.answered_at else None,
        flag.snoozed_until if row.is_asleep else None,
        flag.snooze_reason if row.is_asleep else "",
        flag.snoozed_by.name if row.is_asleep and flag.snoozed_by else "",
    ]
