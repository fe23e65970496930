"""Long lists in parts: a cursor holds the last row's place, so that no part is skipped or counted through."""

import base64
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.api.inputs import LARGEST_ID, Choice, In

USUAL_LIMIT, LARGEST_LIMIT = 50, 200
LONGEST_VALUE = 1000  # letters; a name that a row is sorted by is shorter


class PageQuery(In):
    """Parameters of every list in parts."""

    limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_LIMIT, default=USUAL_LIMIT, help_text="Rows in one answer."
    )
    order = Choice(
        ["created", "-created"], required=False, help_text="The oldest first, or the newest (with the -)."
    )
    cursor = serializers.CharField(
        default="", allow_blank=True, max_length=2000, help_text="`next_cursor` of the answer before."
    )


def page(
    rows: QuerySet[Any, Any],
    asked: dict[str, Any],
    shape: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    by: str = "id",
) -> dict[str, Any]:
    """One part of a list ordered by a column that is never empty and then by id; one query.

    `rows` are `.values()` with both columns; `by` starts with "-" for the other direction.
    """
    if asked.get("order") in ("created", "-created"):
        by = by.removeprefix("-") if asked["order"] == "created" else f"-{by.removeprefix('-')}"
    column, falls = by.removeprefix("-"), by.startswith("-")
    order = list(dict.fromkeys([column, "id"]))
    if asked["cursor"]:
        rows = rows.filter(_beyond(order, _read(asked["cursor"], by), "lt" if falls else "gt"))
    rows = rows.order_by(*[f"-{name}" if falls else name for name in order])
    return _part(list(rows[: asked["limit"] + 1]), asked, shape, order, by)


def usual_page(
    rows: Callable[[int], list[dict[str, Any]]],
    asked: dict[str, Any],
    shape: Callable[[dict[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    """The same of the usual size by id; `rows` gives those after an id, and one more than are shown."""
    [after] = _read(asked["cursor"], "id") if asked["cursor"] else [0]
    return _part(rows(after), asked, shape, ["id"], "id")


def _part(
    found: list[dict[str, Any]],
    asked: dict[str, Any],
    shape: Callable[[dict[str, Any]], dict[str, Any]],
    order: list[str],
    by: str,
) -> dict[str, Any]:
    has_more = len(found) > asked["limit"]
    found = found[: asked["limit"]]
    last = [found[-1][name] for name in order] if has_more else []
    return {"items": [shape(row) for row in found], "next_cursor": _write(last, by) if last else None}


def _beyond(order: list[str], last: list[Any], direction: str) -> Q:
    """Rows after the last one of the part before."""
    first, *rest = order
    beyond = Q(**{f"{first}__{direction}": last[0]})
    if rest:
        beyond |= Q(**{first: last[0], f"id__{direction}": last[1]})
    return beyond


def _write(last: list[Any], by: str) -> str:
    said = [value.isoformat() if isinstance(value, date) else value for value in last]
    return base64.urlsafe_b64encode(json.dumps([by, *said]).encode()).decode().rstrip("=")


def _read(cursor: str, by: str) -> list[Any]:
    """The values in a cursor; one that was not given out for this order is refused."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        written_for, *last = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if written_for != by or len(last) != (1 if by.removeprefix("-") == "id" else 2):
            raise ValueError(by)
        if type(last[-1]) is not int or not 0 <= last[-1] <= LARGEST_ID:
            raise ValueError(last)
        if len(last) == 2:
            last[0] = _value(by.removeprefix("-"), last[0])
    except (ValueError, TypeError, RecursionError) as error:
        message = "Use next_cursor of the answer before, with the same order, or leave it out."
        raise ValidationError({"cursor": [message]}) from error
    return last


def _value(column: str, value: Any) -> Any:
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or "\x00" in value:
        raise ValueError(value)
    value.encode()  # halves of surrogate pairs do not pass
    if column == "on" or column.endswith("_on"):
        return date.fromisoformat(value)
    if column != "at" and not column.endswith("_at"):
        return value
    when = datetime.fromisoformat(value)
    if when.tzinfo is None:
        raise ValueError(value)
    return when
