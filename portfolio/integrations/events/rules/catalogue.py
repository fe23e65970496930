"""The kinds of events with what each says: read from the compact descriptions beside the app.

A field is written as its type; `?` after it says that it may be missing, `|null` that it may be empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "catalogue"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 1
# Groups of what is about no single project.
OF_PORTFOLIOS = frozenset({"The portfolio", "People", "Integrations and imports"})

TEXT = {"type": "string"}
TYPES: dict[str, dict[str, Any]] = {
    "id": {"type": "integer", "minimum": 1},
    "number": {"type": "number"},
    "count": {"type": "integer", "minimum": 0},
    "yes_no": {"type": "boolean"},
    "text": TEXT,
    "decimal": {"type": "string", "description": "A number as text, so that no digit is lost."},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "ids": {"type": "array", "items": {"type": "integer", "minimum": 1}},
    "texts": {"type": "array", "items": TEXT},
    "objects": {"type": "array", "items": {"type": "object"}},
    "object": {"type": "object"},
    "any": {},
    "from_to": {"type": "array", "minItems": 2, "maxItems": 2, "description": "Before and after."},
    "changes": {
        "type": "object",
        "description": "Each changed field with what it was and what it is.",
        "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2},
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind: its sentence, the fields of its payload and an example of that."""

    kind: str
    group: str
    says: str
    fields: Mapping[str, str]
    example: Mapping[str, Any]


@cache
def entries() -> Mapping[str, Entry]:
    """All kinds, group by group."""
    found: dict[str, Entry] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for group, kinds in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for kind, said in kinds.items():
                example = said.get("example") or {}
                found[kind] = Entry(kind, group, said["says"], said.get("fields") or {}, example)
    return found


def entry(kind: str) -> Entry:
    """What is known of a kind; of one that is not described yet, its name."""
    return entries().get(kind) or Entry(kind, "Others", kind, {}, {})


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The JSON schema of a whole message of this kind; unknown fields may come, receivers ignore them."""
    data = {
        "version": {"const": VERSION},
        "position": {"type": "integer", "minimum": 1, "description": "Its place in the feed of events."},
        "portfolio": {**TEXT, "description": "The portfolio's short name; it never changes."},
        "project": {"type": ["string", "null"], "description": "The project's key, if it is about one."},
        "by": {"type": ["integer", "null"], "description": "Id of who did it; null is the product itself."},
        "by_machine": {"type": "boolean", "description": "A key or the product did it, no person."},
        "door": {**TEXT, "description": "How it came in: page, api, import, worker and others."},
        "request_id": TEXT,
        "payload": _payload(entry(kind).fields),
    }
    message = {"type": {"const": kind}, "timestamp": TYPES["moment"], "data": _object(data, list(data))}
    return {
        "$schema": DIALECT,
        "title": kind,
        "description": entry(kind).says,
        **_object(message, list(message)),
    }


def _payload(fields: Mapping[str, str]) -> dict[str, Any]:
    needed = [name for name, said in fields.items() if not said.endswith("?")]
    return _object({name: _type(said.removesuffix("?")) for name, said in fields.items()}, needed)


def _type(said: str) -> dict[str, Any]:
    name, _, or_null = said.partition("|")
    known = TYPES[name]
    return {**known, "type": [known["type"], "null"]} if or_null and "type" in known else known


def _object(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": required}
