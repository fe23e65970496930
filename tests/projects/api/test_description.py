"""The description of the API, walked through: whoever reads only it can call everything rightly."""

import json
import re
from typing import Any

import pytest

from projects.api.idempotency import SHOWN_ONCE
from tests.projects.api import examples

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
ALWAYS = {"400", "401", "403", "404", "429"}
WITH_A_BODY = ALWAYS | {"409", "411", "413", "415"}
NEEDED = {
    "get": ALWAYS | {"200", "304"},
    "post": WITH_A_BODY | {"422"},
    "put": WITH_A_BODY | {"412", "428"},
    "patch": WITH_A_BODY | {"412", "428"},
    "delete": WITH_A_BODY | {"204", "412"},
}
HEADERS = {"get": "If-None-Match", "post": "Idempotency-Key", "put": "If-Match", "delete": "If-Match"}
MOST_BYTES = 1_250_000  # a browser reads and draws it in a few seconds
# What a file says of itself is any text.
ANY_TEXT = {"ContentsOut.taken_at"}
# A day may be told with its hour; a time of the day comes again every day and says so by its pattern.
ALSO = {"date": ("date-time",)}


@pytest.fixture(scope="module")
def schema():
    return examples.described()


@pytest.fixture(scope="module")
def operations(schema):
    """Every operation with its method and address."""
    return [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_it_is_of_the_version_that_it_says(schema, operations):
    assert schema["openapi"].startswith("3.1.")
    assert '"nullable"' not in json.dumps(schema), "3.1 says null among the types"
    assert len(operations) > 270
    assert len(json.dumps(schema)) < MOST_BYTES


def test_every_operation_says_what_it_does(operations):
    wrong, names = [], [operation["operationId"] for _, _, operation in operations]
    for method, path, operation in operations:
        if not re.fullmatch(r"[A-Z].{3,79}[^.]", operation.get("summary", "")):
            wrong.append(f"{method} {path}: its summary is {operation.get('summary')!r}")
        if operation["tags"] != [path.split("/")[3]]:
            wrong.append(f"{method} {path}: its tag is not its noun")
        wrong += [
            f"{method} {path}: {each['name']} is not described"
            for each in operation["parameters"]
            if not each.get("description")
        ]
        described = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        if described != set(re.findall(r"{(\w+)}", path)):
            wrong.append(f"{method} {path}: other names in the address than described")
    assert not wrong, wrong
    assert len(set(names)) == len(names)


def test_every_operation_says_how_it_is_answered(schema, operations):
    wrong = []
    for method, path, operation in operations:
        answers = operation["responses"]
        if lacking := NEEDED[method] - set(answers):
            wrong.append(f"{method} {path}: {', '.join(sorted(lacking))} not described")
        if not any(status[0] == "2" for status in answers):
            wrong.append(f"{method} {path}: never done")
        for status, told in answers.items():
            answer = _whole(schema, told)
            if not answer.get("description"):
                wrong.append(f"{method} {path}: {status} without a description")
            if status >= "400" and answer["content"] != PROBLEM:
                wrong.append(f"{method} {path}: {status} is no problem document")
    assert not wrong, wrong


def test_every_operation_says_which_headers_it_reads(operations):
    wrong = [
        f"{method} {path}"
        for method, path, operation in operations
        if HEADERS.get(method, "If-Match")
        not in [each["name"] for each in operation["parameters"] if each["in"] == "header"]
    ]
    assert not wrong, wrong


def test_what_is_sent_has_its_limits(schema, operations):
    """A text its length, a number its least and most; a list of a few its most."""
    wrong = []
    for name in _sent(schema, operations):
        for field, said in schema["components"]["schemas"][name].get("properties", {}).items():
            kinds = said.get("type", [])
            kinds = kinds if isinstance(kinds, list) else [kinds]
            is_plain = not {"enum", "format", "pattern"} & set(said)
            if "string" in kinds and is_plain and "maxLength" not in said:
                wrong.append(f"{name}.{field}: how long?")
            if "number" in kinds and "string" in kinds and is_plain and "maxLength" not in said:
                wrong.append(f"{name}.{field}: how many digits?")
            if kinds[:1] in (["integer"], ["number"]) and is_plain and "minimum" not in said:
                wrong.append(f"{name}.{field}: from where?")
    assert not wrong, wrong


def test_days_times_and_addresses_of_mails_say_what_they_are(schema):
    wrong = []
    for name, part in schema["components"]["schemas"].items():
        for field, said in part.get("properties", {}).items():
            if said.get("type") not in ("string", ["string", "null"]) or {"enum", "pattern"} & set(said):
                continue
            needed = "date" if field.endswith("_on") else "date-time" if field.endswith("_at") else ""
            needed = "email" if field == "email" else "" if f"{name}.{field}" in ANY_TEXT else needed
            if needed and said.get("format") not in (needed, *ALSO.get(needed, ())):
                wrong.append(f"{name}.{field}: {said.get('format')}, not {needed}")
    assert not wrong, wrong


def test_a_secret_that_is_shown_once_may_be_null(schema):
    """A request that is sent again is answered as before, without what nothing keeps."""
    wrong = [
        name
        for name, part in schema["components"]["schemas"].items()
        if not name.endswith("Request")
        and part.get("properties", {}).get(SHOWN_ONCE, {}).get("type") == "string"
    ]
    assert not wrong, wrong


def test_what_was_made_leads_to_what_can_be_done_with_it(schema, operations):
    """Where an address below a list names one of its rows, the answer that made one links to it."""
    wrong = []
    for method, path, operation in operations:
        made = operation["responses"].get("201") if method == "post" else None
        below = [
            other["operationId"]
            for _, other_path, other in operations
            if re.fullmatch(re.escape(path) + r"/{\w+}", other_path)
        ]
        if made is None or not below or not _says_its_name(schema, made):
            continue
        if lacking := set(below) - set(made.get("links", {})):
            wrong.append(f"{path}: no link to {', '.join(sorted(lacking))}")
    assert not wrong, wrong


def _whole(schema: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in told:
        return told
    found: dict[str, Any] = schema["components"]["responses"][told["$ref"].rpartition("/")[2]]
    return found


def _says_its_name(schema: dict[str, Any], made: dict[str, Any]) -> bool:
    names = [media["schema"].get("$ref", "").rpartition("/")[2] for media in made["content"].values()]
    return any("id" in schema["components"]["schemas"].get(name, {}).get("properties", {}) for name in names)


def _sent(schema: dict[str, Any], operations: Any) -> list[str]:
    """Every part that a body can hold."""
    found: set[str] = set()
    waiting = [operation.get("requestBody", {}) for _, _, operation in operations]
    while waiting:
        for name in set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(waiting.pop(), default=str))):
            if name not in found:
                found.add(name)
                waiting.append(schema["components"]["schemas"][name])
    return sorted(found)
