"""Examples of answers: taken from what the sample answers, and held against it ever after.

An operation without an example, or with one that does not fit any more, gets a new one by

    EXAMPLES=write ./run test -k answered_as
"""

import json
import os
from collections.abc import Iterator
from typing import Any

from portfolio.api_examples import KEPT, name_of
from projects.api.idempotency import SHOWN_ONCE

JSON = "application/json"
LONGEST_TEXT = 300  # letters of a text; what is longer is a document
SECRET = "shown here, this once"


def reads(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every operation that reads JSON, with its address and what is said of its answer."""
    for path, methods in schema["paths"].items():
        said = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get(JSON)
        if said:
            yield methods["get"]["operationId"], path.removeprefix("/api/v1/"), said["schema"]


def writes(schema: dict[str, Any]) -> dict[str, Any]:
    """What is said of each answer of JSON to something that changes, by the name of its example."""
    return {
        name_of(operation["operationId"], status): answer["content"][JSON]["schema"]
        for methods in schema["paths"].values()
        for method, operation in methods.items()
        if method in ("post", "put", "patch")
        for status, answer in operation["responses"].items()
        if status.startswith("2") and JSON in answer.get("content", {})
    }


def kept() -> dict[str, Any]:
    """The examples by operation."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return found


class Held:
    """Holds what is answered against the examples that are kept; on wish they are rewritten meanwhile."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.kept, self.shapes = kept(), Shapes(schema)
        self.names = {name for name, _, _ in reads(schema)} | writes(schema).keys()
        self.news: dict[str, Any] = {}
        self.wrong: list[str] = []
        self.is_writing = os.environ.get("EXAMPLES") == "write"

    def see(self, example: str, said: Any, answers: list[Any]) -> None:
        """What was answered, in the form that is described so."""
        known = self.kept.get(example)
        odd = [each for answer in answers for each in self.shapes.differences(said, known, answer)]
        if self.is_writing and answers and (known is None or odd or is_empty(known)):
            self.kept[example] = self.news[example] = example_of(answers)
            return
        self.wrong += [f"{example}{each}" for each in odd]
        self.wrong += [f"{example} has none"] if answers and known is None else []

    def end(self) -> None:
        """Fail on what does not fit."""
        if self.is_writing:
            # The other test that writes may have done so meanwhile.
            now = {name: value for name, value in (kept() | self.news).items() if name in self.names}
            said = json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False)
            KEPT.write_text(said + "\n", encoding="utf-8")
            return
        assert self.kept.keys() <= self.names, "some answers are no longer described"
        assert not self.wrong, f"{'; '.join(self.wrong)}: {__doc__}"


def example_of(answers: list[Any]) -> Any:
    """Of several answers the one that says most, as an example."""
    return _cut(max(answers, key=says)) if answers else None


def is_empty(example: Any) -> bool:
    """Whether it is a list that shows nothing of its rows."""
    return isinstance(example, dict) and example.get("items") == []


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
        return {key: SECRET if key == SHOWN_ONCE and each else _cut(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_cut(max(value, key=says))] if value else []
    return value if not isinstance(value, str) or len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT] + "…"


def says(value: Any) -> int:
    """How much an answer or a row says."""
    if isinstance(value, dict):
        return sum(1 + says(each) for each in value.values() if each not in (None, "", [], {}))
    if isinstance(value, list):
        return 1 + max(map(says, value)) if value else 0
    return 0


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)
