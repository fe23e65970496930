"""Which observations a project keeps the newest of, so that gates and flags read them from its own row."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from projects.rules import measurements, metric_pairs
from projects.rules.observations import OFFLINE, ONLINE
from projects.rules.trends import Trend, stored

# More parts of the users than anybody compares.
MOST_PARTS = 50


class Side(NamedTuple):
    """A name among a project's measurements, and the observations that it is the newest of."""

    name: str
    metric: str
    environments: frozenset[str]
    is_paired: bool = False  # its trend and its rhythm are kept, too
    by_segment: bool = False


class Newest(NamedTuple):
    """The newest observation of a side, or of a part of its users."""

    value: float
    at: datetime
    source: str


def sides(pairs: Mapping[str, Mapping[str, Any]], asked: Iterable[str]) -> dict[str, Side]:
    """Of the pairs of a project, and of the metrics that gates or its goal ask for, offline or online."""
    found: dict[str, Side] = {}
    for metric in asked:
        found[metric] = Side(metric, metric, frozenset({OFFLINE, ONLINE}))
    for pair in metric_pairs.read(pairs):
        for place, name in pair.sides.items():
            before = found.get(name)
            found[name] = Side(
                name,
                getattr(pair, place),
                frozenset({place}) | (before.environments if before else frozenset()),
                is_paired=True,
                by_segment=pair.by_segment or bool(before and before.by_segment),
            )
    return found


def entry(
    newest: Newest, parts: Mapping[str, Newest], trend: Trend | None, every_days: int | None, zone: ZoneInfo
) -> dict[str, Any]:
    """What a project keeps of a side: a measurement, and what else was observed of it."""
    more = {
        "parts": {segment: _measured(each, zone) for segment, each in sorted(parts.items())[:MOST_PARTS]},
        "trend": stored(trend),
        "every_days": every_days,
    }
    # Kept as text with its moment, so that an observation of the same day that is older changes nothing.
    kept = {**_measured(newest, zone), "source": newest.source, "observed_at": newest.at.isoformat()}
    return {**kept, **{name: said for name, said in more.items() if said}}


def _measured(newest: Newest, zone: ZoneInfo) -> dict[str, str]:
    value = measurements.number(kept_value(newest.value))
    return {"value": value, "measured_on": newest.at.astimezone(zone).date().isoformat()}


def kept_value(value: float) -> Decimal:
    """An observed value with as many digits as a measurement keeps."""
    return round(Decimal(repr(value)), measurements.MOST_DIGITS)


def replaces(new: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    """Whether an observation counts beside what is kept, which is observed as well, or not of a later day."""
    return before is None or "observed_at" in before or str(new["measured_on"]) >= str(before["measured_on"])


def business_metric(name: str) -> str:
    """The name of the business metric as observations would spell it: Cost per claim is cost_per_claim."""
    return "_".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
