"""What the sample has observed of metrics, so that their pages show something."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

from projects.actions import metric_pairs, observations
from projects.actors import Actor
from projects.models import Project
from projects.rules import shipped_files
from projects.rules.metric_pairs import MetricPair
from projects.rules.observations import Observed

OBSERVED: dict[str, list[dict[str, Any]]] = shipped_files.read(
    resources.files("portfolio.register") / "sample" / "metrics.yaml"
)
# One that keeps its gap: a sample that is to be looked at raises no flag by it.
PAIR = MetricPair(
    "repair_cost", "mae_repair_cost", "mae_repair_cost", higher_is_better=False, gap=Decimal(20)
)
PAIRED = "PRJ-002"


def observe(loaded: Mapping[str, Project], actor: Actor) -> None:
    """Post what the file holds; two projects without a pair, one with."""
    for code, series in OBSERVED.items():
        given = [row for each in series for row in _rows(each, actor.now())]
        observations.post_many(loaded[code].pk, given=given, actor=actor)
    metric_pairs.declare(loaded[PAIRED].pk, pair=PAIR, actor=actor)


def _rows(series: dict[str, Any], now: datetime) -> Iterator[Observed]:
    values, half = series["values"], series.get("width", 0) / 2
    for place, value in enumerate(values):
        yield Observed(
            metric=series["metric"],
            environment=series["environment"],
            value=value,
            at=now - timedelta(days=series["every_days"] * (len(values) - 1 - place)),
            segment=series.get("segment", ""),
            version=f"v{place // series['versions'] + 1}",
            low=value - half if half else None,
            high=value + half if half else None,
        )
