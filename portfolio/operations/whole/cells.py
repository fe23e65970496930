"""Values of a row as JSON and back; people by their e-mail on the one side, by their id on the other."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, FileField, JSONField, Model

from portfolio.operations.whole import reach
from portfolio.operations.whole.refusals import FileRefused

PERSON = "person:"  # before an e-mail that stands for somebody within JSON


class Exact(DjangoJSONEncoder):
    """Django's encoder drops microseconds, and a row that came back would not be equal."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def written(model: type[Model], values: Mapping[str, Any], email: Callable[[int], str]) -> str:
    """A row as one line."""
    label = reach.label(model)
    emptied = reach.EMPTIED.get(label, {})
    said: dict[str, Any] = {}
    for field in reach.columns(model):
        value = emptied.get(field.attname, values[field.attname])
        if value is None:
            said[field.attname] = None
        elif reach.names_a_person(field):
            said[field.attname] = email(value)
        elif (label, field.attname) in reach.PEOPLE_IN:
            said[field.attname] = _named(value, reach.PEOPLE_IN[label, field.attname], email)
        else:
            said[field.attname] = str(value) if isinstance(field, FileField) else value
    return json.dumps(said, cls=Exact, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(model: type[Model], line: str, person: Callable[[str], int | None]) -> dict[str, Any]:
    """The values of a row by column; raises FileRefused."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise FileRefused("a line is not JSON") from error
    names = {field.attname for field in reach.columns(model)}
    if not isinstance(said, dict) or said.keys() != names:
        strange = sorted(set(said) ^ names) if isinstance(said, dict) else []
        raise FileRefused(f"its columns are not ours ({', '.join(strange)[:100] or 'no object'})")
    return {
        field.attname: _value(model, field, said[field.attname], person) for field in reach.columns(model)
    }


def _value(
    model: type[Model], field: "Field[Any, Any]", value: Any, person: Callable[[str], int | None]
) -> Any:
    where = reach.label(model), field.attname
    if value is None:
        if not field.null and not isinstance(field, JSONField):
            raise FileRefused(f"{field.attname} is empty")
        return None
    if reach.names_a_person(field):
        found = person(value) if isinstance(value, str) else None
        if found is None:
            raise FileRefused(f"{field.attname} names nobody of the file")
        return found
    if where in reach.PEOPLE_IN:
        return _found(value, person)
    try:
        return field.to_python(value)
    except (ValidationError, TypeError, ValueError, OverflowError) as error:
        raise FileRefused(f"{field.attname} holds what it cannot hold") from error


def _named(
    value: Any, names: frozenset[str] | None, email: Callable[[int], str], *, here: bool = False
) -> Any:
    """The same with e-mails for ids of people."""
    match value:
        case dict():
            return {
                name: _named(inside, names, email, here=names is None or name in names)
                for name, inside in value.items()
            }
        case list():
            return [_named(inside, names, email, here=here) for inside in value]
        case int() if here and not isinstance(value, bool):
            return f"{PERSON}{found}" if (found := email(value)) else value
    return value


def _found(value: Any, person: Callable[[str], int | None]) -> Any:
    match value:
        case dict():
            return {name: _found(inside, person) for name, inside in value.items()}
        case list():
            return [_found(inside, person) for inside in value]
        case str() if value.startswith(PERSON) and (found := person(value.removeprefix(PERSON))):
            return found
    return value
