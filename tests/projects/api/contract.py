"""What version 1 has promised, a line for each operation, parameter, field and value.

`docs/api-v1.txt` holds the lines. This adds what is new:

    ./run manage shell -c "from tests.projects.api import contract; contract.write()"

A line is taken out only with an operation whose end was announced and has come.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drf_spectacular.generators import SchemaGenerator

KEPT = Path(__file__).resolve().parents[3] / "docs" / "api-v1.txt"
METHODS = ("get", "post", "put", "patch", "delete")
HEAD = """# What version 1 of the API has promised; see "How version 1 changes" in api.md.
"""


def kept() -> set[str]:
    """The lines that have been promised."""
    return {line for line in KEPT.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"}


def present() -> set[str]:
    """The lines that hold today."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return set(_lines(schema))


def broken(promised: set[str], today: set[str]) -> list[str]:
    """What callers relied on and is gone, and what they have to send that they did not have to."""
    gone = [f"gone: {line}" for line in promised - today]
    old = {line.rpartition(" ")[0] for line in promised if line.startswith("in ")}
    bodies = {line.split(".")[0] for line in old}
    demanded = [
        f"demanded now: {line}"
        for line in today - promised
        if line.endswith(" required") and line.split(".")[0] in bodies
    ]
    return sorted(gone + demanded)


def write() -> None:
    """Promise what holds today; run it when something was added."""
    KEPT.write_text(HEAD + "\n".join(sorted(present())) + "\n", encoding="utf-8")


def _lines(schema: dict[str, Any]) -> Iterator[str]:
    components, shared = schema["components"]["schemas"], schema["components"].get("responses", {})
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method not in METHODS:
                continue
            name = f"{method.upper()} {path.removeprefix('/api/v1')}"
            yield name
            for each in operation.get("parameters", []):
                if each["in"] != "query":
                    continue
                yield f"{name} {each['in']} {each['name']}"
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from _fields(content["schema"], components, "in", set())
            for status, told in operation["responses"].items():
                answer = shared[told["$ref"].rpartition("/")[2]] if "$ref" in told else told
                if str(status).startswith("2"):
                    yield f"{name} -> {status}"
                for content in answer.get("content", {}).values():
                    yield from _fields(content["schema"], components, "out", set())


def _fields(schema: Any, components: dict[str, Any], way: str, seen: set[str]) -> Iterator[str]:
    """Every field that can be reached from here, by the name of its part."""
    for name in _named(schema):
        if name in seen or name.endswith("Part"):
            continue
        seen.add(name)
        part = components[name]
        for field, said in part.get("properties", {}).items():
            yield f"{way} {name}.{field}: {_kind(said)}"
            if way == "in":
                yield from (f"in {name}.{field} = {value}" for value in said.get("enum", []))
                if field in part.get("required", []):
                    yield f"in {name}.{field} required"
        yield from _fields(part, components, way, seen)


def _named(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for each in schema.values():
            yield from _named(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _named(each)


def _kind(schema: dict[str, Any]) -> str:
    """The type of a field in short: text, number, list; with null where that is one of its values."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return "|".join(kind for kind in map(_kind, several) if not kind.endswith("Part"))
    kinds = schema.get("type", "any")
    said = "|".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{said} of {_kind(schema['items'])}" if "items" in schema else said
