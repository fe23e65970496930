"""What a project has observed of its metrics: a line for each, their course in a period, their versions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Avg, Count, F, Max, Min

from projects.models import Observation
from projects.rules import trends
from projects.rules.lifts import Seen
from projects.rules.observations import Observed
from projects.rules.trends import WIDTH, Point, Trend

TABLE = Observation._meta.db_table
# The newest values of a line, for its trend and its small picture.
RECENT = 24
# Parts of a union that every database takes, and lines of one project that anybody looks through.
ARMS, MOST_LINES = 200, 600
# A course is drawn from so many parts of its period at most, however much was observed.
BUCKETS = 90
MOST_VERSIONS = 20
MOMENT = {"postgresql": "EXTRACT(EPOCH FROM at)", "sqlite": "CAST(strftime('%%s', at) AS REAL)"}


class Line(NamedTuple):
    """A metric in one environment: the newest of all users, or of the first segment where those are all."""

    metric: str
    environment: str
    newest: Observed
    number: int
    segments: tuple[str, ...]
    recent: tuple[float, ...]
    trend: Trend | None


class Series(NamedTuple):
    """What one line of a chart shows."""

    metric: str
    environment: str
    segment: str


class Bucket(NamedTuple):
    """A part of a period: the least and the largest value, and the last one with its interval."""

    at: datetime
    least: float
    most: float
    number: int
    last: float
    low: float | None
    high: float | None
    version: str


def lines(project_id: int) -> list[Line]:
    """Every metric in every environment, by name; two queries."""
    groups = Observation.objects.filter(project_id=project_id).order_by("metric", "environment", "segment")
    counted = groups.values_list("metric", "environment", "segment").annotate(number=Count("pk"))
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for metric, environment, segment, number in counted:
        found[metric, environment][segment] = number
    shown = dict(list(found.items())[:MOST_LINES])
    newest = _newest(project_id, [(*line, next(iter(segments))) for line, segments in shown.items()])
    return [_line(line, segments, newest[line]) for line, segments in shown.items() if line in newest]


def _line(line: tuple[str, str], segments: dict[str, int], rows: list[Observed]) -> Line:
    """`rows`: the newest first."""
    points = [
        Point(
            row.at.date(),
            row.value,
            None if row.low is None or row.high is None else (row.high - row.low) / WIDTH,
        )
        for row in rows
    ]
    recent = tuple(row.value for row in reversed(rows))
    named = tuple(segment for segment in segments if segment)
    return Line(
        *line, rows[0], sum(segments.values()), named, recent, trends.of_points(points, "observation")
    )


def _newest(project_id: int, wanted: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str], list[Observed]]:
    """The newest observations of each line; one look into the index for each, in one statement."""
    names = ", ".join(Observed._fields)
    arm = (
        f"SELECT * FROM (SELECT id, {names} FROM {TABLE} WHERE project_id = %s AND metric = %s"  # noqa: S608
        f" AND environment = %s AND segment = %s ORDER BY at DESC LIMIT {RECENT}) AS newest"
    )
    found: dict[tuple[str, str], list[Observed]] = defaultdict(list)
    for start in range(0, len(wanted), ARMS):
        some = wanted[start : start + ARMS]
        values = [value for each in some for value in (project_id, *each)]
        for row in Observation.objects.raw(" UNION ALL ".join([arm] * len(some)), values):
            seen = Observed(*(getattr(row, name) for name in Observed._fields))
            found[seen.metric, seen.environment].append(seen)
    return {line: sorted(rows, key=lambda row: row.at, reverse=True) for line, rows in found.items()}


def course(project_id: int, series: Series, start: datetime, until: datetime) -> list[Bucket]:
    """What was observed of a period in at most `BUCKETS` parts; one query, however many rows."""
    began, width = start.timestamp(), max((until - start).total_seconds() / BUCKETS, 1.0)
    sql = f"""
        SELECT kept.id, kept.at, found.least, found.most, found.number,
            kept.value, kept.low, kept.high, kept.version
        FROM (
            SELECT MIN(value) AS least, MAX(value) AS most, COUNT(*) AS number, MAX(at) AS last_at
            FROM {TABLE}
            WHERE project_id = %s AND metric = %s AND environment = %s AND segment = %s
                AND at >= %s AND at <= %s
            GROUP BY CAST(({MOMENT[connection.vendor]} - %s) / %s AS INTEGER)
        ) AS found
        JOIN {TABLE} AS kept ON kept.project_id = %s AND kept.metric = %s AND kept.environment = %s
            AND kept.segment = %s AND kept.at = found.last_at
        ORDER BY kept.at, kept.id
    """  # noqa: S608 - names and functions are constants
    which = (project_id, *series)
    way = connection.ops.adapt_datetimefield_value
    rows: Any = Observation.objects.raw(sql, [*which, way(start), way(until), began, width, *which])
    # Of several versions at the last moment of a part the one posted last counts.
    found = {
        row.at: Bucket(row.at, row.least, row.most, row.number, row.value, row.low, row.high, row.version)
        for row in rows
    }
    return list(found.values())


def versions(project_id: int, metrics: dict[str, str], segment: str) -> list[tuple[str, dict[str, Seen]]]:
    """The newest versions in the order in which they appeared, with their mean on each side; a query a side.

    `metrics`: side -> name of its metric. The width of a mean is the mean width, where each has an interval.
    """
    sides: dict[str, dict[str, Seen]] = defaultdict(dict)
    first: dict[str, datetime] = {}
    for side, metric in metrics.items():
        rows = Observation.objects.filter(
            project_id=project_id, metric=metric, environment=side, segment=segment
        ).exclude(version="")
        told = (
            rows.order_by()
            .values("version")
            .annotate(
                mean=Avg("value"),
                width=Avg(F("high") - F("low")),
                began=Min("at"),
                last=Max("at"),
                known=Count("low"),
                number=Count("pk"),
            )
        )
        for row in told.order_by("-last")[:MOST_VERSIONS]:
            version, is_known = row["version"], row["known"] == row["number"]
            sides[version][side] = Seen(row["mean"], row["width"] if is_known else None)
            first[version] = min(row["began"], first.get(version, row["began"]))
    ordered = sorted(first, key=lambda version: (first[version], version))[-MOST_VERSIONS:]
    return [(version, dict(sides[version])) for version in ordered]
