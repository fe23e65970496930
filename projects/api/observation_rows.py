"""Observations as callers send them: read without a serializer for each row, with an error for each slip."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any, NamedTuple

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from projects.api.parsers import StrictJSON, is_unusable
from projects.rules.observations import MOST_AT_ONCE, MOST_TOLD, Observed

MANY, SOURCE = "observations", "source"
NEEDED = ("metric", "environment", "value", "at")
FIELDS = Observed._fields
KNOWN = frozenset(FIELDS)
LONGEST_NUMBER = 60
Errors = dict[str, list[str]]


class Batch(NamedTuple):
    """What one request posts."""

    rows: list[Observed]
    source: str
    is_many: bool

    def place(self, field: str) -> str:
        """Where a field of a refusal stands in the body: observations.12.value, or value of one."""
        if not field[:1].isdigit():
            return field or MANY
        return f"{MANY}.{field}" if self.is_many else field.partition(".")[2]


class Lines(BaseParser):
    """One observation on each line, as JSON."""

    media_type = "application/x-ndjson"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        lines = [line for line in stream.read().splitlines() if line.strip()]
        # One list is read as strictly as any body, and at once.
        return {MANY: StrictJSON().parse(io.BytesIO(b"[" + b",".join(lines) + b"]"))}


class Table(BaseParser):
    """CSV with the names of the fields in its first line; an empty cell says nothing."""

    media_type = "text/csv"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = stream.read().decode("utf-8-sig")
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
        except (UnicodeDecodeError, csv.Error) as error:
            raise ParseError(f"The body is no CSV in UTF-8: {error}.") from error
        names, *cells = rows or [[]]
        if uneven := [place for place, row in enumerate(cells) if len(row) != len(names)]:
            raise ParseError(f"Row {uneven[0]} has not as many cells as the first line.")
        return {MANY: [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in cells]}


def read(body: Any) -> Batch:
    """One observation, or several under `observations`; raises with the place of every slip."""
    if not isinstance(body, Mapping):
        raise ValidationError({MANY: ["Send one observation, or a list of them under this name."]})
    said = dict(body)
    source = said.pop(SOURCE, "")
    if not isinstance(source, str):
        raise ValidationError({SOURCE: ["Give a text, such as the address of a run."]})
    is_many = MANY in said
    rows = said.pop(MANY) if is_many else [said]
    if is_many and said:
        raise ValidationError({name[:100]: ["There is no such field."] for name in sorted(said)[:20]})
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_AT_ONCE:
        raise ValidationError({MANY: [f"Send a list of 1 to {MOST_AT_ONCE} observations."]})
    batch = Batch([], source, is_many)
    errors: Errors = {}
    for place, row in enumerate(rows):
        try:
            batch.rows.append(_quick(row))
        except (KeyError, TypeError, ValueError, OverflowError):
            errors |= {batch.place(f"{place}.{field}"): says for field, says in _slips(row).items()}
            if len(errors) >= MOST_TOLD:
                break
    if errors:
        raise ValidationError(errors)
    return batch


def _quick(row: Any) -> Observed:
    """A row that is as it should be; any error means that it has to be looked at more closely."""
    if not KNOWN.issuperset(row):
        raise ValueError(row)
    get = row.get
    return Observed(
        _text(row["metric"]),
        _text(row["environment"]),
        _number(row["value"]),
        _time(row["at"]),
        "" if (segment := get("segment")) is None else _text(segment),
        "" if (version := get("version")) is None else _text(version),
        None if (low := get("low")) is None else _number(low),
        None if (high := get("high")) is None else _number(high),
        None if (samples := get("samples")) is None else _count(samples),
    )


def _slips(row: Any) -> Errors:
    """What is wrong with the shape of one row, by field."""
    if not isinstance(row, Mapping):
        return {"metric": ["An observation is an object with metric, environment, value and at."]}
    known = f"There is no such field. Known are: {', '.join(FIELDS)}."
    found: Errors = {
        ("body" if is_unusable(name) else name[:100]): [known] for name in sorted(set(row) - KNOWN)[:20]
    }
    for field in FIELDS:
        if problem := _slip(field, row.get(field)):
            found[field] = [problem]
    return found


def _slip(field: str, value: Any) -> str:
    if value is None:
        return "This is needed." if field in NEEDED else ""
    read_it, says = READERS[field]
    try:
        read_it(value)
    except (TypeError, ValueError, OverflowError):
        return says
    return ""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> float:
    """A number, or one as text; whether it can be kept is the rule's affair."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > LONGEST_NUMBER:
        raise ValueError(value)
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > LONGEST_NUMBER:
        raise ValueError(value)
    return int(value)


def _time(value: Any) -> datetime:
    """A moment with its distance to UTC; a day alone is its beginning in UTC."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None and len(value) == len("2026-03-01"):
        return found.replace(tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found


TEXT = (_text, "Give a text.")
NUMBER = (_number, "Give a number, such as 0.83.")
READERS: dict[str, Any] = {
    "metric": TEXT,
    "environment": TEXT,
    "segment": TEXT,
    "version": TEXT,
    "value": NUMBER,
    "low": NUMBER,
    "high": NUMBER,
    "samples": (_count, "Give a whole number, such as 1200."),
    "at": (_time, "Give a time such as 2026-03-01T12:00:00Z."),
}
