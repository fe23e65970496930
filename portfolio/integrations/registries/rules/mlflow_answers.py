"""What MLflow answers, taken apart: nothing in it is believed to have the shape or size it should."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

# Beyond, a model is kept without the rest: pages show a few, and observations take 200 metrics at once.
MOST_TAGS, MOST_METRICS, MOST_ALIASES = 50, 200, 100
LONGEST_KEY, LONGEST_TAG, LONGEST_SAID = 250, 500, 200
VERSION = re.compile(rb"\s*(\d[\w.+-]{0,30})\s*")
# Between these a number of milliseconds is a likely time.
EARLIEST, LATEST = 946_684_800_000, 4_102_444_800_000


class Metric(NamedTuple):
    """The last value of a metric of a run."""

    value: float
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was read."""

    id: str
    name: str = ""
    status: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a registered model as it was read."""

    version: str
    run: str = ""
    status: str = ""
    made_at: datetime | None = None
    changed_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def version(body: bytes) -> str:
    """The version that the server names, or an empty text where it names none."""
    found = VERSION.fullmatch(body[:100])
    return found[1].decode() if found else ""


def problem(body: bytes) -> tuple[str, str]:
    """The code and the words of an error, as far as there are any."""
    try:
        said = mapping(json.loads(body))
    except (ValueError, RecursionError):
        return "", ""
    return text(said.get("error_code"), 60), text(said.get("message"), LONGEST_SAID)


def aliases(model: Any) -> dict[str, str]:
    """The version of each alias of a model."""
    found = {
        text(each.get("alias"), LONGEST_KEY): text(each.get("version"), 64)
        for each in rows(mapping(model), "aliases")[:MOST_ALIASES]
    }
    return {alias: number for alias, number in found.items() if alias and number}


def model_version(row: Mapping[str, Any]) -> Version:
    """One version of a model."""
    return Version(
        version=text(row.get("version"), 64),
        run=text(row.get("run_id"), 64),
        status=text(row.get("status"), 30),
        made_at=moment(row.get("creation_timestamp")),
        changed_at=moment(row.get("last_updated_timestamp")),
        tags=_tags(row),
    )


def run(found: Any) -> Run | None:
    """A run; None for what is none."""
    info, data = mapping(mapping(found).get("info")), mapping(mapping(found).get("data"))
    number = text(info.get("run_id"), 64)
    if not number:
        return None
    return Run(
        id=number,
        name=text(info.get("run_name"), LONGEST_KEY),
        status=text(info.get("status"), 30),
        started_at=moment(info.get("start_time")),
        ended_at=moment(info.get("end_time")),
        tags=_tags(data),
        metrics=_metrics(data),
    )


def moment(milliseconds: Any) -> datetime | None:
    """A time from its milliseconds, which come as a number or as text."""
    try:
        number = int(milliseconds)
    except (TypeError, ValueError, OverflowError):
        return None
    return datetime.fromtimestamp(number / 1000, UTC) if EARLIEST <= number <= LATEST else None


def text(said: Any, longest: int = LONGEST_KEY) -> str:
    """A short text without what no database keeps; numbers too, other things not."""
    if isinstance(said, bool) or not isinstance(said, (str, int)):
        return ""
    return "".join(letter for letter in str(said)[:longest] if letter.isprintable()).strip()


def rows(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects under a name; what is no object is left out."""
    found = said.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def mapping(said: Any) -> Mapping[str, Any]:
    """An object, or an empty one in place of anything else."""
    return said if isinstance(said, Mapping) else {}


def _tags(said: Mapping[str, Any]) -> dict[str, str]:
    found = ((text(each.get("key")), text(each.get("value"), LONGEST_TAG)) for each in rows(said, "tags"))
    # What MLflow notes for itself says nothing about a model.
    named = [(key, value) for key, value in found if key and not key.startswith("mlflow.")]
    return dict(named[:MOST_TAGS])


def _metrics(said: Mapping[str, Any]) -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    for each in rows(said, "metrics"):
        name, value = text(each.get("key")), each.get("value")
        # The load of a machine is no quality of a model.
        if not name or name.startswith("system/"):
            continue
        if (number := _number(value)) is not None and len(found) < MOST_METRICS:
            found[name] = Metric(number, moment(each.get("timestamp")))
    return found


def _number(value: Any) -> float | None:
    """A finite number; not-a-number comes as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
