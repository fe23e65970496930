"""What every list of the API is asked for in the same way: some fields of its rows, an order, matching rows.

Read from what a view says of its answer, so that a new list has all of it without a word. Lists in parts
have an order and filters of their own, in SQL; short ones are given whole, and sorted and filtered here.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.encoding import iri_to_uri
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

FIELDS, ORDER = "fields", "order"
# Names of parameters by which a list is given in parts.
OF_PARTS = {"cursor", "after", "before"}
SORTED_BY = (
    *(serializers.CharField, serializers.ChoiceField, serializers.IntegerField, serializers.BooleanField),
    *(serializers.DateField, serializers.DateTimeField, serializers.DecimalField, serializers.FloatField),
)
# Of times and amounts nobody knows every digit.
MATCHED_BY = SORTED_BY[:5]


class Listed(NamedTuple):
    """What a view says of its list."""

    fields: tuple[str, ...]
    orders: tuple[str, ...]
    filters: tuple[str, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        return (FIELDS, *((ORDER,) if self.orders else ()), *self.filters)


class Asked(NamedTuple):
    """What a caller wants of a list."""

    fields: tuple[str, ...] = ()
    order: str = ""
    filters: tuple[tuple[str, frozenset[str]], ...] = ()


@cache
def of(view: type) -> Listed | None:
    """The list that a view answers GET with; None for what is no list."""
    row = _row(view)
    if row is None:
        return None
    own = set(parameters(view))
    fields = row.fields
    if own & OF_PARTS:
        return Listed(tuple(fields), (), ())
    sortable = [name for name, field in fields.items() if isinstance(field, SORTED_BY)]
    orders = () if ORDER in own else tuple(sign + name for name in sortable for sign in ("", "-"))
    filters = [name for name in sortable if isinstance(fields[name], MATCHED_BY)]
    return Listed(tuple(fields), orders, tuple(name for name in filters if name not in own | {FIELDS, ORDER}))


@cache
def parameters(view: type) -> tuple[str, ...]:
    """Names of the parameters that a view describes for its GET."""
    said = _described(view).get_override_parameters() if _described(view) else []
    names: list[str] = []
    for each in said:
        if isinstance(each, type) and issubclass(each, serializers.Serializer):
            names += each().fields
        elif getattr(each, "location", "") == "query":
            names.append(each.name)
    return tuple(names)


def asked(view: type, given: Mapping[str, str]) -> Asked:
    """What a caller wants, checked; every name that a GET does not know is refused with those it does."""
    listed = of(view)
    known = [*parameters(view), *(listed.parameters if listed else ())]
    if _described(view) and (unknown := [name for name in given if name not in known]):
        told = ", ".join(known) or "none"
        message = f"There is no such parameter. Known are: {told}."
        raise ValidationError({name[:100]: [message] for name in unknown[:20]})
    if listed is None:
        return Asked()
    fields = _names(FIELDS, given, listed.fields)
    order = _names(ORDER, given, listed.orders) if listed.orders else ()
    if len(order) > 1:
        raise ValidationError({ORDER: ["Give one field to sort by."]})
    filters = [(name, frozenset(given[name].split(","))) for name in listed.filters if name in given]
    return Asked(fields, "".join(order), tuple(filters))


def chosen(rows: list[Any], wanted: Asked) -> list[Any]:
    """These rows of a list, in this order, with these fields."""
    for name, values in wanted.filters:
        rows = [row for row in rows if _text(row[name]) in values]
    if wanted.order:
        name = wanted.order.removeprefix("-")
        empty = [row for row in rows if row[name] is None]
        known = [row for row in rows if row[name] is not None]
        known.sort(key=lambda row: _place(row[name]), reverse=wanted.order.startswith("-"))
        rows = known + empty
    if wanted.fields:
        rows = [{name: row[name] for name in wanted.fields if name in row} for row in rows]
    return rows


def _names(parameter: str, given: Mapping[str, str], known: tuple[str, ...]) -> tuple[str, ...]:
    if parameter not in given:
        return ()
    names = tuple(dict.fromkeys(given[parameter].split(",")))
    if unknown := [name for name in names if name not in known]:
        message = f"There is no “{', '.join(unknown)[:200]}”. Known are: {', '.join(known)}."
        raise ValidationError({parameter: [message]})
    return names


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _place(value: Any) -> Any:
    """Amounts are text, so that no digit is lost, and sorted as numbers."""
    if not isinstance(value, str):
        return value
    try:
        return (0, Decimal(value), "")
    except ArithmeticError:
        return (1, Decimal(0), value.casefold())


def _row(view: type) -> serializers.Serializer[Any] | None:
    described = _described(view)
    said = described.get_response_serializers() if described else None
    if isinstance(said, dict):
        said = next(
            (each for status, each in said.items() if status in (200, (200, "application/json"))), None
        )
    if not (isinstance(said, type) and issubclass(said, serializers.Serializer)):
        return None
    items = said().fields.get("items")
    child = getattr(items, "child", None)
    return child if isinstance(child, serializers.Serializer) else None


@cache
def _described(view: type) -> Any:
    """What `extend_schema` keeps of a view's GET."""
    kept = getattr(getattr(view, "get", None), "kwargs", {}).get("schema")
    if kept is None:
        return None
    described = kept()
    described.method, described.view = "GET", view()
    described.view.request, described.view.kwargs = None, {}
    return described


def link(path: str, given: QueryDict, data: Mapping[str, Any]) -> str:
    """The Link (RFC 8288) to the next part of a list; empty after the last one."""
    if data.get("next_cursor"):
        beyond = {"cursor": data["next_cursor"]}
    elif data.get("more") and "next" in data:
        beyond = {"after": str(data["next"])}
    else:
        return ""
    address = given.copy()
    for name, value in beyond.items():
        address[name] = value
    return f'<{iri_to_uri(path)}?{address.urlencode()}>; rel="next"'
