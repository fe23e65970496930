"""Links in the description of the API: what can be asked of a thing once it was made."""

from collections.abc import Iterator
from typing import Any

READ_BY = {"key": "key", "slug": "slug", "number": "number"}
Operation = tuple[str, str, dict[str, Any]]


def link_what_was_made(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Lead from every answer 201 to the operations at the address of what it made."""
    operations = list(_operations(result["paths"]))
    for path, method, operation in operations:
        made = operation["responses"].get("201") if method == "post" else None
        if made is None:
            continue
        for name in dict.fromkeys([_name(path), *_below(path, result["paths"])]):
            found = _field(made, result["components"]["schemas"], name)
            if found is not None:
                _link(made, path, name, found, operations)
    return result


def _link(made: dict[str, Any], path: str, name: str, field: str, operations: list[Operation]) -> None:
    """From what was made here to every operation that asks for it by this name."""
    for other_path, _method, other in operations:
        wanted = _names(other_path)
        is_below = other_path.startswith(f"{path}/{{{name}}}")
        # What lies elsewhere is led to by a name that nothing else has.
        is_led_to = is_below or (name == _name(path) and name in wanted)
        if is_led_to and set(wanted) - {name} <= set(_names(path)):
            given = {each: f"$request.path.{each}" for each in wanted if each != name}
            made.setdefault("links", {})[other["operationId"]] = {
                "operationId": other["operationId"],
                "parameters": {**given, name: f"$response.body#/{field}"},
            }


def _below(path: str, paths: dict[str, Any]) -> list[str]:
    """How addresses below this one name what was made here."""
    begin = f"{path}/{{"
    return [other[len(begin) :].partition("}")[0] for other in paths if other.startswith(begin)]


def _operations(paths: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield path, method, operation


def _name(path: str) -> str:
    """How the address of one thing of this list names it: todo_id for todos, key for projects."""
    noun = path.rpartition("/")[2].replace("-", "_")
    if noun in ("projects", "portfolios"):
        return {"projects": "key", "portfolios": "slug"}[noun]
    one = f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")
    return f"{one}_id"


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _field(answer: dict[str, Any], schemas: dict[str, Any], name: str) -> str | None:
    """The field of the answer that names what was made; None where it does not say."""
    for media in answer.get("content", {}).values():
        part = schemas.get(media["schema"].get("$ref", "").rpartition("/")[2], {})
        wanted = READ_BY.get(name, "id")
        if wanted in part.get("properties", {}):
            return wanted
    return None
