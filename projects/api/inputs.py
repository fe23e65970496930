"""What callers send: bodies and parameters, checked strictly."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Any, NoReturn

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from projects.api import lists
from projects.api.parsers import is_unusable
from projects.errors import Refused

LONG_TEXT = 20_000  # letters; about ten pages, more is a document and belongs behind a link
TEXTS = (serializers.CharField, serializers.EmailField, serializers.SlugField)
LARGEST_ID = 2**63 - 1


class Day(serializers.DateField):
    """A date of a project's life; others are slips of the pen."""

    default_error_messages = {"unlikely": "Use a date between 2000-01-01 and 2099-12-31."}

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not 2000 <= day.year < 2100:
            self.fail("unlikely")
        return day


class Choice(serializers.ChoiceField):
    """One of a few codes; a slip is answered with the codes that there are."""

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        if key == "invalid_choice":
            known = ", ".join(str(code) for code in self.choices)
            raise ValidationError(f"Use one of {known}.", code=key)
        super().fail(key, **kwargs)


class In(serializers.Serializer[Any]):
    """A body or a query in which an unknown name is an error: a slip of the pen must not be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields) or "none"
            message = f"There is no such field. Known are: {known}."
            raise ValidationError({name[:100]: [message] for name in unknown[:20]})
        numbers = [name for name in data if self._is_no_text(name, data)] if isinstance(data, Mapping) else []
        wrong: dict[str, Any] = {name: ["This is a number. Send text, in quotes."] for name in numbers}
        try:
            found = super().to_internal_value(data)
        except ValidationError as error:
            if not wrong or not isinstance(error.detail, dict):
                raise
            raise ValidationError({**wrong, **error.detail}) from error
        if wrong:
            raise ValidationError(wrong)
        return found

    def _is_no_text(self, name: str, data: Mapping[str, Any]) -> bool:
        """Whether a number stands where the description has text; it would be taken by its digits."""
        return type(self.fields[name]) in TEXTS and type(data[name]) in (int, float)


def body(serializer: type[In], request: Request) -> dict[str, Any]:
    """The checked body of a request; raises a ValidationError that names every wrong field."""
    return checked(serializer, request.data)


def query(serializer: type[In], request: Request, *, besides: Collection[str] = ()) -> dict[str, Any]:
    """The checked parameters of the address, without those that somebody else reads or every list has."""
    view: Any = type(request.parser_context["view"])
    listed = lists.of(view)
    fields = _reader(serializer).fields
    besides = [*besides, *(name for name in (listed.parameters if listed else ()) if name not in fields)]
    given = {name: values for name, values in request.query_params.lists() if name not in besides}
    if unknown := sorted(set(given) - set(fields)):
        known = ", ".join([*besides, *fields])
        raise ValidationError(
            {name: [f"There is no such parameter. Known are: {known}."] for name in unknown}
        )
    if doubled := [name for name, values in given.items() if len(values) > 1]:
        raise ValidationError({name: ["Give this parameter once."] for name in doubled})
    return checked(serializer, {name: values[-1] for name, values in given.items()})


def checked(serializer: type[In], given: Any) -> dict[str, Any]:
    """What was given, checked; raises a ValidationError that names every wrong field."""
    if given is None:
        raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: ["No data provided"]})
    return dict(_reader(serializer).run_validation(given))


@cache
def _reader(serializer: type[In]) -> In:
    """One reader of each kind for all requests: it keeps nothing of what it reads, and copying its fields
    takes longer than reading with them.
    """
    return serializer()


def as_errors(refusal: Refused, code: str, place: Callable[[str], str]) -> Exception:
    """A refusal with this code as what is wrong with the body, `place` of each field; any other stays one."""
    if refusal.code != code:
        return refusal
    errors: dict[str, list[str]] = {}
    for found in refusal.obstacles:
        where = place(getattr(found, "field", ""))
        errors.setdefault(where, []).append(f"{found.message} {found.remedy}".rstrip())
    return ValidationError(errors)


def check_characters(given: Any) -> None:
    """Refuse parameters with characters that no database keeps."""
    bad = [name for name, values in given.lists() if any(map(is_unusable, [name, *values]))]
    if bad:
        names = ["query" if is_unusable(name) else name for name in bad]
        raise ValidationError({name: ["This holds a character that cannot be kept."] for name in names})
