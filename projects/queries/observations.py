"""Observations of a project: what is kept under the keys of a batch, and what is newest of its metrics."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Avg, Count, F, Max
from django.db.models.functions import TruncDate

from projects.models import Observation
from projects.rules.metric_sides import MOST_PARTS, Newest, Side
from projects.rules.observations import Key, Said
from projects.rules.trends import WINDOW, Day

# One parameter however many rows: the keys of a batch go to the database as one JSON text.
GIVEN = {
    "postgresql": "jsonb_to_recordset(%s::jsonb) AS given"
    "(metric text, environment text, segment text, version text, at timestamptz)",
    "sqlite": "(SELECT value ->> 'metric' AS metric, value ->> 'environment' AS environment,"
    " value ->> 'segment' AS segment, value ->> 'version' AS version, value ->> 'at' AS at"
    " FROM json_each(%s)) AS given",
}
# SQLite would look through all that is kept for each row given; this has it begin with those.
JOIN = {"postgresql": "JOIN", "sqlite": "CROSS JOIN"}
SAME = " AND ".join(f"kept.{name} = given.{name}" for name in Key._fields)
COLUMNS = ("id", *Key._fields, *Said._fields)


class Kept(NamedTuple):
    """What is kept under a key."""

    pk: int
    said: Said


def kept(project_id: int, given: Iterable[Key]) -> dict[Key, Kept]:
    """What is kept under these keys; one query."""
    way = connection.ops.adapt_datetimefield_value
    rows = [{**key._asdict(), "at": str(way(key.at))} for key in given]
    found = Observation.objects.raw(
        f"SELECT {', '.join(f'kept.{name}' for name in COLUMNS)}"  # noqa: S608 - names are constants
        f" FROM {GIVEN[connection.vendor]}"
        f" {JOIN[connection.vendor]} {Observation._meta.db_table} AS kept ON kept.project_id = %s AND {SAME}",
        [json.dumps(rows), project_id],
    )
    return {
        Key(*(getattr(row, name) for name in Key._fields)): Kept(
            row.pk, Said(*(getattr(row, name) for name in Said._fields))
        )
        for row in found
    }


def newest(project_id: int, side: Side) -> dict[str, Newest]:
    """The newest of a side, of all users under an empty name; one query, or three with its parts."""
    rows = Observation.objects.filter(
        project_id=project_id, metric=side.metric, environment__in=side.environments
    )
    told = ("segment", "value", "at", "source")
    found = list(rows.filter(segment="").order_by("-at", "-pk").values_list(*told)[:1])
    if side.by_segment:
        latest = rows.exclude(segment="").order_by("segment").values("segment").annotate(last=Max("at"))
        some = dict(latest.values_list("segment", "last")[:MOST_PARTS])
        parts = rows.filter(segment__in=some, at__in=set(some.values())).order_by("pk")
        found += [row for row in parts.values_list(*told) if row[2] == some[row[0]]]
    return {segment: Newest(*rest) for segment, *rest in found}


def course(project_id: int, side: Side, until: datetime) -> list[Day]:
    """What was observed of all users of a side until then, by version and day in UTC; one query."""
    rows = Observation.objects.filter(
        project_id=project_id,
        metric=side.metric,
        environment__in=side.environments,
        segment="",
        at__gt=until - WINDOW,
        at__lte=until,
    )
    days = (
        rows.order_by()
        .values("version", on=TruncDate("at", tzinfo=UTC))
        .annotate(mean=Avg("value"), width=Avg(F("high") - F("low")), number=Count("pk"), known=Count("low"))
    )
    return [
        Day(
            row["version"],
            row["on"],
            row["mean"],
            row["width"] if row["known"] == row["number"] else None,
            row["number"],
        )
        for row in days
    ]
