"""The register as rows of a file."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from projects.actors import Actor
from projects.models import Flag
from projects.queries import registers
from projects.queries.filters import ENDED_OUTCOMES, Filters

CHUNK = 500  # rows that are in memory at once


def _day(moment: datetime | None) -> Any:
    return timezone.localtime(moment).date() if moment else None


def _unit(row: dict[str, Any]) -> str:
    return row["unit__parent__name"] or row["unit__name"] or ""


def _sub_unit(row: dict[str, Any]) -> str:
    return row["unit__name"] if row["unit__parent__name"] else ""


def _stage(row: dict[str, Any]) -> str:
    """What the import takes as a stage: a standard code, or the word for how the project ended."""
    return row["outcome"] if row["outcome"] in ENDED_OUTCOMES else row["standard_stage"]


# Header, then the column or what is made of a row. The headers up to "stage" are those of the import profile
# `plimsoll`; the others say what only this installation knows, and the profile leaves them out.
COLUMNS: dict[str, str | Callable[[dict[str, Any]], Any]] = {
    "key": "key",
    "name": "name",
    "problem": "problem",
    "description": "description",
    "business unit": _unit,
    "sub-unit": _sub_unit,
    "owner": "owner__email",
    "kind": "kind",
    "tier": "tier",
    "ai act class": "ai_act_class",
    "personal data": "personal_data",
    "llm": "llm",
    "vendor": "vendor",
    "metric": "metric_name",
    "metric unit": "metric_unit",
    "metric direction": "metric_direction",
    "metric baseline": "metric_baseline",
    "metric target": "metric_target",
    "metric target on": "metric_target_on",
    "metric owner": "metric_owner",
    "ml metric": "ml_metric",
    "objective": "objective",
    "committed on": "committed_on",
    "gate planned on": "gate_planned_on",
    "stage": _stage,
    "portfolio": "portfolio__name",
    "owner name": "owner__name",
    "workflow stage": "stage",
    "in stage since": lambda row: _day(row["stage_since"]),
    "status": "status",
    "resume on": "resume_on",
    "outcome": "outcome",
    "ended on": lambda row: _day(row["ended_at"]),
    "health": "health",
    "last update": lambda row: _day(row["last_update_at"]),
    "flags": "flag_labels",
    "created on": lambda row: _day(row["created_at"]),
    "archived on": lambda row: _day(row["archived_at"]),
}
HEADERS = list(COLUMNS)
NEEDED = (
    *(column for column in COLUMNS.values() if isinstance(column, str) and column != "flag_labels"),
    *("unit__name", "unit__parent__name", "standard_stage"),
    *("stage_since", "ended_at", "last_update_at", "created_at", "archived_at"),
)


def rows(actor: Actor, filters: Filters) -> Iterator[list[Any]]:
    """Every project of the list, all pages of it, without holding them in memory."""
    found = registers.listed(filters, actor=actor).values("pk", *NEEDED).iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        labels = _flag_labels([row["pk"] for row in chunk])
        for row in chunk:
            row["flag_labels"] = "; ".join(labels[row["pk"]])
            yield [column(row) if callable(column) else row[column] for column in COLUMNS.values()]


def _flag_labels(project_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Flag.objects.filter(project_id__in=project_ids, cleared_at=None).order_by(
        "severity", "opened_at", "pk"
    )
    for project_id, label in rows.values_list("project_id", "label"):
        found[project_id].append(label)
    return found
