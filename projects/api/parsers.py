"""JSON in, JSON out; a body is read strictly, so that nothing odd reaches a rule or a database."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

# Half of a pair in UTF-16 is no character, and PostgreSQL keeps no NUL.
SURROGATES = range(0xD800, 0xE000)
REFUSED = "This text holds a character that cannot be kept (NUL or half of a surrogate pair). Take it out."


class AlwaysJson(BaseContentNegotiation):
    """Every answer is JSON, whatever the caller would rather accept."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser of the body's type; whatever else has a body has been checked to be JSON."""
        said = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == said), parsers[0])

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class StrictJSON(JSONParser):
    """JSON in UTF-8 without NaN, names given twice, NUL and halves of surrogate pairs."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read()
        try:
            text = codecs.decode(body, "utf-8")
            found = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        # Raw ones are not valid in JSON or in UTF-8: only an escape can bring such a character.
        if rb"\u" in body and (places := sorted(set(_unusable(found)))):
            raise ValidationError({place: [REFUSED] for place in places}, code="unusable_character")
        return found


def is_unusable(text: str) -> bool:
    """Whether a text holds what no database keeps."""
    return "\x00" in text or any(ord(letter) in SURROGATES for letter in text)


def _unusable(value: Any, place: str = "") -> Iterator[str]:
    """The places of texts that hold such a character."""
    if isinstance(value, str) and is_unusable(value):
        yield place or "body"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unusable(item, f"{place}.{number}" if place else str(number))
    elif isinstance(value, dict):
        for name, item in value.items():
            shown = "body" if is_unusable(name) else f"{place}.{name}" if place else name
            yield from _unusable(name, shown)
            yield from _unusable(item, shown)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One object; where a name comes twice, readers differ about which value counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the name {json.dumps(twice[:100])} is there twice in one object")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")
