"""Examples of answers: taken from what the sample answers, and held against it ever after.

An operation without an example, or with one that does not fit any more, gets a new one by

    EXAMPLES=write ./run test -k test_every_get_is_answered_as_its_example
"""

import json
from collections.abc import Iterator
from typing import Any

from portfolio.api_examples import KEPT

JSON = "application/json"
LONGEST_TEXT = 300  # letters of a text; what is longer is a document


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every operation that reads JSON, with its address and what is said of its answer."""
    for path, methods in schema["paths"].items():
        said = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get(JSON)
        if said:
            yield methods["get"]["operationId"], path.removeprefix("/api/v1/"), said["schema"]


def kept() -> dict[str, Any]:
    """The examples by operation."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return found


def write(examples: dict[str, Any]) -> None:
    """Keep these."""
    KEPT.write_text(
        json.dumps(examples, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def example_of(answers: list[Any]) -> Any:
    """Of several answers the one that says most, as an example."""
    return _cut(max(answers, key=_says)) if answers else None


class Shapes:
    """Compares an answer with its example as far as the description says what each holds."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.parts = schema["components"]["schemas"]

    def differences(self, said: Any, example: Any, answer: Any, place: str = "") -> list[str]:
        """Where one has fields or types that the other has not; what is not known may be null in either."""
        if example is None or answer is None:
            return []
        said = self._whole(said)
        if isinstance(example, dict) and isinstance(answer, dict):
            return self._in_objects(said, example, answer, place)
        if isinstance(example, list) and isinstance(answer, list):
            both = bool(example and answer)
            return (
                self.differences(said.get("items", {}), example[0], answer[0], f"{place}[]") if both else []
            )
        kinds = [_kind(example), _kind(answer)]
        return [f"{place}: {kinds[0]}, not {kinds[1]}"] if "type" in said and kinds[0] != kinds[1] else []

    def _in_objects(
        self, said: Any, example: dict[str, Any], answer: dict[str, Any], place: str
    ) -> list[str]:
        named, others = said.get("properties", {}), said.get("additionalProperties", {})
        always = set(said.get("required", []))
        found = [f"{place}.{name} is in one of them only" for name in (set(example) ^ set(answer)) & always]
        for name in sorted(set(example) & set(answer)):
            inner = named.get(name, others if isinstance(others, dict) else {})
            found += self.differences(inner, example[name], answer[name], f"{place}.{name}")
        return sorted(found)

    def _whole(self, said: Any) -> dict[str, Any]:
        """What is behind a reference; of several forms the first, which is the whole one."""
        while isinstance(said, dict):
            if "$ref" in said:
                said = self.parts[said["$ref"].rpartition("/")[2]]
            elif forms := said.get("anyOf") or said.get("oneOf") or said.get("allOf"):
                said = forms[0]
            else:
                return said
        return {}


def _cut(value: Any) -> Any:
    """Of each list the row that says most, and no document."""
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(max(value, key=_says))] if value else []
    return value if not isinstance(value, str) or len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…"


def _says(value: Any) -> int:
    """How much an answer or a row says."""
    if isinstance(value, dict):
        return sum(1 + _says(each) for each in value.values() if each not in (None, "", [], {}))
    if isinstance(value, list):
        return 1 + max(map(_says, value)) if value else 0
    return 0


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)
