"""The description of the API (OpenAPI): what every operation has in common is said here, once."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from projects.api import lists, shared_names
from projects.api.schema_words import (
    A_NAME,
    A_ROW,
    ALWAYS,
    ETAG,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    IN_ADDRESSES,
    IN_QUERIES,
    MOST_ROWS_SAID,
    ON_CHANGE,
    ON_POST,
    PROBLEMS,
    READ,
    SAID,
    WITH_A_BODY,
)

# 07:30 or 07:30:00.
A_TIME = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
Place = Literal["query", "path", "header"]


class ObstacleOut(serializers.Serializer[Any]):
    """One reason for a refusal, and what would satisfy it."""

    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()
    field = serializers.CharField(required=False)
    before = serializers.JSONField(required=False, help_text="For a stale change: the value that was read.")
    after = serializers.JSONField(required=False, help_text="For a stale change: the value now.")


class FieldErrorOut(serializers.Serializer[Any]):
    """One field or parameter that was not accepted."""

    field = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField(help_text="urn:plimsoll:problem: and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Stable; made for programs.")
    request_id = serializers.CharField()
    obstacles = ObstacleOut(many=True, required=False)
    errors = FieldErrorOut(many=True, required=False)  # type: ignore[assignment]


class Schema(AutoSchema):
    """Adds to every operation the problems that it can answer with, and the Idempotency-Key to every POST."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        problem = self.resolve_serializer(Problem, "response").ref
        for status, description in self._problems().items():
            told = {"description": description, "content": {"application/problem+json": {"schema": problem}}}
            operation["responses"].setdefault(str(status), told)
        _add_headers(self.method, operation)
        _describe(self.method, operation)
        if self.method == "GET":
            _add_choices(type(self.view), operation)
        return operation

    def is_deprecated(self) -> bool:
        """Whether its end has been announced."""
        handler = getattr(self.view, self.method.lower(), None)
        return getattr(handler, "is_deprecated", False) or super().is_deprecated()

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        part = serializer if isinstance(serializer, type) else type(serializer)
        return shared_names.apart(part) + name

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """With the most rows of a list, which the library leaves out for lists of objects."""
        found = super()._map_serializer_field(field, direction, bypass_extensions)
        most = getattr(field, "max_length", None)
        is_short = isinstance(field, serializers.ListSerializer) and most and most <= MOST_ROWS_SAID
        return found | {"maxItems": most} if is_short else found

    def _problems(self) -> dict[int, str]:
        handler = getattr(self.view, self.method.lower(), None)
        also = ON_POST if getattr(handler, "is_idempotent", False) else {}
        return _problems(self.method) | also

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular's own signature
        """Only what an operation says of itself; docstrings are for those who read the code."""
        return ""

    def get_tags(self) -> list[str]:
        """The noun after the version: projects, portfolios, events, flags."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


class Amounts(OpenApiSerializerFieldExtension):
    """Amounts are answered as text, so that no digit is lost, and taken as numbers, too."""

    target_class = "rest_framework.serializers.DecimalField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        found = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)  # noqa: SLF001
        # Whether it may be null is added by the caller.
        return found | {"type": ["string", "number"] if direction == "request" else "string"}


class ClockTimes(OpenApiSerializerFieldExtension):
    """Times of the day are by somebody's own clock; JSON schema's `time` would want an offset."""

    target_class = "rest_framework.serializers.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        return {"type": "string", "pattern": A_TIME}


class KeyScheme(OpenApiAuthenticationExtension):
    """How a key is sent."""

    target_class = "portfolio.integrations.keys.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key: `Authorization: Bearer plm_…`",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """Somebody signed in at the pages."""

    target_class = "portfolio.integrations.keys.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def parameter(
    name: str,
    description: str,
    *,
    place: Place = "query",
    required: bool = False,
    kind: type = str,
    enum: list[str] | None = None,
) -> OpenApiParameter:
    """One parameter of an operation."""
    return OpenApiParameter(
        name, kind, place, required=required or place == "path", description=description, enum=enum
    )


def example(name: str, value: Any) -> OpenApiExample:
    """What a request can look like; a test sends it."""
    return OpenApiExample(name, value, request_only=True)


def _problems(method: str) -> dict[int, str]:
    found = dict(ALWAYS)
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        found |= WITH_A_BODY
    if method == "POST":
        found |= ON_POST
    if method in ("PUT", "PATCH", "DELETE"):
        found |= ON_CHANGE
    return found


def _add_headers(method: str, operation: dict[str, Any]) -> None:
    """The headers that every operation of a method has, where it does not describe them itself."""
    mine = {"GET": IF_NONE_MATCH, "POST": IDEMPOTENCY_KEY}.get(method, IF_MATCH)
    parameters = operation.setdefault("parameters", [])
    if mine["name"] not in [each["name"] for each in parameters]:
        parameters.append(mine)
    if method != "GET":
        return
    operation["responses"].setdefault("304", {"description": "It is what If-None-Match named."})
    operation["responses"]["200"].setdefault("headers", {}).setdefault("ETag", ETAG)


def _describe(method: str, operation: dict[str, Any]) -> None:
    """Say of every answer and of every usual parameter what it is, where nobody has."""
    for status, answer in operation["responses"].items():
        if answer.get("description") in {"", "No response body"}:
            is_read = method == "GET" and status == "200"
            answer["description"] = READ if is_read else SAID.get(status) or PROBLEMS[int(status)]
    for each in operation["parameters"]:
        if each.get("description"):
            continue
        if each["in"] == "path":
            row = A_ROW.format(each["name"].removesuffix("_id").replace("_", " "))
            is_row = each["name"].endswith("_id")
            each["description"] = IN_ADDRESSES.get(each["name"], row if is_row else A_NAME)
        elif each["name"] in IN_QUERIES:
            each["description"] = IN_QUERIES[each["name"]]


def _add_choices(view: type, operation: dict[str, Any]) -> None:
    """What every list is asked for in the same way."""
    if (listed := lists.of(view)) is None:
        return
    several = {"type": "array", "items": {"type": "string", "enum": list(listed.fields)}}
    parts = [_choice(lists.FIELDS, several, "Only these fields of each row, with commas between them.")]
    if listed.orders:
        one = {"type": "string", "enum": list(listed.orders)}
        parts.append(_choice(lists.ORDER, one, "Sorted by this field; - for the other direction."))
    parts += [
        _choice(name, {"type": "string"}, "Only rows with this value, or one of several with commas.")
        for name in listed.filters
    ]
    operation.setdefault("parameters", []).extend(parts)
    headers = operation["responses"]["200"].setdefault("headers", {})
    headers["Link"] = {"schema": {"type": "string"}, "description": 'The next part, with rel="next".'}


def _choice(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    found = {"in": "query", "name": name, "schema": schema, "description": description}
    return found | ({"style": "form", "explode": False} if schema["type"] == "array" else {})


def share_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say each problem that many operations answer with once; the document is a third shorter."""
    shared: dict[str, Any] = {}
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, answer in operation.get("responses", {}).items():
                if int(status) < 400 or answer.keys() != {"description", "content"}:
                    continue
                name = f"Problem{status}"
                if shared.setdefault(name, answer) == answer:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = shared
    return result


def allow_parts(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Let the rows of lists lack what `fields` leaves out: a second form of each requires nothing."""
    schemas = result["components"]["schemas"]
    for name in [name for name, found in schemas.items() if "items" in found.get("properties", {})]:
        items = schemas[name]["properties"]["items"]
        row = items.get("items", {}).get("$ref", "").rpartition("/")[2]
        if not row:
            continue
        part = {key: value for key, value in schemas[row].items() if key != "required"}
        schemas[f"{row}Part"] = part | {"description": "A row of which `fields` has chosen some."}
        items["items"] = {"anyOf": [{"$ref": f"#/components/schemas/{row}{end}"} for end in ("", "Part")]}
    return result
