"""Observations of a project: what is kept under the keys of a batch, and the newest of each metric."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from projects.models import Observation
from projects.rules.observations import Key, Observed, Said

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


def newest(project_id: int, metrics: Sequence[str], environment: str) -> dict[str, Observed]:
    """The newest observation of all users of each of a few metrics; one look into the index each."""
    found: dict[str, Observed] = {}
    for metric in metrics:
        rows = Observation.objects.filter(
            project_id=project_id, metric=metric, environment=environment, segment=""
        )
        row: Any = rows.order_by("-at", "-pk").values_list(*Observed._fields).first()
        if row is not None:
            found[metric] = Observed(*row)
    return found
